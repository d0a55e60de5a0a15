"""What the tests of commands and pages share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.slow import chromium

FOLDER = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all that is tested here as slow: each test starts a command, and that starts others."""
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def browser() -> Iterator[chromium.Browser]:
    """Return a running Chromium; the tests that ask for it skip where it is not installed."""
    if chromium.PROGRAM is None:
        pytest.skip("chromium is not installed")
    with chromium.Browser() as running:
        yield running
