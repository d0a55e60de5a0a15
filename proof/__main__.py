"""Show what is found of what was planted: ``make proof``.

The exit status is 0 where every guilty commit is named with its lines and no innocent one is, 1
where not, or where the commits cannot be planted or measured.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from proof.history import WHOLE
from proof.planting import PlantingError
from proof.proving import ProofError, prove, tell, write

_INTERRUPTED = 130


def main() -> int:
    """Plant, measure, judge and write proof.json; return the exit status."""
    folder = Path(tempfile.mkdtemp(prefix="proof-"))
    try:
        proof = prove(WHOLE, folder)
    except (PlantingError, ProofError) as error:
        print(f"proof: {error}; what was measured is in {folder}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"proof: interrupted; what was measured is in {folder}", file=sys.stderr)
        return _INTERRUPTED
    write(proof)
    print(*tell(proof), sep="\n")
    if not proof["met"]:
        print(f"proof: the bar is not met; what was measured is in {folder}", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
