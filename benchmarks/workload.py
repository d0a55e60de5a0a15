"""Deterministic traffic: the same chats on every machine, whatever the commit under test.

Texts, users and rooms are handed in as a bridge gets them, fresh strings as if just parsed from the
wire. Every text holds the number of its session, so that no two sessions share one. Time is the
workload's own. All texts are ours, and as long as the published profile's: short chat lines in the
session table, 388 bytes a message, long ones in the window table, some 730.
"""

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import count
from operator import attrgetter
from random import Random
from typing import Any

PAYLOADS = ("english", "multilingual")
EXCHANGES = 10  # the profiled session: 20 messages
LOW, HIGH = 16, 32  # sessions; one more is measured over this doubling of the registry
ROOM_SIZE = 16

_START = 1_776_081_600.25  # 2026-04-13 12:00:00.25 UTC: the day of the published profile
_STEP = 1.5  # seconds: never a whole second, which some timestamps write with fewer characters
_SENTENCES_OF_LONG_MESSAGE = (7, 13, 10, 8, 12)

_QUESTIONS = {
    "english": (
        "Hi! Any news about order #?",
        "I paid invoice # twice by mistake",
        "Ticket # says solved. It is not.",
        "Can you resend code # to my phone?",
        "My badge # stopped working today",
        "Is seat # still free tomorrow?",
        "Parcel # came with a broken lid :(",
        "ok, noted #",
        "Where do I type in voucher #?",
        "Thanks, that fixed case # for good!",
    ),
    "multilingual": (
        "مرحبا، أين طلبي رقم #؟",
        "订单 # 还没有到，怎么办？",
        "Заказ # так и не пришёл 😕",
        "注文#の住所を変えたいです",
        "मेरा टिकट # बंद क्यों है?",
        "Où est passé mon colis # ?",
        "ההזמנה # הגיעה שבורה",
        "주문 # 취소할 수 있나요?",
        "ขอรหัส # อีกครั้งได้ไหม",
        "Danke, Fall # ist gelöst! 🎉",
    ),
}
_ANSWERS = {
    "english": (
        "Hello! Order # left the warehouse this morning.",
        "I see it: invoice # will be refunded within two days.",
        "I have reopened ticket #, sorry about that.",
        "Code # is on its way.",
        "Badge # works again from now on.",
        "Yes, seat # is free. Shall I book it?",
        "A new lid for # goes out today, free of charge.",
        "Great, anything else about #?",
        "Voucher # goes in the last box before you pay.",
        "You are welcome! Case # is closed.",
    ),
    "multilingual": (
        "أهلا! الطلب # في الطريق إليك الآن.",
        "抱歉，我马上帮您查询订单 #。",
        "Извините! Заказ # будет у вас завтра.",
        "注文#の住所を変更しました🙂",
        "माफ़ कीजिए, टिकट # फिर से खोल दिया है।",
        "Votre colis # est arrivé à Genève.",
        "מצטערים! נשלח מוצר חדש עבור # היום.",
        "네, 주문 # 취소해 드렸습니다 👍",
        "ส่งรหัส # ไปที่โทรศัพท์แล้วค่ะ",
        "Gern geschehen! # ist abgeschlossen.",
    ),
}


def api(name: str) -> Any:
    """Return a public name of the bridge under test, such as Bridge or Bridge.fold.

    Raises NotImplementedError where its commit has none: asv shows n/a. A package that is there and
    cannot be imported is no such commit, and fails.
    """
    package: object = None
    try:
        package = import_module("bridge_model")
    except ModuleNotFoundError as error:
        if error.name != "bridge_model":
            raise
    try:
        return attrgetter(name)(package)
    except AttributeError:
        raise NotImplementedError(f"this commit has no bridge_model.{name}") from None


def supports(name: str) -> bool:
    """Return whether the bridge under test has a public name; setup_cache must not raise."""
    try:
        api(name)
    except NotImplementedError:
        return False
    return True


def import_anew() -> Any:
    """Return the package of the bridge under test as it is when it was just imported.

    It is a copy, which shares no module with the one that ``api`` returns names of.
    """
    used = _forget_package()
    try:
        return import_module("bridge_model")
    finally:
        _forget_package()
        sys.modules.update(used)


def _forget_package() -> dict[str, Any]:
    names = [name for name in sys.modules if name.partition(".")[0] == "bridge_model"]
    return {name: sys.modules.pop(name) for name in names}


def times() -> Iterator[float]:
    """Iterate over the times of the workload, in seconds since 1970: 1.5 seconds apart."""
    return count(_START, _STEP)


