from pathlib import Path

import pytest

from dev import checkout
from dev.errors import DevError
from support.histories import git, repository

MEASURED = ("bridge_model", "pyproject.toml")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    repository(tmp_path, "one", "two", "three")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(checkout, "ROOT", tmp_path)
    return tmp_path


def refused() -> str:
    with pytest.raises(DevError) as caught:
        checkout.check_repository()
    return str(caught.value)


def test_a_repository_of_another_is_told_as_git_tells_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "0")
    assert refused() == (
        f"git cannot read {project}: fatal: detected dubious ownership in repository at "
        f"'{project}'; git config --global --add safe.directory {project}"
    )


def test_a_missing_git_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(project))
    assert refused() == "git is not installed; install it"


def test_a_folder_that_is_no_repository_is_refused(project: Path) -> None:
    (project / ".git").rename(project / "git")
    assert refused() == f"{project} is not a git repository; get the project with git clone"


def test_a_repository_without_a_commit_is_refused(project: Path) -> None:
    git(project, "checkout", "--quiet", "--orphan", "empty")
    assert refused() == f"{project} has no commit yet; commit, then measure"


def test_what_is_not_committed_is_seen_whatever_status_is_set_to(project: Path) -> None:
    (project / "bridge_model").mkdir()
    git(project, "config", "status.showUntrackedFiles", "no")
    git(project, "config", "core.fsmonitor", "false")
    assert not checkout.is_changed(MEASURED)
    (project / "bridge_model" / "new.py").touch()
    assert checkout.is_changed(MEASURED)
    assert not checkout.is_changed(("elsewhere",))


def test_a_clone_that_ends_before_the_history_is_shallow(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not checkout.is_shallow()
    git(project, "clone", "--quiet", "--depth=1", tmp_path.as_uri(), "clone")
    monkeypatch.chdir(project / "clone")
    assert checkout.is_shallow()
    assert len(checkout.list_commits("HEAD")) == 1


@pytest.mark.parametrize("folder", ["results", "a/b"])
def test_a_folder_that_can_be_written_is_made(folder: str, project: Path) -> None:
    checkout.check_writable(Path(folder))
    assert (project / folder).is_dir()


def test_a_folder_that_cannot_be_written_is_named(project: Path) -> None:
    (project / "html").write_text("in the way")
    with pytest.raises(DevError) as caught:
        checkout.check_writable(Path("html"))
    assert str(caught.value) == "cannot write to html: File exists; make it writable"


def test_a_configuration_that_cannot_be_read_is_named(project: Path) -> None:
    (project / "asv.conf.json").write_text("{")
    with pytest.raises(DevError, match=r"^asv\.conf\.json: "):
        checkout.read_configuration()


def test_a_subject_controls_nothing(project: Path) -> None:
    git(project, "commit", "--quiet", "--allow-empty", "--message", "\x1b[31mred")
    head = git(project, "rev-parse", "HEAD")
    assert checkout.describe(head) == f"{head[:8]} \N{REPLACEMENT CHARACTER}[31mred"
    assert checkout.describe("0" * 40) == "00000000"


def test_what_git_says_is_utf_8(project: Path) -> None:
    git(project, "commit", "--quiet", "--allow-empty", "--message", "caf\u00e9")
    head = git(project, "rev-parse", "HEAD")
    assert checkout.describe(head) == f"{head[:8]} caf\N{LATIN SMALL LETTER E WITH ACUTE}"
