"""Where the bytes of this project's metrics are allocated: the sites sum to the metric."""

from typing import Any

import pytest

from tests.exact import readings

pytestmark = pytest.mark.slow

Sites = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def sites() -> Sites:
    return readings.read_sites("bridge_model", "benchmarks/workload.py")


def test_the_sites_sum_to_the_metric(sites: Sites, metrics: dict[str, float]) -> None:
    values = metrics.copy()
    for name, entries in sites.items():
        summed = sum(site["bytes"] for site in entries)
        assert summed == pytest.approx(values.pop(name), rel=1e-12), name
    assert {name.partition("(")[0] for name in values} == {
        "history_memory.HistoryWindow.track_messages_kept",
        "session_memory.WorkingPeak.track_most",
    }


def test_every_site_has_its_code(sites: Sites) -> None:
    files = set()
    for entries in sites.values():
        sizes = [abs(site["bytes"]) for site in entries]
        assert sizes == sorted(sizes, reverse=True)
        for site in entries:
            assert set(site) == {"file", "line", "code", "bytes"}
            if site["file"] is not None:
                lines = (readings.PROJECT / str(site["file"])).read_text().splitlines()
                assert site["code"] == lines[int(site["line"]) - 1].strip()
                files.add(site["file"])
    assert {"bridge_model/packed.py", "bridge_model/bridge.py", "benchmarks/workload.py"} <= files
