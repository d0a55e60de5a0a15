"""``make gate`` as its users meet it."""

import shutil
import sys
from pathlib import Path

import pytest

from evaluation.scratch import ROOT, Finished
from tests.slow.scratch import Project, keeping

LEDGER = "asv-ledger/src/asv_ledger"
PACKED = "bridge_model/packed.py"
SAME = ".ljust(_SMALLEST, _NEXT)\n\n\ndef move"
GROWN = SAME.replace(")", ") + _NEXT * 16", 1)
HEADLINE = "    session_memory.OneMoreSession.track_marginal('english'): "


def is_left_out(name: Path) -> bool:
    """Leave the baseline out, and most benchmarks: a few exact metrics are enough for a verdict."""
    return name.name == "baseline.toml" or keeping("session_memory")(name)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a copy of the project whose one commit has accepted what it costs."""
    project = Project.copy(tmp_path_factory.mktemp("begun") / "project", without=is_left_out)
    accepted = project.dev("accept")
    assert accepted.status == 0, accepted.output + accepted.errors
    (project.folder / "results").mkdir()
    shutil.copy(ROOT / "results" / "benchmarks.json", project.folder / "results")  # the units
    project.commit("Begin")
    project.git("tag", "begun")
    return project


@pytest.fixture
def project(begun: Project) -> Project:
    """Return the copy as it began."""
    begun.git("reset", "--quiet", "--hard", "begun")
    return begun


def change(project: Project, module: str, old: str, new: str) -> str:
    """Commit a change of the bridge; return the short hash."""
    path = project.folder / module
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return project.commit(f"Change {module}")


def gate(project: Project, base: str = "HEAD~1", **variables: str) -> Finished:
    return project.dev("gate", BASE=base, **variables)


def test_sixteen_bytes_do_not_pass_until_they_are_accepted(project: Project) -> None:
    base = project.git("log", "-1", "--format=%h %as %s", "--abbrev=8")
    head = change(project, PACKED, SAME, GROWN)
    refused = gate(project)
    assert (refused.status, refused.errors) == (1, "")
    lines = refused.output.splitlines()
    assert " metrics grew (compared " in lines[0]
    assert lines[0].startswith(f"CPython {sys.version.split()[0]}: ")
    assert lines[1] == f"from {base}"
    assert lines[2].startswith(f"to   {head} ")
    assert lines[3].startswith(HEADLINE)
    assert ", +16 bytes/session (+1." in lines[3]
    assert " %), +0.16 MB at 10,000 sessions; the baseline says 1,0" in lines[3]
    assert lines[-1] == "If that is meant: make accept, and say why in the commit"

    accepted = project.dev("accept")
    assert accepted.status == 0, accepted.output + accepted.errors
    project.git("commit", "--quiet", "--amend", "--all", "--no-edit")
    passed = gate(project)
    assert (passed.status, passed.errors) == (0, "")
    lines = passed.output.splitlines()
    assert "nothing grew beyond the baseline (" in lines[0]
    assert lines[0].endswith("; but this pull request changes how it is measured: 1 file")
    assert lines[-1] == "    baseline: baseline.toml (changed)"


def test_it_is_the_bases_own_ledger_that_judges(project: Project) -> None:
    change(project, PACKED, SAME, GROWN)
    change(project, f"{LEDGER}/statuses.py", "GREW = 1", "GREW = 5")
    path = project.folder / PACKED
    path.write_text(f"{path.read_text()}# Not committed.\n")
    comment = project.folder.parent / "comment.md"
    judged = gate(project, "begun", MAKELEVEL="1", COMMENT=str(comment))
    assert judged.status == 1, judged.output
    assert judged.errors.splitlines() == [
        "gate: commits are judged: what is not committed of bridge_model and pyproject.toml is not "
        "judged",
        "gate: the status is 1, but make itself exits with 2; BASE=begun python3 dev gate exits "
        "with it",
    ]
    told = f"    what measures: {LEDGER}/statuses.py (changed)"
    assert told in judged.output.splitlines()
    assert comment.read_text().startswith("<!-- asv-ledger gate: CPython ")
    assert list((project.folder / ".asv").glob("gate-*")) == []


def test_where_the_base_has_no_ledger_that_reads_commits_the_one_here_judges(
    project: Project,
) -> None:
    project.git("mv", LEDGER, "ledger")
    project.commit("Have an old ledger")
    project.git("mv", "ledger", LEDGER)
    project.commit("Have a new one")
    judged = gate(project)
    assert judged.errors == "gate: the ledger of HEAD~1 reads no commits: the one here judges\n"
    assert judged.status == 0, judged.output
    assert ": nothing grew (compared " in judged.output


def test_to_look_reads_nothing(project: Project) -> None:
    change(project, PACKED, SAME, GROWN)
    change(project, "benchmarks/workload.py", "\n", "\n\n")
    looked = gate(project, "begun", LOOK="1")
    assert (looked.status, looked.errors) == (0, "")
    assert looked.output.splitlines()[0].endswith(
        ": nothing was read; but this pull request changes how it is measured: 1 file"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("import zlib", "import zlip"),
        ("text.encode()\n    return", "text.encode(7)\n    return"),
    ],
)
def test_a_commit_that_breaks_the_bridge_does_not_pass(
    old: str, new: str, project: Project
) -> None:
    change(project, PACKED, old, new)
    judged = gate(project)
    assert (judged.status, judged.errors) == (4, "")
    assert " failed (compared " in judged.output.splitlines()[0], judged.output


@pytest.mark.parametrize(
    ("base", "head", "message"),
    [
        ("", "", "gate: BASE names no commit; name one: make gate BASE=HEAD~1\n"),
        ("v9", "", "gate: v9 names no commit; git rev-parse must know it\n"),
        ("HEAD", "", "gate: BASE=HEAD is the commit checked out; name another\n"),
        ("HEAD", "begun", "gate: BASE=HEAD and HEAD=begun are one commit; name another\n"),
    ],
)
def test_a_base_to_compare_with_is_required(
    project: Project, base: str, head: str, message: str
) -> None:
    refused = gate(project, base, HEAD=head)
    assert (refused.status, refused.output, refused.errors) == (2, "", message)


def test_a_shallow_clone_is_told_what_to_do(project: Project, tmp_path: Path) -> None:
    change(project, PACKED, SAME, GROWN)
    clone = tmp_path / "clone"
    origin = f"file://{project.folder}"
    project.git("clone", "--quiet", "--depth=1", "--branch=main", origin, str(clone))
    refused = Project(clone, project.home).dev("gate", BASE="HEAD~1")
    message = "gate: HEAD~1 names no commit; git fetch --unshallow\n"
    assert (refused.status, refused.output, refused.errors) == (2, "", message)
