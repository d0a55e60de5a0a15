import pytest

from dev import gate


def test_a_crash_is_no_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash(*_: object, **__: object) -> int:
        raise TypeError("an int\nand more")

    monkeypatch.setattr(gate, "gate", crash)
    assert gate.main() == 70
    told = "gate: internal error: TypeError: an int; please report it\n"
    assert capsys.readouterr() == ("", told)


def test_an_interrupt_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(gate, "gate", interrupt)
    assert gate.main() == 130


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
    monkeypatch.setattr(gate, "gate", lambda *_, **__: status)
    monkeypatch.setenv("BASE", "v1")
    monkeypatch.setenv("HEAD", head)
    monkeypatch.delenv("MAKELEVEL", raising=False)
    assert gate.main() == status
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("MAKELEVEL", "1")
    assert gate.main() == status
    message = f"gate: the status is {status}, but make itself exits with 2; {told} exits with it\n"
    assert capsys.readouterr().err == (message if told else "")
