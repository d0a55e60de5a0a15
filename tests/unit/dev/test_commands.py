import re
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from asv_ledger.sources.git import HistoryError
from dev.commands import COMMANDS, HELP, load_function, run_command
from dev.errors import DevError

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_a_function_a_target_and_a_line_of_help(name: str) -> None:
    assert callable(load_function(COMMANDS[name]))
    makefile = (ROOT / "Makefile").read_text()
    assert f"\n{name}:\n\t@python3 dev {name}\n" in makefile
    assert f"\n  {name:<10}{COMMANDS[name].does}\n" in HELP
    assert COMMANDS[name].name == name


def test_the_makefile_starts_nothing_else() -> None:
    started = re.findall(r"^\t(.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert sorted(started) == sorted(f"@python3 dev {name}" for name in COMMANDS)


@pytest.mark.parametrize("status", [0, 1, 3, 4])
def test_the_status_is_that_of_the_function(status: int) -> None:
    assert run_command(COMMANDS["gate"], lambda: status) == status


@pytest.mark.parametrize(
    ("name", "error", "status", "said"),
    [
        ("site", DevError("html is full; make room"), 1, "site: html is full; make room\n"),
        # A 1 of the gate would say that a metric grew.
        ("gate", DevError("v9 names no commit"), 2, "gate: v9 names no commit\n"),
        ("gate", HistoryError(".: git failed"), 2, "gate: .: git failed\n"),
        (
            "bench",
            OSError(28, "No space left on device", "/x"),
            1,
            "bench: /x: No space left on device\n",
        ),
        ("bench", OSError("no name"), 1, "bench: no name\n"),
        ("test", KeyboardInterrupt(), 130, ""),
    ],
)
def test_what_ends_a_command_is_told_in_one_line(
    name: str,
    error: BaseException,
    status: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail() -> NoReturn:
        raise error

    assert run_command(COMMANDS[name], fail) == status
    assert capsys.readouterr() == ("", said)


def test_a_crash_is_no_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    def crash() -> NoReturn:
        raise TypeError("an int")

    assert run_command(COMMANDS["gate"], crash) == 70
    place = f"test_commands.py:{crash.__code__.co_firstlineno + 1}"
    told = f"gate: internal error: TypeError: an int ({place}); please report it\n"
    assert capsys.readouterr() == ("", told)


def test_a_command_runs_in_the_root_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "dev").symlink_to(ROOT / "dev")
    process = subprocess.run(
        [sys.executable, "-m", "dev.commands", "gate"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.returncode, process.stdout) == (2, "")
    assert process.stderr == "gate: BASE names no commit; name one: make gate BASE=HEAD~1\n"
