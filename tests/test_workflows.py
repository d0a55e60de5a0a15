"""The hosted CI's workflows, linted for their form and for their safety, with no network."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

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
        (lint_safety, '"$NUMBER"', "${{ github.event.pull_request.title }}", "template-injection"),
        (lint_safety, "  pull_request:", "  pull_request_target:", "dangerous-triggers"),
    ],
)
def test_a_planted_mistake_is_found(
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
    modules = set(re.findall(r"python -m ([a-z.]+)", text))
    assert {"bench", "gate", "site", "test"} == targets
    assert targets <= set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"ledger", "pip", "tools.split"} == modules
    assert all(map(find_spec, modules))
