"""The hosted CI's workflows, linted for their form and for their safety, with no network."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from asv_ledger.render.gate_report import MARKER

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").iterdir())

# Returns what a linter found in a workflow, nothing where it found nothing.
Lint = Callable[[Path], str]


def lint_form(workflow: Path) -> str:
    schema = ("--builtin-schema", "vendor.github-workflows")
    return run(sys.executable, "-m", "check_jsonschema", *schema, str(workflow))


def lint_safety(workflow: Path) -> str:
    zizmor = shutil.which("zizmor", path=Path(sys.executable).parent)
    assert zizmor is not None, "zizmor is not installed; requirements.txt has it"
    return run(zizmor, "--offline", "--quiet", "--pedantic", "--strict-collection", str(workflow))


def run(*command: str) -> str:
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    told = process.stdout + process.stderr
    return f"status {process.returncode}: {told}" if process.returncode else ""


@pytest.mark.parametrize("lint", [lint_form, lint_safety])
@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_the_linters_find_nothing(workflow: Path, lint: Lint) -> None:
    assert lint(workflow) == ""


@pytest.mark.parametrize(
    ("lint", "right", "wrong", "found"),
    [
        (lint_form, "runs-on:", "run-on:", "'runs-on' is a required property"),
        (lint_form, "fail-fast:", "fail-first:", "'fail-first' was unexpected"),
        (lint_form, "  pull_request:", "  pull_requests:", "'pull_requests': None} is not valid"),
        (lint_safety, "permissions: {}", "permissions: write-all", "excessive-permissions"),
        (lint_safety, "@9c091bb21b7c1c1d1991bb908d89e4e9dddfe3e0 # v7.0.0", "@v7", "unpinned-uses"),
        (lint_safety, "          persist-credentials: false\n", "", "artipacked"),
        (
            lint_safety,
            '"$comments"',
            "${{ github.event.pull_request.title }}",
            "template-injection",
        ),
        (lint_safety, "  pull_request:", "  pull_request_target:", "dangerous-triggers"),
    ],
)
def test_a_mistake_made_on_purpose_is_found(
    lint: Lint, right: str, wrong: str, found: str, tmp_path: Path
) -> None:
    workflow = tmp_path / "check.yml"
    text = (ROOT / ".github" / "workflows" / workflow.name).read_text()
    assert right in text
    workflow.write_text(text.replace(right, wrong, 1))
    assert found in lint(workflow)


def test_what_the_workflows_run_is_there() -> None:
    text = "".join(workflow.read_text() for workflow in WORKFLOWS)
    targets = set(re.findall(r"\bmake ([a-z]+)", text))
    modules = set(re.findall(r"python -m ([a-z._]+)", text))
    assert {"bench", "gate", "site", "test"} == targets
    assert targets <= set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"asv_ledger", "dev.split", "pip"} == modules
    assert all(map(find_spec, modules))


def read_jobs() -> dict[str, Any]:
    jobs = YAML(typ="base").load(ROOT / ".github" / "workflows" / "check.yml")
    assert jobs["on"]["pull_request"] == ""
    return dict(jobs["jobs"])


def test_a_pull_request_is_judged_by_its_base_and_fetched_as_data() -> None:
    jobs = read_jobs()
    for name in ("look", "gate"):
        steps = jobs[name]["steps"]
        checkout, *_ = (step for step in steps if "checkout" in step.get("uses", ""))
        assert checkout["with"]["ref"] == "${{ github.event.pull_request.base.sha }}"
        assert checkout["with"]["persist-credentials"] == "false"
        (judge,) = (step for step in steps if step.get("run") == "make gate")
        assert judge["env"]["BASE"] == "${{ github.sha }}^1"
        assert judge["env"]["HEAD"] == "${{ github.sha }}"
        assert jobs[name]["permissions"] == {"contents": "read"}
        # A token is there for what fetches alone, and not for what runs.
        assert [step["name"] for step in steps if "GH_TOKEN" in step.get("env", {})] == [
            "Fetch the pull request"
        ]


def test_the_comment_is_found_by_the_ledgers_mark_and_written_by_what_runs_nothing_else() -> None:
    job = read_jobs()["comment"]
    assert job["permissions"] == {"pull-requests": "write"}
    *_, write = job["steps"]
    assert write["env"]["MARK"] == MARKER
    assert not [step for step in job["steps"] if "checkout" in step.get("uses", "")]


@pytest.mark.parametrize("known", ["", "7"])
def test_the_comment_is_written_once_and_written_anew(known: str, tmp_path: Path) -> None:
    *_, write = read_jobs()["comment"]["steps"]
    verdicts = {"verdict-0": f"{MARKER}: CPython 3.12 -->\n", "verdict-3.11": "ä" * 70_000}
    for name, text in verdicts.items():
        (tmp_path / "verdicts" / name).mkdir(parents=True)
        (tmp_path / "verdicts" / name / "verdict.md").write_text(text)
    gh = tmp_path / "gh"
    gh.write_text(
        '#!/bin/sh\necho "$@" >> called\n'
        f"case \"$*\" in *--paginate*) printf '%s\\n' {known};; esac\n"
    )
    gh.chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "GH_REPO": "a/b",
        "NUMBER": "3",
        "MARK": MARKER,
    }
    subprocess.run(
        ["bash", "-eo", "pipefail", "-c", write["run"]], cwd=tmp_path, env=environment, check=True
    )
    look, call = (tmp_path / "called").read_text().splitlines()
    assert look.startswith("api --paginate repos/a/b/issues/3/comments --jq .[] | select(")
    expected = (
        "api --silent --method PATCH repos/a/b/issues/comments/7 --field body=@comment.md"
        if known
        else "api --silent --method POST repos/a/b/issues/3/comments --field body=@comment.md"
    )
    assert call == expected
    text = (tmp_path / "comment.md").read_text()
    assert text.startswith(f"{MARKER}: CPython 3.12 -->\n")
    assert len(text) == 65_001
