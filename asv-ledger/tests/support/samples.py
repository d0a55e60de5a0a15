"""Contents of memory.json made for the tests: the history of a bridge, and a long hostile one."""

import hashlib
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple, cast

from asv_ledger.document import schema
from asv_ledger.document.schema import (
    AtScale,
    Cell,
    Change,
    Commit,
    Lines,
    MeasuredCommit,
    MetricChange,
    Parameter,
    Range,
    Section,
    Site,
    Table,
)
from asv_ledger.model.results import name_metric

Memory = schema.Memory

HEADLINE = "session_memory.OneMoreSession.track_marginal"
PARTS = "component_memory.Components.track_marginal"

HOSTILE = (
    "<script>alert(1)</script>",
    "تثبيت ذاكرة الجلسة في مصفوفة واحدة",
    '"><img src="http://example.org/x" onerror=alert(1)> & `code` | **bold**',
    "\x1b[31mred\x07 and \N{RIGHT-TO-LEFT OVERRIDE}turned round",
    "a" * 5_000,
    "",
)

COMPONENTS = (
    "bridge",
    "crisis",
    "errors",
    "history",
    "limits",
    "message",
    "packed",
    "payload",
    "room",
    "session",
    "unclassified",
)
PLAIN = {"bridge": 287.0, "history": 5388.0, "payload": 2178.0, "room": 45.5}


class Step(NamedTuple):
    """What a commit did to one session: the bytes by component, and the lines that did it."""

    place: int
    subject: str
    parts: dict[str, float]
    sites: tuple[tuple[str | None, int | None, str | None, float], ...]
    multilingual: float | None = None


STEPS = (
    Step(
        16,
        "Keep a timestamp as whole microseconds instead of text",
        {"history": -1460.0, "limits": 720.0},
        (
            ("bridge_model/history.py", None, "timestamp.isoformat()", -1460.0),
            ("bridge_model/limits.py", 88, "return (moment - _EPOCH) // _MICROSECOND", 720.0),
        ),
    ),
    Step(
        18,
        "Keep a message as a tuple instead of a dict",
        {"history": -2080.0},
        (
            ("bridge_model/history.py", None, '{"role": role, "content": content}', -3680.0),
            (
                "bridge_model/history.py",
                57,
                "self._messages.append((role, content, moment, room))",
                1600.0,
            ),
        ),
    ),
    Step(
        20,
        "Keep the members of a room in a tuple while they are few",
        {"room": -35.0},
        (
            ("bridge_model/room.py", None, "self._members[room].add(user)", -45.5),
            ("bridge_model/room.py", 35, "self._members[room] = (*members, user)", 10.5),
        ),
    ),
    Step(
        23,
        "Remember when a session was opened",
        {"bridge": 56.0},
        (("bridge_model/bridge.py", 204, "session.opened = self._clock()", 56.0),),
    ),
    Step(
        26,
        "Take the time of opening from the first message",
        {"bridge": -56.0},
        (("bridge_model/bridge.py", None, "session.opened = self._clock()", -56.0),),
    ),
    Step(
        29,
        "Pack what was said in a session into one bytes object",
        {
            "history": -1848.0,
            "payload": -2074.0,
            "limits": -720.0,
            "bridge": -32.0,
            "packed": 1012.0,
        },
        (
            ("benchmarks/workload.py", 130, "bridge.receive(user, question, room=room)", -2074.0),
            (
                "bridge_model/history.py",
                None,
                "self._messages.append((role, content, moment, room))",
                -1848.0,
            ),
            ("bridge_model/packed.py", 85, 'return b"".join(parts)', 1012.0),
            (
                "bridge_model/limits.py",
                None,
                "return (moment - _EPOCH) // _MICROSECOND",
                -720.0,
            ),
            (None, None, None, -32.0),
        ),
        -4223.0,
    ),
    Step(
        31,
        "Keep the time of a message as the 4 bytes since the one before",
        {"packed": -76.0},
        (("bridge_model/packed.py", 85, 'return b"".join(parts)', -76.0),),
    ),
    Step(
        33,
        "Keep a crisis state as the number it has to remember",
        {"bridge": -88.0},
        (("bridge_model/bridge.py", None, "session.crisis = CrisisState()", -88.0),),
    ),
    Step(
        38,
        "Count the messages of a session",
        {"bridge": 8.0},
        (("bridge_model/bridge.py", 236, "self._sessions[user] = session", 8.0),),
    ),
    Step(
        41,
        "Read the count of messages from the packed bytes",
        {"bridge": -8.0},
        (("bridge_model/bridge.py", 236, "self._sessions[user] = session", -8.0),),
    ),
    Step(
        45,
        "Keep a session as nothing but its packed bytes",
        {"bridge": -144.0, "payload": -48.75},
        (
            ("bridge_model/bridge.py", None, "self._sessions[user] = Session(room, crisis)", -144),
            ("benchmarks/workload.py", 129, 'room = f"room-{session // ROOM_SIZE:06d}"', -48.75),
        ),
    ),
    Step(
        52,
        "Mark the end of a packed session",
        {"packed": 1.0},
        (("bridge_model/packed.py", 212, 'return b"".join(parts) + _END', 1.0),),
    ),
    Step(
        56,
        "Find the end of a packed session by its length",
        {"packed": -1.0},
        (("bridge_model/packed.py", 212, 'return b"".join(parts)', -1.0),),
    ),
)