def user(session: int) -> str:
    """Return the user of a session, a fresh string."""
    return f"user-{session:06d}"


def room(number: int) -> str:
    """Return a room, a fresh string."""
    return f"room-{number:06d}"


def numbered(text: str, number: int) -> str:
    """Return a text with a number in the place of #, a fresh string."""
    return text.replace("#", f"{number:06d}")


def chat_line(payload: str, turn: int, answer: bool) -> str:
    """Return a short text, # standing for the number of the session: one sentence."""
    sentences = (_ANSWERS if answer else _QUESTIONS)[payload]
    return sentences[turn % len(sentences)]


def long_message(payload: str, turn: int, answer: bool) -> str:
    """Return a long text: 7 to 13 sentences. Five turns in a row hold every length once."""
    length = _SENTENCES_OF_LONG_MESSAGE[turn % len(_SENTENCES_OF_LONG_MESSAGE)]
    return " ".join(chat_line(payload, turn + i, answer) for i in range(length))


def open_bridge(**options: Any) -> Any:
    """Return a new bridge of the commit under test, on the workload's clock."""
    return api("Bridge")(clock=times().__next__, **options)


def exchange(
    bridge: Any, session: int, question: str, answer: str, place: int | None = None
) -> None:
    """Let a user ask and the assistant answer; # in a text becomes the number of the session.

    They are in the room of a number, by default in that of the users who came with them.
    """
    number = f"{session:06d}"
    room = f"room-{session // ROOM_SIZE if place is None else place:06d}"
    bridge.receive(f"user-{number}", question.replace("#", number), room=room)
    bridge.reply(f"user-{number}", answer.replace("#", number))


def population(
    sessions: int,
    exchanges: int = EXCHANGES,
    payload: str = "english",
    text: Callable[[str, int, bool], str] = chat_line,
    history_window: int = 20,
    **options: Any,
) -> Any:
    """Return a bridge on which so many users talk in turns."""
    bridge = open_bridge(history_window=history_window, **options)
    for turn in range(exchanges):
        question, answer = text(payload, turn, False), text(payload, turn, True)
        for session in range(sessions):
            exchange(bridge, session, question, answer)
    return bridge


def steady_population(sessions: int) -> Any:
    """Return a bridge on which users arrived, talked and left at random for a long time.

    So many sessions are open at any time. One exchange in 50 is the first of a user who takes the
    place of one who left; the windows of ten exchanges are full of those who stayed for long.
    """
    bridge = population(sessions, exchanges=1, history_window=EXCHANGES)
    users = list(range(sessions))
    newcomers = count(sessions)
    random = Random(sessions)
    for arrival in range(10 * sessions):
        place = int(random.random() * sessions)
        turn = int(random.random() * EXCHANGES)
        if arrival % 50 == 0:
            bridge.close(user(users[place]))
            users[place] = next(newcomers)
        question, answer = (chat_line("english", turn, said) for said in (False, True))
        exchange(bridge, users[place], question, answer)
    return bridge


def folded_population(sessions: int, payload: str = "english") -> Any:
    """Return a bridge of so many users who have been quiet for long, their sessions folded."""
    bridge = population(sessions, payload=payload, fold_after=1.0)
    for _ in range(2):  # the second time, the last user has been quiet for more than a second too
        bridge.fold()
    return bridge


def rolling_population(sessions: int) -> Any:
    """Return a bridge on which a few at a time talk, in turn, and the quiet ones are folded.

    All but one in 20 of so many sessions are folded at any time, to be unfolded when their turn
    comes again.
    """
    # A third of the time that one turn takes; an hour where 500 of 10,000 talk.
    fold_after = 0.36 * sessions
    bridge = population(sessions, exchanges=1, history_window=EXCHANGES, fold_after=fold_after)
    random = Random(sessions)
    for _ in range(16):
        talking = [int(random.random() * sessions) for _ in range(sessions // 20)]
        for _ in range(8 * len(talking)):
            session = talking[int(random.random() * len(talking))]
            turn = int(random.random() * EXCHANGES)
            question, answer = (chat_line("english", turn, said) for said in (False, True))
            exchange(bridge, session, question, answer)
        bridge.fold()
    return bridge


def payload_bytes(payload: str) -> int:
    """Return the UTF-8 bytes of the texts of one session of EXCHANGES exchanges."""
    texts = (
        chat_line(payload, turn, answer) for turn in range(EXCHANGES) for answer in (False, True)
    )
    return sum(len(text.replace("#", "000000").encode()) for text in texts)
