import pytest

from tests.exact import readings


@pytest.fixture(scope="session")
def metrics() -> dict[str, float]:
    """Every exact metric by name, as a process of its own reads them: once for all tests."""
    return readings.read_metrics()
