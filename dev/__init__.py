"""The project's commands: what the Makefile calls.

They run with the ledger that lies beside them, whichever is installed: it comes first on sys.path.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "asv-ledger" / "src"))
