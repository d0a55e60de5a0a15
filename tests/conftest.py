"""How the tests are shared out where several processes run them, and what git they run with."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from support.running import prepare

# Whose tests take long, and share no more than a process does: each may run in any.
_APART = frozenset(f"tests/slow/test_{name}.py" for name in ("bench", "hard_use"))


class Groups(LoadScopeScheduling):  # type: ignore[misc] # xdist tells no types
    """Keeps the tests of a module together, for what they share."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return nodeid if module in _APART else module


def pytest_configure() -> None:
    """Prepare the process that runs tests."""
    prepare()


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
