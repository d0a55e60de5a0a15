"""``python -m asv_ledger.lenses``; where it is not installed, ``python PATH/asv_ledger/lenses``."""

import sys
from pathlib import Path

if not __package__:  # run by its path, which python puts where imports look first
    from packages import provide  # type: ignore[import-not-found]

    sys.path.pop(0)
    provide(Path(__file__).resolve().parents[1])

from asv_ledger.lenses.command import main

if __name__ == "__main__":
    sys.exit(main())
