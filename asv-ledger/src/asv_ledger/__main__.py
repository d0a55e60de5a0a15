"""``python -m asv_ledger``, ``asv-ledger``: the commands, whose crash is never a verdict.

This module runs on any Python from 3.9 on, to say which one the commands need.
"""

import signal
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from asv_ledger.statuses import Status, describe_crash
from asv_ledger.text import to_line

_OLDEST = (3, 11)  # that the commands run on


def main() -> int:
    """Run the command line; return its exit status.

    70 where the ledger itself fails, 2 where it needs another Python or what is not installed, 130
    after Ctrl-C.
    """
    if sys.version_info < _OLDEST:
        _print_error(
            f"this is Python {_name(sys.version_info)}; allowed: {_name(_OLDEST)} or newer; the "
            "lenses run on this one: python -m asv_ledger.lenses --help"
        )
        return Status.WRONG_USE
    try:
        from asv_ledger import cli  # noqa: PLC0415 - what it imports may be missing

        return cli.main()
    except ImportError as error:
        _print_error(f"{error}; install asv-ledger with what it needs: pip install asv-ledger")
        return Status.WRONG_USE
    except KeyboardInterrupt:
        return Status.INTERRUPTED
    except Exception as error:
        _print_error(describe_crash(error))
        return Status.CRASHED


def _name(version: Sequence[object]) -> str:
    return ".".join(map(str, version[:2]))


def _print_error(message: str) -> None:
    print(to_line(f"asv-ledger: {message}"), file=sys.stderr)


def _end(*_: object) -> None:
    """End as Ctrl-C ends it: what was begun is cleared away."""
    sys.exit(Status.TERMINATED)


def run() -> None:
    """Run the command line as a program, and end with its exit status."""
    signal.signal(signal.SIGTERM, _end)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal may know fewer characters
    sys.exit(main())


if __name__ == "__main__":
    run()
