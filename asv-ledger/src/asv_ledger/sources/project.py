"""Project: the history and the results of a project, as asv finds them."""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from asv.config import Config
from asv.repo import Repo, get_repo
from asv.util import ProcessError, UserError

from asv_ledger.config import Settings, SettingsError, load_configuration, settings_of
from asv_ledger.model.commits import Commit
from asv_ledger.model.history import History
from asv_ledger.model.series import Measurements, Series
from asv_ledger.sources.commits import find_commit, read_commits, read_tags
from asv_ledger.sources.git import HistoryError, run_git
from asv_ledger.sources.series import read_series


@dataclass(frozen=True, slots=True)
class Project:
    """What is known of a project: name, settings, commits, and what asv measured of them."""

    name: str
    settings: Settings
    history: History
    measurements: Measurements

    @property
    def exact(self) -> list[Series]:
        """The series of exact metrics."""
        return [series for series in self.measurements.series if series.is_exact]

    @property
    def outside(self) -> list[str]:
        """The commits with results that are on no branch and have no tag, in order."""
        measured = {name for series in self.measurements.series for name in series.commits}
        return sorted(measured - self.history.keys())


def read_project(path: Path) -> Project:
    """Return what is known of the project that an asv configuration file is of.

    Raises SettingsError, and HistoryError where git or asv cannot tell the history.
    """
    try:
        configuration = load_configuration(path)
        settings = settings_of(configuration, path.parent)
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}") from None
    # asv takes a path for relative to the folder of the file, and clones what is none.
    with contextlib.chdir(path.parent):
        repository = _find_repository(configuration)
    return project_of(configuration, settings, repository)


def project_of(configuration: Config, settings: Settings, repository: Repo) -> Project:
    """Return what is known of a project, by asv's configuration and the settings in it.

    Raises HistoryError where git cannot tell the history.
    """
    if repository.dvcs != "git":
        raise HistoryError(f"{configuration.repo} is of {repository.dvcs}; allowed: git")
    settings = replace(settings, repository=Path(repository._path))
    branches = [repository.get_branch_name(branch) for branch in configuration.branches]
    return Project(
        configuration.project,
        settings,
        read_history(settings.repository, branches, settings.measured),
        read_series(settings.results, settings.exact, settings.parts),
    )


def read_history(repository: Path, branches: Iterable[str], measured: Iterable[str]) -> History:
    """Return the history of branches and tags; ``measured`` are the paths of what is measured.

    Without any, each commit may change a metric. Raises HistoryError.
    """
    tips = {branch: _find_branch(repository, branch) for branch in branches}
    tags = read_tags(repository)
    tagged = set(tags.values())
    commits = read_commits(repository, *tips.values(), *tagged)
    lines = {branch: set(_list(repository, "--first-parent", tip)) for branch, tip in tips.items()}
    published = set().union(*lines.values())
    # As asv orders the commits of a graph; what is tagged, and on no branch, is on all of them.
    order = _list(repository, "--date-order", "--reverse", *tips.values(), *tagged)
    return History(
        commits,
        branches={
            branch: tuple(one for one in order if one in line or one in tagged - published)
            for branch, line in lines.items()
        },
        tags=tags,
        idle=_find_idle(repository, commits, [*tips.values(), *tagged], list(measured)),
    )


def _find_repository(configuration: Config) -> Repo:
    try:
        return get_repo(configuration)
    except (OSError, ProcessError, UserError) as error:
        raise HistoryError(f"{configuration.repo}: {str(error).splitlines()[0]}") from None


def _find_branch(repository: Path, branch: str) -> str:
    run_git(repository, "rev-parse", "--git-dir")  # where there is no repository, git says so
    try:
        return find_commit(repository, branch)
    except HistoryError:
        advice = 'a list of branches, such as ["main"]'
        raise HistoryError(
            f'{branch} names no commit; allowed as "branches" of asv.conf.json: {advice}'
        ) from None


def _find_idle(
    repository: Path, commits: Mapping[str, Commit], tips: Sequence[str], measured: Sequence[str]
) -> set[str]:
    """Return the commits that touch no path of what is measured; no merge is among them."""
    if not measured:
        return set()
    # The side of a merge that changed nothing in the end is not left out.
    touching = _list(repository, "--full-history", "--no-merges", *tips, paths=measured)
    return {name for name, commit in commits.items() if len(commit.parents) == 1}.difference(
        touching
    )


def _list(repository: Path, *arguments: str, paths: Sequence[str] = ()) -> list[str]:
    """Return the commits that git rev-list tells."""
    return (
        run_git(repository, "--literal-pathspecs", "rev-list", *arguments, "--", *paths)
        .decode()
        .split()
    )
