import sys
import types
import unicodedata
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import workload

every_payload = pytest.mark.parametrize("payload", workload.PAYLOADS)
payloads = st.sampled_from(workload.PAYLOADS)
turns = st.integers(0, 1_000)


class Ear:
    """A bridge that only keeps what it was handed."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.texts: list[str] = []

    def receive(self, user: str, text: str, room: str) -> None:
        self.heard += [user, text, room]
        self.texts.append(text)

    def reply(self, user: str, text: str) -> None:
        self.heard += [user, text]
        self.texts.append(text)


def said(payload: str, session: int) -> Ear:
    ear = Ear()
    for turn in range(workload.EXCHANGES):
        question = workload.chat_line(payload, turn, False)
        answer = workload.chat_line(payload, turn, True)
        workload.exchange(ear, session, question, answer)
    return ear


class TestImportAnew:
    def test_shares_no_module_with_the_package_in_use(self) -> None:
        package = workload.import_anew()
        in_use = workload.api("Bridge")
        assert package.Bridge.__module__ == in_use.__module__
        assert package.Bridge.receive.__globals__ is not in_use.receive.__globals__
        assert sys.modules[in_use.__module__].Bridge is in_use

    def test_a_package_that_cannot_be_imported_leaves_the_one_in_use(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        in_use = workload.api("Bridge")
        monkeypatch.setattr(sys, "path", [])
        sys.path_importer_cache.clear()
        with pytest.raises(ModuleNotFoundError):
            workload.import_anew()
        assert workload.api("Bridge") is in_use


class TestApi:
    def test_returns_a_public_name_of_the_bridge(self) -> None:
        import bridge_model

        assert workload.api("Bridge") is bridge_model.Bridge
        assert workload.supports("Bridge")

    @pytest.mark.parametrize("module", [None, types.ModuleType("bridge_model")])
    def test_says_what_a_commit_does_not_have(
        self, module: types.ModuleType | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "bridge_model", module)
        assert not workload.supports("Bridge")
        with pytest.raises(NotImplementedError) as caught:
            workload.api("Bridge")
        assert str(caught.value) == "this commit has no bridge_model.Bridge"

    @pytest.mark.parametrize("broken", ["import missing", "from json import missing", "1 / 0"])
    def test_a_package_that_cannot_be_imported_is_no_old_one(
        self, broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "bridge_model.py").write_text(broken)
        monkeypatch.delitem(sys.modules, "bridge_model")
        monkeypatch.syspath_prepend(tmp_path)
        for read in (workload.api, workload.supports):
            with pytest.raises((ImportError, ZeroDivisionError)):
                read("Bridge")


class TestTimes:
    def test_start_on_the_day_of_the_published_profile(self) -> None:
        first = next(workload.times())
        assert datetime.fromtimestamp(first, UTC) == datetime(
            2026, 4, 13, 12, 0, 0, 250_000, tzinfo=UTC
        )

    def test_are_never_whole_seconds_and_one_and_a_half_seconds_apart(self) -> None:
        times = list(islice(workload.times(), 100_000))
        assert {time % 1 for time in times} == {0.25, 0.75}
        assert {later - time for time, later in pairwise(times)} == {1.5}


class TestTexts:
    @given(payload=payloads, turn=turns, answer=st.booleans())
    def test_a_chat_line_is_one_sentence_that_names_the_session_once(
        self, payload: str, turn: int, answer: bool
    ) -> None:
        assert workload.chat_line(payload, turn, answer).count("#") == 1

    @given(payload=payloads, turn=turns, answer=st.booleans())
    def test_five_long_messages_in_a_row_hold_every_length_once(
        self, payload: str, turn: int, answer: bool
    ) -> None:
        lengths = [
            workload.long_message(payload, turn + later, answer).count("#") for later in range(5)
        ]
        assert sorted(lengths) == [7, 8, 10, 12, 13]

    def test_english_is_ascii(self) -> None:
        assert all(text.isascii() for text in said("english", 0).texts)

    def test_multilingual_holds_many_scripts_and_emoji(self) -> None:
        characters = set("".join(said("multilingual", 0).texts))
        scripts = {unicodedata.name(letter).split()[0] for letter in characters if letter.isalpha()}
        assert {
            "ARABIC",
            "CJK",
            "CYRILLIC",
            "DEVANAGARI",
            "HANGUL",
            "HEBREW",
            "HIRAGANA",
            "LATIN",
            "THAI",
        } <= scripts
        assert {"😕", "🎉", "🙂", "👍"} <= characters

    @given(
        payload=payloads,
        sessions=st.lists(st.integers(0, 999_999), min_size=2, max_size=2, unique=True),
    )
    def test_no_two_sessions_share_a_text(self, payload: str, sessions: list[int]) -> None:
        one, other = (said(payload, session).texts for session in sessions)
        assert set(one).isdisjoint(other)

    @given(payload=payloads, session=st.integers(0, 999_999))
    def test_every_session_is_as_long_as_payload_bytes_says(
        self, payload: str, session: int
    ) -> None:
        texts = said(payload, session).texts
        assert len(texts) == 20
        assert sum(len(text.encode()) for text in texts) == workload.payload_bytes(payload)

    @every_payload
    def test_every_string_is_fresh(self, payload: str) -> None:
        heard = said(payload, 7).heard + said(payload, 7).heard
        assert len(heard) == 2 * 5 * workload.EXCHANGES
        assert len({id(string) for string in heard}) == len(heard)

    def test_a_user_is_a_fresh_string(self) -> None:
        assert workload.user(7) == workload.user(7) == "user-000007"
        assert workload.user(7) is not workload.user(7)


class TestPopulation:
    @every_payload
    def test_is_the_same_every_time(self, payload: str) -> None:
        one, other = (workload.population(3, payload=payload) for _ in range(2))
        assert list(one) == list(other) == [workload.user(session) for session in range(3)]
        for user in one:
            assert list(one.session(user).history) == list(other.session(user).history)

    def test_users_talk_in_turns_on_the_clock_of_the_workload(self) -> None:
        bridge = workload.population(2, exchanges=2)
        start = datetime(2026, 4, 13, 12, 0, 0, 250_000, tzinfo=UTC)
        for session, spoken in enumerate([[0, 1, 4, 5], [2, 3, 6, 7]]):
            history = bridge.session(workload.user(session)).history
            assert [message.timestamp for message in history] == [
                start + timedelta(seconds=1.5 * turn) for turn in spoken
            ]

    def test_sixteen_users_share_a_room(self) -> None:
        bridge = workload.population(40, exchanges=1)
        users = [workload.user(session) for session in range(40)]
        assert bridge.room("room-000000").members == set(users[:16])
        assert bridge.room("room-000001").members == set(users[16:32])
        assert bridge.room("room-000002").members == set(users[32:])

    def test_takes_texts_and_a_window(self) -> None:
        bridge = workload.population(
            1, exchanges=4, payload="multilingual", text=workload.long_message, history_window=3
        )
        history = bridge.session(workload.user(0)).history
        assert [message.content for message in history] == [
            workload.long_message("multilingual", turn, answer).replace("#", "000000")
            for turn in (1, 2, 3)
            for answer in (False, True)
        ]


class TestSteadyPopulation:
    def test_is_the_same_every_time(self) -> None:
        one, other = (workload.steady_population(10) for _ in range(2))
        assert sorted(one) == sorted(other)
        for user in one:
            assert list(one.session(user).history) == list(other.session(user).history)

    def test_some_left_and_others_took_their_place(self) -> None:
        bridge = workload.steady_population(100)
        newcomers = {workload.user(session) for session in range(100, 130)}
        assert len(bridge) == 100
        assert newcomers & set(bridge)
        assert not set(bridge) - newcomers - {workload.user(session) for session in range(100)}

    def test_half_of_the_windows_are_full(self) -> None:
        bridge = workload.steady_population(100)
        lengths = [len(bridge.session(user).history) for user in bridge]
        assert max(lengths) == 2 * workload.EXCHANGES
        assert 40 < lengths.count(max(lengths)) < 60


class TestFoldedPopulation:
    @every_payload
    def test_is_a_population_with_every_session_folded(self, payload: str) -> None:
        folded = workload.folded_population(3, payload)
        population = workload.population(3, payload=payload)
        for user in population:
            assert list(folded.session(user).history) == list(population.session(user).history)
        assert folded.fold() == 0


class TestRollingPopulation:
    def test_the_quiet_ones_are_folded(self) -> None:
        bridge = workload.rolling_population(100)
        assert len(bridge) == 100
        assert bridge.fold() == 0
        for user in bridge:
            bridge.reply(user, "Are you still there?")
        # Every look at the clock is 1.5 seconds later.
        assert 50 < sum(bridge.fold() for _ in range(2_500)) < 100  # the others are too short

    def test_those_who_talked_for_long_have_full_windows(self) -> None:
        bridge = workload.rolling_population(100)
        lengths = [len(bridge.session(user).history) for user in bridge]
        assert max(lengths) == 2 * workload.EXCHANGES
        assert 25 < lengths.count(max(lengths)) < 50
