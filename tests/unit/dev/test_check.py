import pytest

from dev import check as command


def test_it_ends_as_the_quick_checks_do(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []

    def run_checks(*chosen: str) -> int:
        asked.append(chosen)
        return 5

    monkeypatch.setattr(command, "run_checks", run_checks)
    assert command.main() == 5
    assert asked == [("-m", "not slow")]
