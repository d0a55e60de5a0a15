from bridge_model.crisis import CrisisLevel, CrisisState
from bridge_model.history import History
from bridge_model.message import Role
from bridge_model.session import Session


def session() -> Session:
    history = History(1)
    history.append(Role.USER, "hello", 1.0, "lobby")
    return Session("ada", "lobby", history, CrisisState(CrisisLevel.WATCHFUL, (1.0,)))


def test_a_new_session_is_calm() -> None:
    assert Session("ada", "lobby", History(1)).crisis == CrisisState()


def test_a_copy_holds_the_same() -> None:
    copied = session().copy()
    assert copied == session()
    assert (copied.user, copied.room) == ("ada", "lobby")
    assert [said.content for said in copied.history] == ["hello"]
    assert copied.crisis == CrisisState(CrisisLevel.WATCHFUL, (1.0,))


def test_what_is_done_to_a_copy_does_not_reach_the_session() -> None:
    original = session()
    copied = original.copy()
    copied.user = "bo"
    copied.room = "library"
    copied.crisis = CrisisState()
    copied.history.append(Role.ASSISTANT, "only here", 2.0, "library")
    assert original == session()


def test_what_is_done_to_the_session_does_not_reach_a_copy() -> None:
    original = session()
    copied = original.copy()
    original.room = "library"
    original.history.append(Role.ASSISTANT, "only there", 2.0, "library")
    original.crisis = CrisisState()
    assert copied == session()
