"""What the tests run with."""

from support.running import prepare


def pytest_configure() -> None:
    """Prepare the process that runs tests."""
    prepare()