DELTAS = (0.0, 0.0, 0.0, 0.0, 1.0, -1.0, 8.0, -8.0, 8.0, -8.0, 16.0, -16.0, 56.0, -56.0)

NEUTRAL = (
    "Say what one may rely on in the documentation of the bridge",
    "Rename what the registry calls a user",
    "Read a window in one pass",
    "Hold names and texts to their limits in one place",
    "Describe the suite, how to use it and how to contribute",
    "Test that a closed session leaves nothing behind",
)

PUBLISHED: list[Table] = [
    {
        "title": "Sessions",
        "parameters": ["sessions"],
        "columns": [
            {"benchmark": "session_memory.Sessions.track_live", "unit": "bytes", "exact": True},
            {
                "benchmark": "session_memory.Sessions.track_live_per_session",
                "unit": "bytes/session",
                "exact": True,
            },
        ],
        "rows": [
            {
                "parameters": [1],
                "first": [9103, 9103.0],
                "values": [2173, 2173.0],
                "commits": [None, None],
            },
            {
                "parameters": [5],
                "first": [40935, 8187.0],
                "values": [6157, 1231.4],
                "commits": [None, None],
            },
            {
                "parameters": [10],
                "first": [80173, 8017.3],
                "values": [11225, 1122.5],
                "commits": [None, None],
            },
            {
                "parameters": [20],
                "first": [158881, 7944.05],
                "values": [21469, 1073.45],
                "commits": [None, None],
            },
            {
                "parameters": [50],
                "first": [396357, 7927.14],
                "values": [52653, 1053.06],
                "commits": [None, None],
            },
            {
                "parameters": [100],
                "first": [791873, 7918.73],
                "values": [104561, 1045.61],
                "commits": [None, None],
            },
        ],
        "chart": 1,
    },
    {
        "title": "History windows",
        "parameters": ["window"],
        "columns": [
            {
                "benchmark": "history_memory.HistoryWindow.track_messages_kept",
                "unit": "messages",
                "exact": True,
            },
            {
                "benchmark": "history_memory.HistoryWindow.track_live",
                "unit": "bytes",
                "exact": True,
            },
            {
                "benchmark": "history_memory.HistoryWindow.track_per_message",
                "unit": "bytes/message",
                "exact": True,
            },
        ],
        "rows": [
            {
                "parameters": [10],
                "first": [20, 16383, 819.15],
                "values": [20, 9453, 472.65],
                "commits": [None, None, None],
            },
            {
                "parameters": [20],
                "first": [40, 31057, 776.425],
                "values": [40, 17619, 440.475],
                "commits": [None, None, None],
            },
            {
                "parameters": [50],
                "first": [100, 75239, 752.39],
                "values": [100, 42117, 421.17],
                "commits": [None, None, None],
            },
            {
                "parameters": [100],
                "first": [200, 148705, 743.525],
                "values": [200, 82947, 414.735],
                "commits": [None, None, None],
            },
            {
                "parameters": [200],
                "first": [400, 295765, 739.4125],
                "values": [400, 164639, 411.5975],
                "commits": [None, None, None],
            },
        ],
        "chart": 2,
    },
    {
        "title": "Crisis states",
        "parameters": ["instances"],
        "columns": [
            {
                "benchmark": "crisis_memory.CrisisStates.track_live",
                "unit": "bytes",
                "exact": True,
            },
            {
                "benchmark": "crisis_memory.CrisisStates.track_per_instance",
                "unit": "bytes/instance",
                "exact": True,
            },
        ],
        "rows": [
            {
                "parameters": [10000],
                "first": [1685152, 168.5152],
                "values": [485176, 48.5176],
                "commits": [None, None],
            },
        ],
        "chart": None,
    },
    {
        "title": "Fleet",
        "parameters": ["sessions"],
        "columns": [
            {"benchmark": "fleet_memory.Fleet.track_rss", "unit": "bytes/session", "exact": False},
            {"benchmark": "fleet_memory.Fleet.track_uss", "unit": "bytes/session", "exact": False},
        ],
        "rows": [
            {
                "parameters": [1000],
                "first": [8454.144, 8454.144],
                "values": [733.184, 704.512],
                "commits": [None, None],
            },
            {
                "parameters": [10000],
                "first": [8527.0528, 8529.92],
                "values": [1116.16, 1119.0272],
                "commits": [None, None],
            },
            {
                "parameters": [100000],
                "first": [None, None],
                "values": [1183.1, 1183.2],
                "commits": [None, None],
            },
            {
                "parameters": [1000000],
                "first": [None, None],
                "values": [None, None],
                "commits": [None, None],
            },
        ],
        "chart": 0,
    },
]

