"""``python -m asv_ledger``: the command line, whose crash is never mistaken for a verdict."""

import signal
import sys
from io import TextIOWrapper
from pathlib import Path
from traceback import extract_tb

from asv_ledger.text import to_line

_WRONG_USE = 2
_CRASHED = 70  # as sysexits.h calls it, an internal software error: a gate's 1 is a verdict
_INTERRUPTED = 130  # as shells tell it: 128 and the signal's number


def main() -> int:
    """Run the command line; return its exit status.

    70 where the ledger itself fails, 2 where what it needs is not installed, 130 after Ctrl-C.
    """
    try:
        from asv_ledger import cli  # noqa: PLC0415 - what it imports may be missing

        return cli.main()
    except ImportError as error:
        _tell(f"{error}; install what requirements.txt lists")
        return _WRONG_USE
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:
        where = extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        _tell(f"internal error: {type(error).__name__}: {error} ({place}); please report it")
        return _CRASHED


def _tell(message: str) -> None:
    print(to_line(f"asv-ledger: {message}"), file=sys.stderr)


def _end(number: int, _: object) -> None:
    """End as Ctrl-C ends it: what was begun is cleared away."""
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal may know fewer characters
    sys.exit(main())
