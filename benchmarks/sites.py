"""Where one more session's bytes are allocated: ``python -m benchmarks.sites`` prints JSON."""

import json
import linecache
import os
import sys
from collections import Counter
from functools import partial
from pathlib import Path

from benchmarks import measure, workload


def one_more_session(payload: str) -> dict[measure.Site | None, float]:
    """Return the bytes of one more session by the line that allocated them.

    A line is one of the bridge under test or of the workload, which hands in texts and names; None
    stands for all else. The sum is OneMoreSession's marginal figure.
    Raises NotImplementedError where this commit has no Bridge, or what measure.sites raises.
    """
    workload.settle()
    roots = (f"{_package()}{os.sep}", workload.__file__)
    build = partial(workload.population, payload=payload)
    difference = Counter(measure.sites(partial(build, workload.HIGH), roots))
    difference.subtract(measure.sites(partial(build, workload.LOW), roots))
    return {
        site: size / (workload.HIGH - workload.LOW) for site, size in difference.items() if size
    }


def main() -> int:
    """Print the sites of one more session of each payload, the largest first."""
    try:
        report = {
            payload: [
                _describe(site) | {"bytes": size}
                for site, size in sorted(
                    one_more_session(payload).items(), key=_by_size, reverse=True
                )
            ]
            for payload in workload.PAYLOADS
        }
    except (NotImplementedError, measure.InexactError) as error:
        print(f"sites: {error}", file=sys.stderr)
        return 1
    print(json.dumps(report, indent=2))
    return 0


def _package() -> Path:
    return Path(workload.api("__file__")).parent


def _by_size(entry: tuple[measure.Site | None, float]) -> float:
    return entry[1]


def _describe(site: measure.Site | None) -> dict[str, object]:
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