SUMMARY: dict[str, float | None] = {
    "per_session_bytes": 1045.61,
    "per_message_bytes": 440.475,
    "crisis_state_bytes": 48.5176,
    "rss_at_100_sessions_mb": 0.17,
    "sessions_per_gb_ram": 956379,
}


def name_commit(place: int) -> str:
    """Return the hash of the commit at a place."""
    return hashlib.sha1(str(place).encode(), usedforsecurity=False).hexdigest()


def empty_memory() -> Memory:
    """Return what is written where nothing has been measured or configured."""
    return {
        "schema_version": schema.SCHEMA_VERSION,
        "generated_by": "asv-ledger 0.1.0",
        "project": "bridge-model",
        "commit": "",
        "python": "3.12",
        "environment": "Python 3.12",
        "summary": {},
        "tables": {"commits": [], "headline": None, "parts": None, "published": [], "steps": []},
        "changes": [],
        "drift": [],
        "failed": [],
        "inexact": [],
        "outside": [],
        "sections": [],
    }


def section() -> Section:
    """Return a section that a project adds, of two short tables and a long one."""
    rows: list[list[Cell]] = [[f"Say why {number}", None, None] for number in range(20)]
    rows.insert(0, ["Reserve 8 bytes for <b>", 8, "packed.py joined = b''.join(parts)"])
    return {
        "title": "Detection <evaluation>",
        "text": ["3 commits were injected on top of 902ba3cd.", "Recall is the share named."],
        "tables": [
            {
                "title": "Regressing commits",
                "columns": ["found by", "named", "recall, %"],
                "rows": [["the ledger", 2, 100], ["asv at its defaults", 1_000, 12.5]],
            },
            {
                "title": "All injected commits",
                "columns": ["commit", "change", "lines"],
                "rows": rows,
            },
            {
                "title": "What no benchmark sees",
                "columns": ["kind", "why"],
                "rows": [["memory of a C library", "it does not come from Python"]],
            },
        ],
    }


