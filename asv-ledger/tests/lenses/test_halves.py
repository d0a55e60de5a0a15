import os
from collections.abc import Callable

import pytest

from asv_ledger.lenses.halves import do_both


def say(word: str) -> Callable[[], tuple[str, int]]:
    return lambda: (word, os.getpid())


def test_one_of_two_is_done_in_a_process_of_its_own() -> None:
    (first, here), (second, there) = do_both(say("one"), say("two"))
    assert (first, second) == ("one", "two")
    assert here == os.getpid() != there


def test_where_no_process_is_copied_one_runs_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(os, "fork")
    assert do_both(say("one"), say("two")) == (("one", os.getpid()), ("two", os.getpid()))


def test_a_copy_that_says_nothing_is_named() -> None:
    def end() -> tuple[str, int]:
        os._exit(3)

    with pytest.raises(ChildProcessError) as caught:
        do_both(say("one"), end)
    assert str(caught.value) == "a process of its own ended with status 3, and said nothing"


@pytest.mark.parametrize("size", [1, 1_000_000])  # the latter is more than a pipe holds
def test_the_copy_is_waited_for_where_this_one_fails(size: int) -> None:
    def fail() -> bytes:
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        do_both(fail, lambda: b"x" * size)
    with pytest.raises(ChildProcessError, match="No child processes"):
        os.waitpid(-1, os.WNOHANG)
