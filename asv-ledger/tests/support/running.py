"""How tests run: where git cannot reach a repository of anybody's, and as long as CI lets them."""

import os
from pathlib import Path

from hypothesis import settings

from asv_ledger.sources.git import clean_environment

IS_CI = os.environ.get("CI") == "true"  # where they may take their time
SOURCES = Path(__file__).resolve().parents[2] / "src"

_OF_MAKE = ("MAKEFLAGS", "MAKELEVEL", "MAKE_TERMERR", "MAKE_TERMOUT", "MFLAGS")


def prepare() -> None:
    """Set up Hypothesis, and the environment of this process and of those that tests start.

    What leads git to a repository that is none of the tests' is dropped, as a hook's environment
    does: the tests make repositories of their own, and commit to them. Nor do they run below make,
    where ``make test`` runs them: what a command tells its user differs there. The ledger that
    processes import is the one beside the tests.
    """
    settings.register_profile("any machine", max_examples=1_000 if IS_CI else 100, deadline=None)
    settings.load_profile("any machine")
    for name in os.environ.keys() - clean_environment(os.environ).keys():
        del os.environ[name]
    for name in _OF_MAKE:
        os.environ.pop(name, None)
    os.environ["PYTHONPATH"] = str(SOURCES)
