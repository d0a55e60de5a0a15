from pathlib import Path

import pytest

from dev import site
from dev.bench import BenchError

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (None, 0, ""),
        (
            BenchError("asv publish ended with status 1"),
            1,
            "site: asv publish ended with status 1\n",
        ),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_the_status_says_how_it_ended(
    error: BaseException | None,
    status: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def publish() -> None:
        if error is not None:
            raise error

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(site, "publish", publish)
    assert site.main() == status
    assert capsys.readouterr().err == said
