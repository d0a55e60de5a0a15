import pytest

from dev import gate


@pytest.mark.parametrize(
    ("status", "head", "told"),
    [
        (0, "", ""),
        (2, "", ""),
        (1, "", "BASE=v1 python3 dev gate"),
        (4, "v2", "BASE=v1 HEAD=v2 python3 dev gate"),
    ],
)
def test_under_make_the_command_that_exits_with_the_status_is_named(
    status: int,
    head: str,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(gate, "_judge", lambda *_: status)
    monkeypatch.setenv("BASE", "v1")
    monkeypatch.setenv("HEAD", head)
    monkeypatch.delenv("MAKELEVEL", raising=False)
    assert gate.gate() == status
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("MAKELEVEL", "1")
    assert gate.gate() == status
    message = f"gate: the status is {status}, but make itself exits with 2; {told} exits with it\n"
    assert capsys.readouterr().err == (message if told else "")
