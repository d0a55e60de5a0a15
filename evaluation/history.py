"""The injected history: a series of patches, committed one by one in a scratch copy."""

import os
from collections.abc import Iterable

from evaluation.injected import Injected, PatchError, apply, message_of, read_series
from evaluation.scratch import Project


def chosen() -> tuple[Injected, ...]:
    """Return the whole series where INJECTED=all is in the environment, or else the short one."""
    return read_series("all" if os.environ.get("INJECTED") == "all" else "short")


def inject(project: Project, series: Iterable[Injected]) -> dict[str, Injected]:
    """Commit a series on top of all there is; return it by the hashes of its commits.

    Raises PatchError.
    """
    project.commit("Begin")
    injected = {}
    for one in series:
        apply(project.folder, one.patch)
        project.commit(one.subject)
        injected[project.git("rev-parse", "HEAD")] = one
    return injected


def refresh(project: Project, series: Iterable[Injected]) -> list[Injected]:
    """Write the patches anew that fit no more but for a line about each edit; return these.

    Raises PatchError for one that does not fit at all: it is for somebody to edit.
    """
    project.commit("Begin")
    refreshed = []
    for one in series:
        try:
            apply(project.folder, one.patch)
        except PatchError:
            apply(project.folder, one.patch, "-C1")
            refreshed.append(one)
        project.commit(one.subject)
        if one in refreshed:
            message = message_of(one.patch.read_text(encoding="utf-8"))
            diff = project.git("show", "--format=", "--find-renames", "HEAD")
            one.patch.write_text(f"{message}\n{diff}\n", encoding="utf-8")
    return refreshed
