import os
import shlex
import sys
from pathlib import Path

import pytest

from asv_ledger.collect.commands import RUNNING_VERSION, CommandError, find_python, run_json


def program(folder: Path, name: str, script: str) -> Path:
    """Write a shell script that can be run; return its path."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_the_running_version_is_the_running_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert find_python(RUNNING_VERSION) == sys.executable


def test_another_version_is_the_first_on_the_path_that_is_that_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "shims", "python3.99", "echo 'no such version' >&2; exit 127")
    program(tmp_path / "renamed", "python3.99", "echo 3.98")
    program(tmp_path / "broken", "python3.99", "").write_text("#!/nowhere/sh\n")
    wanted = program(tmp_path / "real", "python3.99", "echo 3.99")
    program(tmp_path / "later", "python3.99", "echo 3.99")
    folders = ["shims", "", "renamed", "empty", "broken", "real", "later"]
    monkeypatch.setenv("PATH", os.pathsep.join(str(tmp_path / name) for name in folders))
    assert find_python("3.99") == str(wanted)
    assert find_python("3.98") is None


def test_an_object_is_returned(tmp_path: Path) -> None:
    assert run_json("""echo '{"a b": [1.5, null]}'""", tmp_path, "none") == {"a b": [1.5, None]}


def test_it_runs_in_the_folder_and_reads_nothing(tmp_path: Path) -> None:
    (tmp_path / "told.py").write_text("import sys; print(sys.stdin.read() + '{}')")
    assert run_json("python told.py", tmp_path, sys.executable) == {}


def test_python_is_the_interpreter_given_and_only_as_the_first_word(tmp_path: Path) -> None:
    python = program(tmp_path, "my python", """printf '{"words": "%s"}' "$*" """)
    assert run_json("python -m python", tmp_path, str(python)) == {"words": "-m python"}


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (
            "sh -c 'echo first >&2; echo last >&2; exit 3'",
            "sh -c 'echo first >&2; echo last >&2; exit 3' ended with status 3: last",
        ),
        ("false", "false ended with status 1: it does not say why"),
        (
            "echo nothing",
            "echo nothing prints no JSON: Expecting value: line 1 column 1 (char 0); "
            "allowed: one object",
        ),
        ("echo [1]", "echo '[1]' prints JSON of a list; allowed: one object"),
        (
            "no-such-program -x",
            "no-such-program -x does not start: No such file or directory: no-such-program",
        ),
    ],
)
def test_what_fails_is_told_in_one_line(tmp_path: Path, command: str, message: str) -> None:
    with pytest.raises(CommandError) as raised:
        run_json(command, tmp_path, sys.executable)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("printed", "why"),
    [
        (
            '{"a": 1, "b": {"failed": "ValueError: no"}, "c": {"failed": "KeyError: 1"}, '
            '"d": {"failed": "OSError: 2"}}',
            "b: ValueError: no (and 2 others)",
        ),
        ('{"b": {"failed": "ValueError:\\nno"}}', "b: ValueError: no"),
        ('{"a": 1, "b": {"why": 1}}', "last"),
        ("[1]", "last"),
        (20_000 * "[", "last"),
        ("", "last"),
    ],
)
def test_what_failed_first_is_named_and_the_others_are_counted(
    tmp_path: Path, printed: str, why: str
) -> None:
    (tmp_path / "printed").write_text(printed)
    command = "sh -c 'cat printed; echo last >&2; exit 1'"
    with pytest.raises(CommandError) as raised:
        run_json(command, tmp_path, sys.executable)
    assert str(raised.value) == f"{command} ended with status 1: {why}"


def test_the_interpreter_that_failed_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as raised:
        run_json("python -c 'raise ValueError(7)'", tmp_path, sys.executable)
    assert str(raised.value) == (
        f"{shlex.quote(sys.executable)} -c 'raise ValueError(7)' ended with status 1: ValueError: 7"
    )


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as raised:
        run_json("echo {}", tmp_path / "nowhere", sys.executable)
    assert str(raised.value) == (
        f"echo '{{}}' does not start: No such file or directory: {tmp_path / 'nowhere'}"
    )
