"""Which line is which, in texts of patches, and once in a repository that is set up to mislead."""

from difflib import unified_diff
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asv_ledger.model.diffs import Diff, FileDiff, Place, Replacement
from asv_ledger.sources.diffs import read_diff
from support.histories import git, repository

texts = st.lists(st.sampled_from(["x = f(1)", "x = f(2)", "return x", "", "}", "-- x"]), max_size=9)


def patch(before: list[str], after: list[str], context: int = 0) -> str:
    """Return what git prints for a file of these lines."""
    return "\n".join(unified_diff(before, after, "a/x", "b/x", lineterm="", n=context))


def edits(removed: list[str], added: list[str]) -> dict[int, int]:
    """Return which of lines that replace each other were edited, by their places."""
    heading = f"@@ -1,{len(removed)} +1,{len(added)} @@"
    lines = [heading, *(f"-{line}" for line in removed), *(f"+{line}" for line in added)]
    return {old - 1: new - 1 for old, new in FileDiff.parse("x", "\n".join(lines)).edits.items()}


def test_a_patch_says_what_replaced_what() -> None:
    told = FileDiff.parse(
        "model/x.py",
        "diff --git a/model/x.py b/model/x.py\n"
        "index 1..2 100644\n"
        "--- a/model/x.py\n"
        "+++ b/model/x.py\n"
        "@@ -3,0 +4,2 @@ def f() -> None:\n"
        "+++ x\n"
        "+\n"
        "@@ -7 +9 @@\n"
        "---x\n"
        "+y\n"
        "@@ -9,2 +10,0 @@\n"
        "-last\n"
        "-but one\n"
        "\\ No newline at end of file\n",
    )
    assert told == FileDiff(
        "model/x.py",
        (
            Replacement(4, (), 4, ("++ x", "")),
            Replacement(7, ("--x",), 9, ("y",)),
            Replacement(9, ("last", "but one"), 11, ()),
        ),
    )
    assert [told.follow(line) for line in range(1, 12)] == [
        *(1, 2, 3),
        *(6, 7, 8),
        *(None, 10, None, None, 11),
    ]
    assert [line for line in range(1, 12) if told.is_added(line)] == [4, 5, 9]


def test_a_patch_of_nothing_changes_no_line() -> None:
    told = FileDiff.parse("x", "")
    assert told == FileDiff("x")
    assert told.follow(7) == 7
    assert not told.is_added(7)


@given(texts, texts, st.integers(0, 3))
def test_a_line_that_is_followed_is_the_same(
    before: list[str], after: list[str], context: int
) -> None:
    told = FileDiff.parse("x", patch(before, after, context))
    followed = [told.follow(number + 1) for number in range(len(before))]
    kept = [number for number in followed if number is not None]
    assert kept == sorted(set(kept))
    for line, number in zip(before, followed, strict=True):
        assert number is None or after[number - 1] == line
    added = [number + 1 for number in range(len(after)) if told.is_added(number + 1)]
    assert sorted([*kept, *added]) == list(range(1, len(after) + 1))
    assert told == FileDiff.parse("x", patch(before, after))


@given(texts, texts)
def test_lines_are_edited_in_order_and_from_what_they_replace(
    before: list[str], after: list[str]
) -> None:
    told = FileDiff.parse("x", patch(before, after))
    assert list(told.edits.values()) == sorted(set(told.edits.values()))
    for old, new in told.edits.items():
        assert told.follow(old) is None
        assert told.is_added(new)
        assert any(
            one.old <= old < one.old + len(one.removed)
            and one.new <= new < one.new + len(one.added)
            for one in told.replacements
        )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("self._sessions[user] = session", "self._sessions[user] = session, self._window"),
        ("self._active[user] = now", "self._active[user] = datetime.fromtimestamp(now / M, UTC)"),
        ("self._presence.enter(user, room)", "self._presence.enter(str(user.encode()), room)"),
        ("self._members[room] = (*members, user)", "self._members.setdefault(room, []).add(user)"),
        ("return [y]", "return (y,)"),
        ("size = 100", "size = 108"),
    ],
)
def test_a_line_that_keeps_half_of_its_words_was_edited(before: str, after: str) -> None:
    assert edits([before], [after]) == {0: 0}
    assert edits([after], [before]) == {0: 0}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "session = Session(user, room, History(self._history_window))",
            "self._messages_kept = 2 * self._history_window",
        ),
        ("return _agree(build, read)", "_roots = ContextVar('_roots', default=None)"),
        ("recent += (at,)", "times = tuple(map(check_time, self.flagged_at))"),
        ("}", "}"),
        ("", ""),
    ],
)
def test_a_line_that_shares_fewer_words_took_the_place_of_another(before: str, after: str) -> None:
    assert edits([before], [after]) == {}
    assert edits([after], [before]) == {}


