"""How the tests are shared out where several processes run them, and what git they run with."""

import os

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from ledger.git import clean_environment
from tests.ci import IS_CI

# Whose tests take long, and share no more than a process does: each may run in any.
_APART = frozenset(f"tests/end_to_end/test_{name}.py" for name in ("bench", "hard_use"))

_OF_MAKE = ("MAKEFLAGS", "MAKELEVEL", "MAKE_TERMERR", "MAKE_TERMOUT", "MFLAGS")

settings.register_profile("any machine", max_examples=1_000 if IS_CI else 100, deadline=None)
settings.load_profile("any machine")


class Groups(LoadScopeScheduling):  # type: ignore[misc] # xdist tells no types
    """Keeps the tests of a module together, for what they share."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return nodeid if module in _APART else module


def pytest_configure() -> None:
    """Drop what leads git to a repository that is none of the tests', as a hook's environment does.

    The tests make repositories of their own, and commit to them. Nor do they run below make, where
    ``make test`` runs them: what a command tells its user differs there.
    """
    for name in os.environ.keys() - clean_environment(os.environ).keys():
        del os.environ[name]
    for name in _OF_MAKE:
        os.environ.pop(name, None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Groups:
    """Share out the tests in groups."""
    return Groups(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with those that take longest, and of these with those that stay together."""

    def place(item: pytest.Item) -> tuple[bool, bool]:
        module = item.nodeid.partition("::")[0]
        return item.get_closest_marker("slow") is None, module in _APART

    items.sort(key=place)
