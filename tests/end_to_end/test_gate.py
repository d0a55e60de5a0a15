"""``make gate`` as its users meet it."""

from pathlib import Path

import pytest

from proof.scratch import Finished, Project

KEPT_BENCHMARKS = ("__init__", "figures", "measure", "session_memory", "units", "workload")


def is_left_out(name: Path) -> bool:
    """Leave most benchmarks out, as a few exact figures are enough for a verdict, and budgets."""
    if name.parts[0] == "benchmarks":
        return name.stem not in KEPT_BENCHMARKS
    return name.name == "budgets.toml"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project.copy(tmp_path / "project", without=is_left_out)
    accepted = project.run("-m", "tools.accept")
    assert accepted.status == 0, accepted.output + accepted.errors
    project.commit("Begin")
    return project


def change(project: Project, module: str, old: str, new: str) -> str:
    """Commit a change of the bridge; return the short hash."""
    path = project.folder / "bridge_model" / module
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return project.commit(f"Change {module}")


def gate(project: Project, base: str = "HEAD~1") -> Finished:
    return project.run("-m", "tools.gate", BASE=base)


def test_growth_does_not_pass_until_it_is_accepted_and_an_innocent_commit_does(
    project: Project,
) -> None:
    change(project, "packed.py", "_SMALLEST = 480", "_SMALLEST = 480  # innocent")
    passed = gate(project)
    assert passed.status == 0, passed.output + passed.errors
    assert "\nNothing grew: of " in passed.output
    assert " compared, 0 grew and 0 shrank\n" in passed.output

    change(
        project,
        "packed.py",
        ".ljust(_SMALLEST, _NEXT)\n\n\ndef move",
        ".ljust(_SMALLEST, _NEXT) + _NEXT\n\n\ndef move",
    )
    refused = gate(project)
    assert refused.status == 1, refused.output + refused.errors
    assert "session_memory.OneMoreSession.track_marginal ('english')" in refused.output
    assert " bytes/session, +1 (+0.10 %), +0.01 MB at 10,000 sessions, " in refused.output
    assert "within its budget" not in refused.output

    accepted = project.run("-m", "tools.accept")
    assert accepted.status == 0, accepted.output + accepted.errors
    (told,) = (line for line in accepted.output.splitlines() if "marginal('english')" in line)
    assert told.startswith("    session_memory.OneMoreSession.track_marginal('english'): ")
    assert told.endswith(", +1 (+0.10 %)")
    project.git("commit", "--quiet", "--amend", "--all", "--no-edit")
    passed = gate(project)
    assert passed.status == 0, passed.output + passed.errors
    assert "\nNothing grew beyond budget: of " in passed.output
    (told,) = (line for line in passed.output.splitlines() if "marginal ('english')" in line)
    assert " bytes/session, +1 (+0.10 %), " in told
    assert told.endswith("; grew within its budget")


def test_a_project_without_figures_does_not_pass(tmp_path: Path) -> None:
    project = Project.copy(
        tmp_path / "project",
        without=lambda name: name.parts[0] == "benchmarks" and name.stem != "__init__",
    )
    project.commit("Begin")
    (project.folder / "README.md").write_text("More words\n")
    project.commit("Write more")
    judged = gate(project)
    assert judged.status == 3, judged.output + judged.errors
    assert judged.output.splitlines()[-3] == "Nothing was measured at both commits"


def test_a_commit_that_does_not_build_does_not_pass(project: Project) -> None:
    project_file = project.folder / "pyproject.toml"
    project_file.write_text(project_file.read_text().replace('name = "bridge-model"', "name = 3"))
    project.commit("Break the build")
    failed = gate(project)
    assert failed.status == 4, failed.output + failed.errors
    assert "exact figures failed: of 0 compared, 0 grew and 0 shrank" in failed.output


@pytest.mark.parametrize(
    ("base", "message"),
    [
        ("", "gate: BASE names no commit; name one: make gate BASE=HEAD~1\n"),
        ("v9", "gate: v9 names no commit; git rev-parse must know it\n"),
        ("HEAD", "gate: BASE=HEAD is the commit checked out; name another\n"),
    ],
)
def test_a_base_to_compare_with_is_required(project: Project, base: str, message: str) -> None:
    refused = gate(project, base)
    assert (refused.status, refused.output, refused.errors) == (2, "", message)
