"""Faults: what the machine did to a commit is not the commit's doing, and no result of it.

asv stores a failure for ever, and skips the commit from then on. It stores nothing of a fault: the
commit is named, and measured when it is asked for again. There is a fault where git cannot check a
commit out (offline, out of room, a failing hook), and where a program is killed from outside (by an
operator, or for want of memory). A commit whose own code does not build, and a benchmark that
raises, crashes or takes too long, is stored as failed.
"""

import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asv import runner
from asv.commands import run
from asv.environment import Environment
from asv.results import Results
from asv.util import ProcessError, UserError

from asv_ledger.sources.git import HistoryError, find_reason
from asv_ledger.sources.trees import fetch_tree

# Within asv's working folder, that of asv.conf.json: a file for each commit to be measured again.
_MARKS = Path(".asv", "unmeasured")

# What ends a program from outside, as its exit status. On Windows no process ends this way.
_KILLS = {
    -getattr(signal, name): name
    for name in ("SIGKILL", "SIGTERM", "SIGHUP")
    if hasattr(signal, name)
}
_SETUP_CACHE = re.compile(r"asv: setup_cache failed\n.*\(exit status (-[0-9]+)\)", re.DOTALL)


class FaultError(UserError):  # type: ignore[misc] # asv tells no types
    """The machine failed, and not the commit; the message is one line."""


@contextmanager
def without_faults() -> Iterator[list[str]]:
    """Let asv store what a commit did, and nothing that the machine did to it.

    The list that is given gets one line for each commit and benchmark that a fault befell.
    """
    faults = _Faults()
    with ExitStack() as replaced:
        for owner, name, replacement in (
            (Environment, "checkout_project", faults.check_out),
            (Environment, "_uninstall_project", faults.uninstall),
            (Environment, "_build_project", faults.build),
            (Environment, "_install_project", faults.build),
            (run, "_do_build", faults.attempt),
            (run, "skip_benchmarks", faults.skip),
            (runner.Spawner, "run", faults.measure),
            (runner.ForkServer, "run", faults.measure),
            (Results, "save", faults.save),
        ):
            original = getattr(owner, name)
            setattr(owner, name, replacement(original))
            replaced.callback(setattr, owner, name, original)
        yield faults.lines


def is_unmeasured(name: str) -> bool:
    """Return whether a fault kept some results from being stored, by the name of their file."""
    return (_MARKS / name).exists()


@dataclass(frozen=True, slots=True)
class _Faults:
    """Replacements for functions of asv, each made from the original, which note the faults."""

    lines: list[str] = field(default_factory=list)
    # What is noted until the results of a commit are saved: by commit and environment why it is not
    # measured, and by asv's name of a benchmark, which may end in the number of its parameters,
    # what ended it.
    _commits: dict[tuple[str, str], str] = field(default_factory=dict)
    _benchmarks: dict[str, str] = field(default_factory=dict)

    def check_out(self, original: Any) -> Any:
        def check_out(environment: Any, repository: Any, commit: str) -> None:
            try:
                try:
                    original(environment, repository, commit)
                except ProcessError:
                    # asv's clone of a clone that git fetches files for has none to fetch from.
                    fetch_tree(Path(repository._path), commit)
                    original(environment, repository, commit)
            except HistoryError as error:
                raise FaultError(str(error)) from None
            except ProcessError as error:
                raise FaultError(f"git: {find_reason(error.stderr or '')}") from None
            except OSError as error:
                raise FaultError(f"{error.filename}: {error.strerror}") from None

        return check_out

    def uninstall(self, original: Any) -> Any:
        def uninstall(environment: Any) -> None:
            try:
                original(environment)
            except ProcessError as error:
                raise FaultError(
                    f"the one before cannot be removed: {_first_line(error)}"
                ) from None

        return uninstall

    def build(self, original: Any) -> Any:
        def build(*arguments: Any) -> None:
            try:
                original(*arguments)
            except ProcessError as error:
                if error.retcode not in _KILLS:
                    raise
                raise FaultError(f"its build was ended by {_KILLS[error.retcode]}") from None

        return build

    def attempt(self, original: Any) -> Any:
        def attempt(arguments: tuple[Any, ...]) -> Any:
            environment, _, _, commit = arguments
            try:
                return original(arguments)
            except FaultError as error:
                self._commits[commit, environment.name] = str(error)
                return environment.name, (False, 0)

        return attempt

    def skip(self, original: Any) -> Any:
        def skip(benchmarks: Any, environment: Any, results: Any = None) -> Any:
            if results is not None and (results.commit_hash, results.env_name) in self._commits:
                return results
            return original(benchmarks, environment, results=results)

        return skip

    def measure(self, original: Any) -> Any:
        def measure(spawner: Any, name: str, *arguments: Any, **options: Any) -> Any:
            out, status = original(spawner, name, *arguments, **options)
            if status in _KILLS:
                self._benchmarks[name] = _KILLS[status]
            return out, status

        return measure

    def save(self, original: Any) -> Any:
        def save(results: Any, folder: str) -> None:
            commit = results.commit_hash
            mark = _MARKS / results._filename
            reason = self._commits.pop((commit, results.env_name), None)
            killed = self._take_killed(results)
            self.lines.extend(
                f"{name} is not measured at {commit[:8]}: {by}" for name, by in killed
            )
            if reason is not None:
                self.lines.append(f"{commit[:8]} is not measured: {reason}")
            if reason is not None or killed:
                mark.parent.mkdir(parents=True, exist_ok=True)
                mark.touch()
            if reason is None and results.get_all_result_keys():
                original(results, folder)
            if reason is None and not killed:
                mark.unlink(missing_ok=True)

        return save

    def _take_killed(self, results: Any) -> list[tuple[str, str]]:
        """Remove the results of what was killed; return the benchmarks and what ended them."""
        killed = []
        for name in sorted(results.get_all_result_keys()):
            of_cache = _SETUP_CACHE.match(results.stderr.get(name) or "")
            found = [
                by
                for one, by in self._benchmarks.items()
                if re.fullmatch(re.escape(name) + r"(-[0-9]+)?", one)
            ]
            if of_cache is not None and int(of_cache[1]) in _KILLS:
                found.append(_KILLS[int(of_cache[1])])
            if found:
                results.remove_result(name)
                killed.append((name, f"it was ended by {found[0]}, as where memory runs out"))
        self._benchmarks.clear()
        return killed


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
