import json
import py_compile
import sys
import time
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from asv_ledger.collect import readings
from asv_ledger.collect.readings import parse_metrics, read_metrics, scratch_folder
from asv_ledger.model.gate import Reading


def read(folder: Path, script: str, status: int | None = None) -> Reading:
    """Run a script, which ends with a status where one is given; return what is read."""
    end = "" if status is None else f"\nraise SystemExit({status})"
    (folder / "metrics.py").write_text(script + end)
    (reading,) = read_metrics([("python metrics.py", folder)], sys.executable)
    return reading


def test_metrics_are_read_side_by_side(tmp_path: Path) -> None:
    script = "import os, time; time.sleep(0.3); print('{\"m\": %d}' % len(os.getcwd()))"
    (tmp_path / "metrics.py").write_text(script)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "metrics.py").write_text(script)
    command = "python metrics.py"
    begun = time.monotonic()
    read = read_metrics([(command, tmp_path), (command, tmp_path / "more")], sys.executable)
    assert time.monotonic() - begun < 0.6 * 4
    size = len(str(tmp_path))
    assert read == [Reading({"m": size}), Reading({"m": size + 5})]


def test_what_failed_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    printed = json.dumps({"a": 1, "b": {"failed": "ValueError: 7\nmore"}, "c": 2.5})
    assert read(tmp_path, f"print({printed!r})", 1) == Reading(
        {"a": 1, "c": 2.5}, {"b": "ValueError: 7"}
    )


@pytest.mark.parametrize(
    ("script", "status", "why"),
    [
        ("", 0, "prints no JSON: Expecting value: line 1 column 1 (char 0); allowed: one object"),
        ("import sys; print('no\\nbridge', file=sys.stderr)", 1, "ended with status 1: bridge"),
        ("print('{\"a\": 1}')", 1, "ended with status 1, and names no metric that failed"),
        ("print('{\"a\": 1}')", 3, "ended with status 3: it does not say why"),
        ("import os; os.kill(os.getpid(), 9)", None, "ended with status -9: it does not say why"),
    ],
)
def test_a_command_that_does_not_tell_is_told(
    tmp_path: Path, script: str, status: int | None, why: str
) -> None:
    assert read(tmp_path, script, status) == Reading(broken=f"{sys.executable} metrics.py {why}")


@pytest.mark.parametrize(
    ("printed", "why"),
    [
        ("{} {}", "prints no JSON: Extra data: line 1 column 4 (char 3); allowed: one object"),
        ('{"a": 1, "a": 2}', "prints no JSON: 'a' is there twice; allowed: one object"),
        ("[1]", "prints JSON of a list; allowed: one object"),
        ('{"a":' * 100_000, "prints JSON that is too deep; allowed: one object"),
    ],
)
def test_what_is_no_object_is_no_reading(printed: str, why: str) -> None:
    with pytest.raises(ValueError, match="prints ") as raised:
        parse_metrics(printed.encode())
    assert str(raised.value) == why


def test_what_is_no_text_is_no_reading() -> None:
    with pytest.raises(ValueError, match="prints no JSON: 'utf-8' codec can't decode"):
        parse_metrics(b'{"\xff": 1}')


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("null", "None"),
        ("NaN", "nan"),
        ("-Infinity", "-inf"),
        ("1e999", "inf"),
        ('"1"', "1"),
        ("true", "True"),
        ("[1]", "[1]"),
        ("{}", "{}"),
        ("1e15", "1000000000000000.0"),
        ("1" + "0" * 400, "1" + "0" * 39),
    ],
)
def test_what_is_no_number_has_failed(value: str, told: str) -> None:
    why = f"is {told}; allowed: a number between -1e15 and 1e15"
    assert parse_metrics(f'{{"a": {value}, "b": -1}}'.encode()) == Reading({"b": -1}, {"a": why})


def test_it_does_not_start(tmp_path: Path) -> None:
    (reading,) = read_metrics([("no-such-program", tmp_path)], sys.executable)
    why = "no-such-program does not start: No such file or directory: no-such-program"
    assert reading == Reading(broken=why)


def test_it_takes_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "TIMEOUT", 1.0)
    script = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(60)"
    reading = read(tmp_path, script)
    assert reading == Reading(broken=f"{sys.executable} metrics.py takes longer than 1 seconds")
    assert ends(int((tmp_path / "pid").read_text()))


def test_it_prints_too_much(tmp_path: Path) -> None:
    reading = read(tmp_path, "while True: print('x' * 100_000)")
    assert reading == Reading(
        broken=f"{sys.executable} metrics.py prints more than 10,000,000 bytes"
    )


def test_what_it_started_ends_with_it(tmp_path: Path) -> None:
    script = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "open('pid', 'w').write(str(child.pid))\n"
        "print('{\"a\": 1}')"
    )
    assert read(tmp_path, script) == Reading({"a": 1})
    assert ends(int((tmp_path / "pid").read_text()))


def test_its_environment_is_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "PYTHONPATH",
        "PYTHONSTARTUP",
        "PYTHONHASHSEED",
        "GIT_DIR",
        "GITHUB_ENV",
        "GH_TOKEN",
    ):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("KEPT", "1")
    script = (
        "import json, os, sys\n"
        "names = [n for n in os.environ if n.startswith(('PYTHON', 'GIT', 'GH_'))]\n"
        "metrics = {**dict.fromkeys(names, 0), 'KEPT': int(os.environ['KEPT'])}\n"
        "metrics['folders'] = sys.path.count('/nowhere')\n"
        "print(json.dumps(metrics))"
    )
    assert read(tmp_path, script).values == {
        "PYTHONDONTWRITEBYTECODE": 0,
        "PYTHONPYCACHEPREFIX": 0,
        "PYTHONUTF8": 0,
        "KEPT": 1,
        "folders": 0,
    }


def test_compiled_code_of_the_commit_is_not_run(tmp_path: Path) -> None:
    source = tmp_path / "model.py"
    source.write_text("size = 1\n")
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compiled = cache_from_source(str(source))
    py_compile.compile(str(source), compiled, invalidation_mode=unchecked)
    source.write_text("size = 2\n")
    assert read(tmp_path, "import model; print('{\"a\": %d}' % model.size)") == Reading({"a": 2})


def test_a_scratch_folder_lies_beside_asvs_and_goes(tmp_path: Path) -> None:
    with scratch_folder(tmp_path) as folder:
        assert tmp_path not in folder.parents
        (folder / "file").touch()
    assert not folder.exists()
    (tmp_path / ".asv").mkdir()
    with scratch_folder(tmp_path) as folder:
        assert folder.parent == tmp_path / ".asv"
    assert list((tmp_path / ".asv").iterdir()) == []


def test_a_scratch_folder_does_not_follow_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".asv").symlink_to("elsewhere")
    with scratch_folder(tmp_path) as folder:
        assert tmp_path not in folder.parents


def ends(pid: int) -> bool:
    """Return whether a process ends that was killed; on a busy machine that takes a moment."""
    deadline = time.monotonic() + 20
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not is_running(pid)


def is_running(pid: int) -> bool:
    """Return whether a process is there, and more than a name that nobody has taken off yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
