"""Judge the commit checked out against another: ``make gate BASE=v0.1``.

Both are measured where they are not yet. The exit status is that of ``python -m ledger gate``: 0
where nothing grew beyond its budget, 1 where an exact figure did, 2 for wrong use, 3 where
something was not measured, 4 where a build or a benchmark failed.
"""

import os
import sys

from tools.bench import BenchError, check_machine, git, is_shallow, measure
from tools.environment import ROOT
from tools.lock import LockError, alone
from tools.process import INTERRUPTED, run

WRONG_USE = 2


def main() -> int:
    """Measure both commits and judge; return the exit status."""
    os.chdir(ROOT)
    try:
        with alone(ROOT):
            return gate(os.environ.get("BASE", ""))
    except (BenchError, LockError) as error:
        print(f"gate: {error}", file=sys.stderr)
        return WRONG_USE
    except KeyboardInterrupt:
        print("gate: interrupted; the same command measures what is missing", file=sys.stderr)
        return INTERRUPTED


def gate(base: str) -> int:
    """Judge HEAD against a commit; return the exit status. Raises BenchError for wrong use."""
    if not base:
        raise BenchError("BASE names no commit; name one: make gate BASE=HEAD~1")
    machine = check_machine()
    chosen = [_find(base), _find("HEAD")]
    if chosen[0] == chosen[1]:
        raise BenchError(f"BASE={base} is the commit checked out; name another")
    try:
        measure(machine, chosen)
    except BenchError as error:
        # What there is decides: where nothing was measured, the verdict says so.
        print(f"gate: {error}", file=sys.stderr)
    return run([sys.executable, "-m", "ledger", "gate", *chosen])


def _find(revision: str) -> str:
    commit = git("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        advice = "git fetch --unshallow" if is_shallow() else "git rev-parse must know it"
        raise BenchError(f"{revision} names no commit; {advice}")
    return commit


if __name__ == "__main__":
    sys.exit(main())