def bridge_memory() -> Memory:
    """Return the history of a bridge, in 63 commits and 13 steps of a session's cost."""
    subjects = {step.place: step.subject for step in STEPS}
    commits = [
        _commit(place, subjects.get(place, NEUTRAL[place % len(NEUTRAL)]), timedelta(days=3.5))
        for place in range(63)
    ]
    commits[14]["tags"], commits[48]["tags"] = ["v0.1"], ["v0.2"]
    parts = dict.fromkeys(COMPONENTS, 0.0) | PLAIN
    english, multilingual = 7898.5, 8744.5
    history: dict[str, list[float | None]] = {name: [None, None] for name in COMPONENTS}
    costs: list[list[float | None]] = [[None, None], [None, None]]
    changes = []
    steps = {step.place: step for step in STEPS}
    for place in range(2, 63):
        step = steps.get(place)
        if step is not None:
            delta = sum(step.parts.values())
            other = delta if step.multilingual is None else step.multilingual
            metrics = [
                headline(english, delta, sites=_sites(step.sites)),
                headline(multilingual, other, "multilingual", sites=_sites(step.sites)),
                *_components(parts, step),
                *_windows(delta),
            ]
            changes.append(change(commits[place], metrics))
            english, multilingual = english + delta, multilingual + other
            parts = {name: size + step.parts.get(name, 0) for name, size in parts.items()}
        is_measured = place not in (10, 11, 43, 44)
        costs[0].append(english if is_measured else None)
        costs[1].append(multilingual if is_measured else None)
        for name in COMPONENTS:
            history[name].append(parts[name] if is_measured else None)
    changes[10]["unmeasured"] = range_of(name_commit(43), name_commit(44))
    changes[10]["suspects"] = [_name(one) for one in commits[43:46]]
    return empty_memory() | {
        "commit": name_commit(62),
        "summary": SUMMARY,
        "tables": {
            "commits": commits,
            "headline": _table(
                HEADLINE,
                {"english": costs[0], "multilingual": costs[1]},
            ),
            "parts": _table(PARTS, history),
            "published": PUBLISHED,
            "steps": [_step(commits[29])],
        },
        "changes": changes[::-1],
        "drift": [
            {
                **growth("session_memory.OneMoreSession.track_fixed", 769, 16, ("english",)),
                "since": "v0.2",
                "changes": 2,
                "commits": [
                    {**_name(commits[52]), "delta": 12},
                    {**_name(commits[56]), "delta": 4},
                ],
            }
        ],
        "sections": [section()],
        "failed": [
            {
                **_name(commits[place]),
                "failed": 40,
                "of": 46,
                "benchmarks": [
                    HEADLINE,
                    PARTS,
                ],
            }
            for place in (44, 43, 11, 10)
        ],
    }


def long_memory(commits: int = 1_000, metrics: int = 40) -> Memory:
    """Return a long history: two commits of three changed many metrics, subjects are hostile."""
    listed = [
        _commit(place, HOSTILE[place % len(HOSTILE)] or NEUTRAL[place % 5], timedelta(hours=17))
        for place in range(commits)
    ]
    for place in range(40, commits, 90):
        listed[place]["tags"] = [f"v{place // 90}.{place % 7}"]
    cost, changes = 7_898.5, []
    costs: list[float] = []
    chance = Random(1)
    for place in range(commits):
        delta = chance.choice(DELTAS) * (1 if place % 41 else 40)
        if delta:
            changes.append(change(listed[place], _many(cost, delta, metrics)))
        cost += delta
        costs.append(cost)
    changes[3]["unmeasured"] = range_of(name_commit(commits))
    drifts: list[schema.Drift] = [
        {
            **growth(f"session_memory.Sessions.track_{number}", 1_000.0, 500.0, (100,)),
            "since": "the first measured commit",
            "changes": len(changes),
            "commits": [{**_name(one), "delta": 1.0} for one in changes[:12]],
        }
        for number in range(metrics)
    ]
    failed = [f"m.C.track_{place}" for place in range(46)]
    return bridge_memory() | {
        "commit": listed[-1]["commit"],
        "tables": {
            "commits": listed,
            "headline": _table(
                HEADLINE,
                {"english": [*costs], "multilingual": [cost + 300 for cost in costs]},
            ),
            "parts": _table(
                PARTS,
                {
                    name: [cost * share for cost in costs]
                    for name, share in (("history", 0.5), ("payload", 0.3), ("bridge", 0.2))
                },
            ),
            "published": PUBLISHED,
            "steps": [_step(listed[place]) for place in range(30)],
        },
        "changes": changes[::-1],
        "drift": drifts,
        "failed": [
            {**_name(listed[place]), "failed": 46, "of": 46, "benchmarks": failed}
            for place in range(0, commits, 5)
        ],
        "sections": [
            {
                "title": HOSTILE[2],
                "text": [*HOSTILE[:4]],
                "tables": [
                    {"title": HOSTILE[0], "columns": [*HOSTILE[:4], "1"], "rows": [[*HOSTILE[:5]]]}
                ],
            }
        ],
    }


def headline_of(memory: Memory) -> Lines:
    """Return the headline that a history has."""
    headline = memory["tables"]["headline"]
    assert headline is not None
    return headline


def metric(
    benchmark: str,
    before: float,
    delta: float,
    parameters: tuple[Parameter, ...] = (),
    **others: Any,
) -> MetricChange:
    """Return an exact metric of a change, in bytes a session and of no known site."""
    after = before + delta
    held = round(1e9 / after) if after > 0 else None
    made: MetricChange = {
        **growth(benchmark, before, delta, parameters),
        "unit": "bytes/session",
        "scale": at_scale(delta / 100, held),
        "exact": True,
        "interval": None,
        "sites": None,
    }
    return cast("MetricChange", made | others)


