"""Where the bytes of every exact figure are allocated: ``python -m benchmarks.sites`` prints JSON.

A site is a line of the bridge under test, or of the workload, which hands in texts and names; what
is allocated elsewhere has no site. The sites of a figure sum to it.
"""

import json
import linecache
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import figures, measure, workload


def roots() -> tuple[str, ...]:
    """Return what the paths of files begin with whose lines are sites.

    Raises NotImplementedError where this commit has no bridge.
    """
    package = Path(workload.api("__file__")).parent
    return f"{package}{os.sep}", workload.__file__


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the sites of each figure in bytes, the largest first; return the exit status.

    It is 1 where no figure can be read. Where one cannot, an object stands in the place of its
    sites, of the key "failed": it says why.
    """
    figures.parse_none(
        arguments, "sites", "Print where the bytes of every exact figure are allocated, as JSON."
    )
    try:
        places = roots()
    except NotImplementedError as error:
        print(f"sites: {error}", file=sys.stderr)
        return 1
    with measure.by_site(places):
        read = list(figures.read())
    printed: dict[str, object] = {}
    for one in read:
        if isinstance(one, figures.Failure):
            printed[one.name] = figures.report(one, "sites")
        elif isinstance(one.value, measure.Bytes):
            printed[one.name] = _describe(one.value)
    if read and all(isinstance(one, figures.Failure) for one in read):
        return 1
    print(json.dumps(printed, indent=2))
    return 0


def _describe(value: measure.Bytes) -> list[dict[str, object]]:
    # Sites of one size have an order too, so that every machine keeps the same file.
    ordered = sorted(
        value.sites.items(), key=lambda entry: (-abs(entry[1]), entry[0] or measure.Site("", 0))
    )
    return [_place(site) | {"bytes": size} for site, size in ordered]


def _place(site: measure.Site | None) -> dict[str, object]:
    if site is None:
        return {"file": None, "line": None, "code": None}
    path = Path(site.file)
    return {
        "file": f"{path.parent.name}/{path.name}",
        "line": site.line,
        "code": linecache.getline(site.file, site.line).strip(),
    }


if __name__ == "__main__":
    sys.exit(main())
