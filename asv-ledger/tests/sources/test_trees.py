import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from asv_ledger.sources.git import HistoryError
from asv_ledger.sources.trees import fetch_tree, find_root, list_files, write_tree
from support.histories import git, repository


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project ü"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "written"
    made.mkdir()
    return made


def commit(project: Path) -> str:
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "change")
    return git(project, "rev-parse", "HEAD")


def make_tree(project: Path, *entries: tuple[str, str, bytes]) -> str:
    """Commit a tree that git would not make: its modes, names and contents."""
    content = b""
    for mode, name, data in entries:
        kind = "tree" if mode == "40000" else "blob"
        content += f"{mode} {name}\0".encode() + bytes.fromhex(hash_object(project, kind, data))
    return git(project, "commit-tree", "-m", "hostile", hash_object(project, "tree", content))


def hash_object(project: Path, kind: str, data: bytes) -> str:
    process = subprocess.run(
        ["git", "hash-object", "-w", "--literally", "-t", kind, "--stdin"],
        cwd=project,
        input=data,
        capture_output=True,
        check=True,
    )
    return process.stdout.decode().strip()


def tree(project: Path, mode: str, name: str, data: bytes) -> bytes:
    return f"{mode} {name}\0".encode() + bytes.fromhex(hash_object(project, "blob", data))