def at_scale(megabytes: float, per_gigabyte: float | None) -> AtScale:
    """Return what a change is to 10,000 sessions."""
    return {
        "count": 10_000,
        "name": "sessions",
        "megabytes": megabytes,
        "per_gigabyte": per_gigabyte,
    }


def headline(before: float, delta: float, payload: str = "english", **others: Any) -> MetricChange:
    """Return the headline metric of a change."""
    return metric(HEADLINE, before, delta, (payload,), **others)


def change(commit: Commit, metrics: list[MetricChange], *unmeasured: str) -> Change:
    """Return what a commit changed, or one of the unmeasured ones before it."""
    return {
        **_name(commit),
        "measured_at": commit["commit"],
        "unmeasured": range_of(*unmeasured) if unmeasured else None,
        "suspects": [],
        "metrics": metrics,
    }


def range_of(*commits: str) -> Range:
    """Return what is told of commits that were not measured."""
    return {"count": len(commits), "first": commits[0], "last": commits[-1]}


def site(file: str | None, line: int | None, code: str | None = None, delta: float = 0) -> Site:
    """Return a line that allocates more or less."""
    return {"file": file, "line": line, "code": code, "delta": delta}


def measured(commit: Commit, *tags: str) -> MeasuredCommit:
    """Return a commit that was measured."""
    return {**_name(commit), "tags": [*tags]}


def _name(commit: Commit) -> Commit:
    return {"commit": commit["commit"], "subject": commit["subject"], "date": commit["date"]}


def named(benchmark: str, parameters: tuple[Parameter, ...] = ()) -> schema.Metric:
    """Return a metric, in bytes."""
    return {
        "name": name_metric(benchmark, [*map(repr, parameters)]),
        "benchmark": benchmark,
        "parameters": [*parameters],
        "environment": "Python 3.12",
        "unit": "bytes",
    }


def growth(
    benchmark: str, before: float, delta: float, parameters: tuple[Parameter, ...] = ()
) -> schema.Growth:
    """Return what a metric grew by, in bytes."""
    return {
        **named(benchmark, parameters),
        "before": before,
        "after": before + delta,
        "delta": delta,
        "percent": 100 * delta / before if before else None,
        "scale": None,
    }


def _step(commit: Commit) -> schema.Step:
    return {**_name(commit), "unmeasured": None, "metrics": [_peak()]}


def _commit(place: int, subject: str, between: timedelta) -> MeasuredCommit:
    date = datetime(2026, 4, 13, 12, tzinfo=UTC) + place * between
    return {
        "commit": name_commit(place),
        "date": date.isoformat(),
        "subject": subject,
        "tags": [],
    }


def _table(benchmark: str, lines: dict[str, list[float | None]]) -> Lines:
    return {
        "benchmark": benchmark,
        "unit": "bytes/session",
        "lines": [
            {"name": name_metric(benchmark, [repr(name)]), "parameters": [name], "values": values}
            for name, values in lines.items()
        ],
    }


def _sites(sites: tuple[tuple[str | None, int | None, str | None, float], ...]) -> list[Site]:
    return [site(*one) for one in sites]


def _components(parts: dict[str, float], step: Step) -> list[MetricChange]:
    name = PARTS
    return [
        metric(name, parts[component], delta, (component,))
        for component, delta in step.parts.items()
    ]


def _windows(delta: float) -> list[MetricChange]:
    name = "history_memory.HistoryWindow.track_live"
    return [
        metric(name, 800.0 * window + 1_400, delta, (window,), unit="bytes", scale=None)
        for window in (10, 100, 20, 200, 50)
    ]


def _peak() -> MetricChange:
    return metric(
        "session_memory.SessionPeak.peakmem_open",
        28725248,
        -7606272,
        (1000,),
        environment="linux-x86_64-amd-epyc, virtualenv-py3.12",
        unit="bytes",
        exact=False,
        scale=None,
    )


def _many(cost: float, delta: float, metrics: int) -> list[MetricChange]:
    sites: list[Site] = [
        {
            "file": "bridge_model/packed.py",
            "line": 200 + number,
            "code": f"return b''.join(parts[{number}:]) if parts < 3 else <script>&nbsp;",
            "delta": delta / 5,
        }
        for number in range(5)
    ]
    lead = headline(cost, delta, sites=sites)
    others = [
        metric(f"session_memory.Sessions.track_{number}", cost, delta, (100,), sites=sites)
        for number in range(metrics - 1)
    ]
    return [lead, *others]