def test_of_lines_that_were_edited_each_is_the_one_that_it_is_most_like() -> None:
    assert edits(
        ["steps = packed[:strings]", "return b''.join(head, steps, text)"],
        [
            "steps = packed[8:strings]",
            "joined = b''.join(head, steps, text)",
            "return joined.pad()",
        ],
    ) == {0: 0, 1: 1}
    # They keep their order, or else they moved.
    assert edits(["a = f(x)", "b = g(y)"], ["b = g(y, 1)", "a = f(x)()"]) == {0: 1}


def test_a_rewrite_of_hundreds_of_lines_edits_none() -> None:
    lines = [f"x = {number}" for number in range(201)]
    assert edits(lines[:200], [f"{line} + y" for line in lines[:200]]).keys() == set(range(200))
    assert edits(lines, [f"{line} + y" for line in lines]) == {}


def test_of_a_file_that_is_not_known_nothing_is() -> None:
    diff = Diff({"a.py": FileDiff.parse("b.py", "@@ -2 +2 @@\n-x = 1\n+x = 2\n")})
    assert diff.find_unchanged("a.py", 1) == Place("b.py", 1)
    assert diff.find_edited("a.py", 2) == Place("b.py", 2)
    assert diff.find_unchanged("a.py", 2) is diff.find_edited("a.py", 1) is None
    for file, line in (("b.py", 1), ("c.py", 1), (None, None), ("a.py", None)):
        assert diff.find_unchanged(file, line) is diff.find_edited(file, line) is None
    assert not diff.is_added("b.py", 1)
    assert diff.is_added("b.py", 2)
    for file, line in (("a.py", 1), ("c.py", 1), (None, None), ("b.py", None)):
        assert diff.is_added(file, line)


def commit(folder: Path) -> str:
    """Commit all that is in a folder; return the commit's hash."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "All of it")
    return git(folder, "rev-parse", "HEAD")


NASTY = {
    "color.ui": "always",
    "core.quotePath": "true",
    "diff.algorithm": "patience",
    "diff.context": "9",
    "diff.external": "false",
    "diff.interHunkContext": "9",
    "diff.mnemonicPrefix": "true",
    "diff.noprefix": "true",
    "diff.orderFile": "nowhere",
    "diff.renames": "false",
    "diff.suppressBlankEmpty": "true",
    "diff.wordRegex": ".",
    "diff.upper.command": "false",
    "diff.upper.textconv": "tr a-z A-Z <",
    "diff.upper.binary": "true",
}


def test_git_tells_the_lines_whatever_it_is_set_up_to_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = 'mo"d\tel ü'
    folder = tmp_path / "project"
    model, other, odd_one = folder / "src/model", folder / "other/model", folder / "src" / odd
    benchmarks = folder / "benchmarks"
    for one in (model, other, odd_one, benchmarks):
        one.mkdir(parents=True)
    repository(folder)
    (folder / ".gitattributes").write_text("* diff=upper\n")
    (benchmarks / "workload.py").write_text("room = 1\n")
    (odd_one / "edited.py").write_text("a = 1\nb = 2\nc = 3\n")
    long = "".join(f"line {number}\n" for number in range(20))
    (model / "old.py").write_text(long)
    for name in ("same", "gone", "link", "twice", "later"):
        (model / f"{name}.py").write_text("x\n")
    (other / "twice.py").write_text("x\n")
    before = commit(folder)

    (benchmarks / "workload.py").write_text("\nroom = 1\n")
    (odd_one / "edited.py").write_text("a = 1\nc = 3\nc = 4\n")
    (model / "old.py").unlink()
    (model / "new.py").write_text(f"first\n{long}")
    (model / "gone.py").unlink()
    (model / "link.py").unlink()
    (model / "link.py").symlink_to("same.py")
    (other / "later.py").write_text("x\n")
    after = commit(folder)

    for name, value in NASTY.items():
        git(folder, "config", name, value)
    monkeypatch.setenv("GIT_DIFF_OPTS", "--unified=1")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    names = {f"model/{name}.py" for name in ("old", "same", "gone", "link", "twice", "later")}
    names |= {f"{odd}/edited.py", "model/new.py", "workload.py", "benchmarks/workload.py", "no.py"}
    assert read_diff(folder, before, after, names, benchmarks) == Diff(
        {
            f"{odd}/edited.py": FileDiff(
                f"{odd}/edited.py",
                (Replacement(2, ("b = 2",), 2, ()), Replacement(4, (), 3, ("c = 4",))),
            ),
            "model/old.py": FileDiff("model/new.py", (Replacement(1, (), 1, ("first",)),)),
            "model/same.py": FileDiff("model/same.py"),
        }
    )
    # Where no name is asked for, a file is called by its path.
    renamed = read_diff(folder, before, after, {"model/old.py"}, benchmarks)
    assert renamed.files["model/old.py"].name == "src/model/new.py"
