"""``python -m asv_ledger``: the command line, whose crash is never mistaken for a verdict."""

import signal
import sys
from io import TextIOWrapper

from asv_ledger.statuses import Status, describe_crash
from asv_ledger.text import to_line


def main() -> int:
    """Run the command line; return its exit status.

    70 where the ledger itself fails, 2 where what it needs is not installed, 130 after Ctrl-C.
    """
    try:
        from asv_ledger import cli  # noqa: PLC0415 - what it imports may be missing

        return cli.main()
    except ImportError as error:
        _tell(f"{error}; install what requirements.txt lists")
        return Status.WRONG_USE
    except KeyboardInterrupt:
        return Status.INTERRUPTED
    except Exception as error:
        _tell(describe_crash(error))
        return Status.CRASHED


def _tell(message: str) -> None:
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
