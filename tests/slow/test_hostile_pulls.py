"""Pull requests against the gate: a hundred hostile ones by kind, and harmless ones.

All are read as a user's are, in processes of their own; the project is tiny, so that it is quick.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from asv_ledger import cli
from asv_ledger.text import escape_markdown
from support.histories import git
from support.running import SOURCES
from tests.slow.hostile import (
    GROWTH,
    LEFT,
    MARGINAL,
    PASSED,
    Pull,
    list_pulls,
    write_baseline,
)
from tests.slow.tiny import CONFIGURATION, MEMORY, MODEL, PACKED, VERSION, Changes, Tiny

ROOT = Path(__file__).resolve().parents[2]
PULLS = list(list_pulls())
NOTHING = "nothing grew (compared 2: 0 grew, 0 shrank)"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tiny]:
    """Return a project whose baseline is what it costs, and the folder that we are in."""
    folder = tmp_path_factory.mktemp("tiny")
    before = Path.cwd()
    os.chdir(folder)
    yield Tiny.begin(folder, write_baseline(VERSION, 0))
    os.chdir(before)


def gate(capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str], str]:
    """Judge the pull request that is checked out; return the status, the lines and the errors."""
    status = cli.main(["gate", "main", "pull"])
    output, errors = capsys.readouterr()
    return status, [line.strip() for line in output.splitlines()], errors


def test_there_are_a_hundred_of_fifteen_kinds() -> None:
    assert len(PULLS) >= 100
    assert len({pull.kind for pull in PULLS}) >= 15
    names = Counter((pull.kind, pull.name) for pull in PULLS)
    assert max(names.values()) == 1


@pytest.mark.parametrize("pull", PULLS, ids=lambda pull: f"{pull.kind}: {pull.name}")
def test_growth_does_not_pass_without_a_word(
    pull: Pull, tiny: Tiny, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.pull(pull.changes)
    status, lines, errors = gate(capsys)
    assert status == pull.status, "\n".join([*lines, errors])
    for line in pull.told:
        assert line in lines
    if pull.status == PASSED:
        assert pull.told
        assert "; but this pull request " in lines[0]
    assert (errors != "") == (status == 2)


HARMLESS: dict[str, tuple[Changes, str]] = {
    "documentation": ({"docs/layout.md": "# Layout\n\nNew.\n", "docs/new.md": ""}, NOTHING),
    "README": ({"README.md": "# Tiny sessions\n"}, NOTHING),
    "a test": ({"tests/test_more.py": "import tracemalloc\n"}, NOTHING),
    "no test": ({"tests/test_model.py": None}, NOTHING),
    "a comment": ({"model/packed.py": f"# Packs.\n{PACKED}"}, NOTHING),
    "a docstring": ({"model/packed.py": PACKED.replace("as bytes", "in bytes")}, NOTHING),
    "another name": ({"model/packed.py": PACKED.replace("text", "message")}, NOTHING),
    "another layout": (
        {"model/packed.py": PACKED.replace("return text", "packed = text") + "    return packed\n"},
        NOTHING,
    ),
    "a module more": (
        {
            "model/padding.py": PACKED,
            "model/packed.py": '"""The packed session."""\n\nfrom model.padding import pack\n',
        },
        NOTHING,
    ),
    "a method more": (
        {
            "model/__init__.py": MODEL
            + "\n    def count(self):\n        return len(self._sessions)\n"
        },
        NOTHING,
    ),
    "an import for types": ({"model/packed.py": f"from typing import Any\n{PACKED}"}, NOTHING),
    "a file that nothing reads": ({"model/py.typed": "", "LICENSE": "MIT\n"}, NOTHING),
    "a link in the documentation": (
        {"docs/start.md": Path("../README.md")},
        f"{NOTHING}; but this pull request changes how it is measured: 1 file",
    ),
    "a benchmark more": (
        {"benchmarks/memory.py": MEMORY + "\n\nclass More:\n    pass\n"},
        f"{NOTHING}; but this pull request changes how it is measured: 1 file",
    ),
    "a baseline that is right": (
        {"baseline.toml": write_baseline("3.98", 0)},
        f"{NOTHING}; but this pull request changes how it is measured: 1 file",
    ),
    "an improvement": (
        {"model/packed.py": PACKED.replace("= 64", "= 56")},
        "nothing grew (compared 2: 0 grew, 2 shrank)",
    ),
    "growth that is accepted": (
        {**GROWTH, "baseline.toml": write_baseline(VERSION, 16)},
        "nothing grew beyond the baseline (compared 2: 2 grew, 0 shrank); but this pull request "
        "changes how it is measured: 1 file",
    ),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_harmless_is_not_refused(
    name: str, tiny: Tiny, capsys: pytest.CaptureFixture[str]
) -> None:
    changes, told = HARMLESS[name]
    tiny.pull(changes)
    status, lines, errors = gate(capsys)
    assert (status, errors) == (0, ""), "\n".join(lines)
    assert lines[0].partition(": ")[2] == told


def test_accepted_growth_needs_no_baseline_of_this_python(
    tiny: Tiny, capsys: pytest.CaptureFixture[str]
) -> None:
    git(tiny.folder, "checkout", "--quiet", "-B", "other", "main")
    (tiny.folder / "baseline.toml").write_text(write_baseline("3.98", 0)(tiny.metrics))
    git(tiny.folder, "commit", "--quiet", "--all", "--message", "Accept for another Python")
    git(tiny.folder, "checkout", "--quiet", "-B", "grown")
    (tiny.folder / "model" / "packed.py").write_text(str(GROWTH["model/packed.py"]))
    (tiny.folder / "baseline.toml").write_text(write_baseline("3.98", 16)(tiny.metrics))
    git(tiny.folder, "commit", "--quiet", "--all", "--message", "Grow, and accept it")
    assert cli.main(["gate", "other", "grown"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[3].endswith("; accepted by the baseline of Python 3.98")
    assert lines[3].startswith(f"    {MARGINAL}: ")
    (tiny.folder / "baseline.toml").write_text(write_baseline("3.98", 1e99)(tiny.metrics))
    git(tiny.folder, "commit", "--quiet", "--all", "--message", "Accept anything")
    assert cli.main(["gate", "other", "grown"]) == 1


def test_what_failed_at_the_base_and_works_is_no_failure(
    tiny: Tiny, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = MODEL.replace("        del ", "        raise ValueError(user)\n        del ")
    git(tiny.folder, "checkout", "--quiet", "--force", "-B", "broken", "main")
    (tiny.folder / "model" / "__init__.py").write_text(broken)
    git(tiny.folder, "commit", "--quiet", "--all", "--message", "Break it")
    git(tiny.folder, "checkout", "--quiet", "-B", "pull")
    (tiny.folder / "model" / "__init__.py").write_text(MODEL)
    git(tiny.folder, "commit", "--quiet", "--all", "--message", "Mend it")
    assert cli.main(["gate", "broken", "pull"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith(": nothing grew (compared 1: 0 grew, 0 shrank)")
    value = f"{tiny.metrics[LEFT]:,}"
    assert lines[-2:] == [
        "Measured at the head alone, which decides nothing:",
        f"    {LEFT}: works again: {value}",
    ]
    assert cli.main(["gate", "pull", "broken"]) == 4
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == ["Failed at the head:", f"    {LEFT}: ValueError: user-000000"]


def test_what_the_heads_own_benchmarks_say_is_told_beside(
    tiny: Tiny, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.pull({**GROWTH, "benchmarks/memory.py": MEMORY.replace("/ 100", "/ 100 - 16")})
    status, lines, _ = gate(capsys)
    was, now = (f"{tiny.metrics[MARGINAL] + more:,.6f}".rstrip("0").rstrip(".") for more in (0, 16))
    assert status == 1
    assert lines[-2:] == [
        "The head's own benchmarks, which decide nothing, say otherwise:",
        f"{MARGINAL}: {was}, not {now}",
    ]


def test_a_branch_that_lacks_what_was_saved_is_told_so(
    tiny: Tiny, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.pull(GROWTH)
    assert cli.main(["gate", "pull", "main"]) == 0
    assert (
        "The head lacks 1 commit of the base: what was saved there is told as growth here; merge "
        "the base first"
    ) in capsys.readouterr().out.splitlines()


def test_to_look_runs_nothing_of_the_head(
    tiny: Tiny, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ran = tmp_path / "ran"
    code = f"open({str(ran)!r}, 'w')\n"
    tiny.pull({"model/packed.py": code, "sitecustomize.py": code, "benchmarks/memory.py": code})
    assert cli.main(["gate", "main", "pull", "--look"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert not ran.exists()
    assert lines[0].endswith(
        ": nothing was read; but this pull request changes how it is measured: 2 files, and could "
        "act on how it is measured: 1 place"
    )
    assert lines[3:] == [
        "This pull request also changes what is measured, or how:",
        "    benchmarks: benchmarks/memory.py (changed)",
        "    takes the name of an installed module: sitecustomize.py (added)",
        "What is measured could tell that it is, or act on it; to be looked at:",
        "    model/packed.py:1 uses open",
    ]


def test_nothing_is_left_behind(
    tiny: Tiny, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    tiny.pull(GROWTH)
    before = sorted(tiny.folder.iterdir())
    assert gate(capsys)[0] == 1
    assert list(tmp_path.iterdir()) == []
    assert sorted(tiny.folder.iterdir()) == before
    assert git(tiny.folder, "status", "--porcelain", "--ignored") == ""


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_gate_that_is_ended_leaves_nothing(
    number: signal.Signals, status: int, tiny: Tiny, tmp_path: Path
) -> None:
    started = tmp_path / "started"
    code = (
        f"import os, time\nopen({str(started)!r}, 'w').write(f'{{os.getpid()}}.')\ntime.sleep(60)"
    )
    tiny.pull({"model/packed.py": code})
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "asv_ledger", "gate", "main", "pull"],
        env=os.environ | {"PYTHONPATH": str(SOURCES), "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while not (started.exists() and started.read_text().endswith(".")):
            time.sleep(0.01)
        process.send_signal(number)
        assert process.communicate(timeout=30) == ("", "")
    assert process.returncode == status
    assert list(scratch.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text().rstrip(".")), 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["main", "v9"], "v9 names no commit; git rev-parse must know it"),
        (["main", "refs/heads/main"], "main and refs/heads/main are one commit; name two"),
        (
            ["main", "--comment", "no/such/folder"],
            "no/such/folder: No such file or directory; name a file that can be written",
        ),
    ],
)
def test_wrong_use_is_one_line(
    arguments: list[str], message: str, tiny: Tiny, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.pull(GROWTH)
    assert cli.main(["gate", *arguments]) == 2
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.startswith("asv-ledger: ")
    assert errors.endswith(f"{message}\n")
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        (None, "No such file or directory"),
        ('{"version": 1, "repo": ".", "ledger": []}', '"ledger" is []; allowed: an object of '),
    ],
)
def test_the_configuration_is_that_of_the_base(
    configuration: str | None, message: str, tiny: Tiny, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.pull({"asv.conf.json": configuration})
    git(tiny.folder, "checkout", "--quiet", "-B", "other", "main")
    assert cli.main(["gate", "pull", "other"]) == 2
    base = git(tiny.folder, "rev-parse", "--short=8", "pull")
    output, errors = capsys.readouterr()
    assert (output, errors.count("\n")) == ("", 1)
    assert errors.startswith(f"asv-ledger: asv.conf.json at {base}: {message}")


def test_the_comment_is_written_beside_and_json_and_markdown_are_one_or_the_other(
    tiny: Tiny, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    tiny.pull(GROWTH)
    comment = tmp_path / "comment.md"
    assert cli.main(["gate", "main", "pull", "--comment", str(comment)]) == 1
    first, *_ = capsys.readouterr().out.splitlines()
    lines = comment.read_text().splitlines()
    assert lines[0] == f"<!-- asv-ledger gate: CPython {VERSION} -->"
    assert lines[1] == f"### {escape_markdown(first)}"
    with pytest.raises(SystemExit) as ended:
        cli.main(["gate", "main", "pull", "--json", "--markdown"])
    assert ended.value.code == 2
    assert "not allowed with argument" in capsys.readouterr().err


def test_where_nothing_says_what_is_measured_all_but_the_measuring_is(
    tiny: Tiny, capsys: pytest.CaptureFixture[str]
) -> None:
    configuration = {**CONFIGURATION, "ledger": {"metrics": "python -m benchmarks.metrics"}}
    base: Changes = {"asv.conf.json": json.dumps(configuration)}
    tiny.pull(base)
    git(tiny.folder, "branch", "--force", "unsaid", "pull")
    memory = MEMORY.replace("/ 100", "/ 100 - 16")
    tiny.pull({**base, **GROWTH, "benchmarks/memory.py": memory, "json.py": "raise OSError"})
    assert cli.main(["gate", "unsaid", "pull"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[7:11] == [
        "This pull request also changes what is measured, or how:",
        "    benchmarks: benchmarks/memory.py (changed)",
        "    takes the name of an installed module: json.py (added)",
        "The head's own benchmarks, which decide nothing, say otherwise:",
    ]
