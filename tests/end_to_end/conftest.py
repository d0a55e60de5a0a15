"""What the tests of commands and pages share."""

from collections.abc import Iterator

import pytest

from tests.end_to_end import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[chromium.Browser]:
    """Return a running Chromium; the tests that ask for it skip where it is not installed."""
    if chromium.PROGRAM is None:
        pytest.skip("chromium is not installed")
    with chromium.Browser() as running:
        yield running