def written(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_files_are_written_as_they_are_committed(project: Path, folder: Path) -> None:
    (project / "a folder").mkdir()
    (project / "a folder" / "größe\n.bin").write_bytes(bytes(range(256)) * 1_000)
    (project / "empty").touch()
    (project / "run").write_text("#!/bin/sh\n")
    (project / "run").chmod(0o755)
    (project / "link").symlink_to("a folder")
    name = commit(project)
    (project / "empty").write_text("not committed\n")
    before = git(project, "status", "--porcelain"), git(project, "worktree", "list")
    write_tree(project, name, folder)
    assert written(folder) == {
        "a folder/größe\n.bin": bytes(range(256)) * 1_000,
        "empty": b"",
        "run": b"#!/bin/sh\n",
    }
    assert (folder / "link").readlink() == Path("a folder")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    umask = os.umask(0)
    os.umask(umask)
    assert (modes["run"], modes["empty"]) == (0o755 & ~umask, 0o666 & ~umask)
    assert (git(project, "status", "--porcelain"), git(project, "worktree", "list")) == before


def test_no_attribute_changes_what_is_written(project: Path, folder: Path, tmp_path: Path) -> None:
    lines = b"one $Format:%H$ $Id$\ntwo\n"
    (project / "model.py").write_bytes(lines)
    (project / "left.py").write_bytes(lines)
    name = commit(project)
    git(project, "config", "filter.upper.smudge", "tr a-z A-Z")
    git(project, "config", "core.attributesFile", str(tmp_path / "attributes"))
    git(project, "config", "core.autocrlf", "true")
    attributes = "* filter=upper export-subst ident text eol=crlf\nleft.py export-ignore\n"
    (tmp_path / "attributes").write_text(attributes)
    write_tree(project, name, folder)
    assert written(folder) == {"left.py": lines, "model.py": lines}


def test_paths_choose_files_and_folders(project: Path, folder: Path) -> None:
    for path in ("benchmarks/a.py", "benchmarks/b/c.py", "model/a.py", "asv.conf.json"):
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(path)
    name = commit(project)
    write_tree(project, name, folder, ["benchmarks", "asv.conf.json", "missing", "*"])
    assert list(written(folder)) == ["asv.conf.json", "benchmarks/a.py", "benchmarks/b/c.py"]


def test_no_paths_are_no_files(project: Path, folder: Path) -> None:
    (project / "model.py").touch()
    write_tree(project, commit(project), folder, [])
    assert written(folder) == {}


def test_of_a_folder_within_a_repository_its_own_files_are_written(
    project: Path, folder: Path
) -> None:
    (project / "suite").mkdir()
    (project / "suite" / "model.py").touch()
    (project / "other.py").touch()
    write_tree(project / "suite", commit(project), folder)
    assert list(written(folder)) == ["model.py"]


def test_what_is_in_the_way_is_replaced_and_where_it_leads_is_not(
    project: Path, folder: Path, tmp_path: Path
) -> None:
    (project / "model.py").write_text("new\n")
    (tmp_path / "precious").write_text("of the user\n")
    (folder / "model.py").symlink_to(tmp_path / "precious")
    write_tree(project, commit(project), folder)
    assert (folder / "model.py").read_text() == "new\n"
    assert not (folder / "model.py").is_symlink()
    assert (tmp_path / "precious").read_text() == "of the user\n"


def test_submodules_are_left_out(project: Path, folder: Path) -> None:
    (project / "model.py").touch()
    name = commit(project)
    git(project, "update-index", "--add", "--cacheinfo", f"160000,{name},module")
    git(project, "commit", "--quiet", "--message", "Add a submodule")
    write_tree(project, "HEAD", folder)
    assert [path.name for path in folder.iterdir()] == ["model.py"]


@pytest.mark.parametrize("name", ["../escaped", "/escaped", "..", ".git/hooks/x", "a/../../b"])
def test_a_path_that_leaves_the_folder_is_refused(
    name: str, project: Path, folder: Path, tmp_path: Path
) -> None:
    hostile = make_tree(project, ("100644", name, b"x"))
    before = sorted(tmp_path.glob("*"))
    with pytest.raises(HistoryError) as raised:
        write_tree(project, hostile, folder)
    assert str(raised.value) == (
        f"{project}: {hostile} has {name!r}, which leads out of its folder; allowed: paths inside"
    )
    assert sorted(tmp_path.glob("*")) == before
    assert written(folder) == {}


def test_a_link_leads_no_file_elsewhere(project: Path, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    inside = tree(project, "100644", "file", b"x")
    hostile = make_tree(
        project,
        ("120000", "sub", str(tmp_path / "home").encode()),
        ("40000", "sub", inside),
    )
    with pytest.raises(OSError, match="sub"):
        write_tree(project, hostile, folder)
    (folder / "sub" / "file").unlink()
    (folder / "sub").rmdir()
    (folder / "sub").symlink_to(tmp_path / "home")
    only_file = make_tree(project, ("40000", "sub", inside))
    with pytest.raises(HistoryError, match="'sub/file', which leads out of its folder"):
        write_tree(project, only_file, folder)
    assert list((tmp_path / "home").iterdir()) == []


def test_a_target_that_no_link_can_have_is_a_file(project: Path, folder: Path) -> None:
    write_tree(project, make_tree(project, ("120000", "link", b"a\0b")), folder)
    assert written(folder) == {"link": b"a\0b"}


def test_an_unknown_commit_is_named(project: Path, folder: Path) -> None:
    with pytest.raises(HistoryError) as raised:
        write_tree(project, "--output=x", folder)
    assert str(raised.value) == f"{project}: fatal: Not a valid object name --output=x"


def test_a_file_that_git_has_lost_is_told(project: Path, folder: Path) -> None:
    (project / "model.py").write_text("lost\n")
    name = commit(project)
    blob = git(project, "rev-parse", "HEAD:model.py")
    (project / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(HistoryError) as raised:
        write_tree(project, name, folder)
    assert str(raised.value) == f"{project}: object {blob} is missing"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such bytes")
def test_a_name_may_be_of_any_bytes(project: Path, folder: Path) -> None:
    blob = bytes.fromhex(hash_object(project, "blob", b"x"))
    made = hash_object(project, "tree", b"100644 caf\xe9\0" + blob)
    write_tree(project, git(project, "commit-tree", "-m", "one", made), folder)
    assert [os.fsencode(path.name) for path in folder.iterdir()] == [b"caf\xe9"]


def test_what_a_clone_of_a_part_lacks_is_fetched(project: Path, tmp_path: Path) -> None:
    for text in ("old\n", "new\n"):
        (project / "model.py").write_text(text)
        commit(project)
    git(project, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", project.as_uri(), str(clone))
    old = git(clone, "rev-parse", "HEAD~1")
    offline = project.rename(tmp_path / "offline")
    with pytest.raises(HistoryError) as raised:
        fetch_tree(clone, old)
    assert str(raised.value) == (
        f"{clone}: fatal: '{project}' does not appear to be a git repository"
    )
    offline.rename(project)
    fetch_tree(clone, old)
    project.rename(offline)
    (tmp_path / "folder").mkdir()
    write_tree(clone, old, tmp_path / "folder")
    assert written(tmp_path / "folder") == {"model.py": b"old\n"}


def test_files_are_listed_as_a_commit_has_them(tmp_path: Path) -> None:
    repository(tmp_path)
    name = 'a\nb ä "c"'
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / name).write_text("x")
    (tmp_path / "link").symlink_to("d")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "one")
    listed = list_files(tmp_path, "HEAD")
    assert list(listed) == [f"d/{name}", "link"]
    assert [one.mode for one in listed.values()] == ["100644", "120000"]
    assert find_root(tmp_path / "d") == tmp_path.resolve()
