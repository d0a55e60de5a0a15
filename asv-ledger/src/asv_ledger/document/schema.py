"""Schema: the shape of memory.json, which every page is made of.

A number is in the ``unit`` beside it, or in what its name says. Where a key is added, changed or
removed, ``schema_version`` is another, and the published JSON Schema is written anew.
"""

from typing import Literal, TypedDict

SCHEMA_VERSION: Literal[1] = 1

Parameter = str | int | float | bool | None
Cell = str | float | None


class Commit(TypedDict):
    """A commit: its hash, the first line of its message, and when its author made it, in ISO."""

    commit: str
    subject: str
    date: str


class MeasuredCommit(Commit):
    """A commit at which an exact metric has a value, and the tags that it has."""

    tags: list[str]


class Range(TypedDict):
    """So many commits, of which the oldest is first."""

    count: int
    first: str
    last: str


class Interval(TypedDict):
    """What readings lie in that do not agree, in the metric's unit."""

    low: float
    high: float


class Metric(TypedDict):
    """A metric: its name is asv's, of the benchmark and, in parentheses, of its parameters.

    A parameter that is a text, a number, a truth value or None is one here too; of any other value
    it is what asv writes. The environment is all that the metric may depend on beside the commit.
    """

    name: str
    benchmark: str
    parameters: list[Parameter]
    environment: str
    unit: str


class Many(TypedDict):
    """What a change makes to many things: so many of that name, their megabytes more or less."""

    count: int
    name: str
    megabytes: float


class AtScale(Many):
    """How many things go into a gigabyte too; null for the cost of a part of one."""

    per_gigabyte: float | None


class Growth(Metric):
    """What a metric was and is, in its unit; the percentage is null where it was 0.

    The scale is null for a metric of another unit than that which the project tells at scale.
    """

    before: float
    after: float
    delta: float
    percent: float | None
    scale: AtScale | None


class Site(TypedDict):
    """A line that allocates more or less, by so much of the metric's unit.

    The file is null for what is allocated where no line was asked for; the line is null where it
    allocates nothing any more, or is gone.
    """

    file: str | None
    line: int | None
    code: str | None
    delta: float


class MetricChange(Growth):
    """A metric that differs between two commits, and its allocation sites.

    The interval is null where all readings agree, the sites are null where they are not known.
    """

    exact: bool
    interval: Interval | None
    sites: list[Site] | None


class Step(Commit):
    """The commit that metrics changed at; each of the unmeasured ones before it can have done it.

    A noisy metric changes where asv's step fit says so, which may be some commits aside.
    """

    unmeasured: Range | None
    metrics: list[MetricChange]


class Change(Step):
    """A commit that changed exact metrics, and the one at which they were read.

    Its suspects are the newest commits that can have done it, at most 12, the commit itself last.
    """

    measured_at: str
    suspects: list[Commit]


class Share(Commit):
    """What a commit did to a metric that drifted, in the metric's unit."""

    delta: float


class Drift(Growth):
    """What an exact metric grew by since a tag, or since what ``since`` says.

    Its ``changes`` are as many as commits made it; ``commits`` are the 12 that did most.
    """

    since: str
    changes: int
    commits: list[Share]


class Failed(Commit):
    """A commit whose build or benchmarks failed: so many of the exact metrics have no value."""

    failed: int
    of: int
    benchmarks: list[str]


class InexactMetric(Metric):
    """An exact metric whose readings differ since a commit, until one that is exact again.

    Each of the unmeasured commits can have made it so; ``from_first`` says that it has never been
    exact before. ``until`` is null where it has not been exact since.
    """

    interval: Interval
    from_first: bool
    unmeasured: Range | None
    until: str | None


class Inexact(Commit):
    """A commit since which metrics are inexact."""

    metrics: list[InexactMetric]


class Line(TypedDict):
    """The values of a metric, one for each measured commit; null where it has none."""

    name: str
    parameters: list[Parameter]
    values: list[float | None]


class Lines(TypedDict):
    """A benchmark over the measured commits: a line for each of its parameters."""

    benchmark: str
    unit: str
    lines: list[Line]


class Column(TypedDict):
    """A benchmark of a table."""

    benchmark: str
    unit: str
    exact: bool


class Row(TypedDict):
    """What the columns of a table are for one set of parameters.

    ``first`` are the values at the first commit that has them, ``values`` those at the last one,
    ``commits`` which that is, null where it is the newest.
    """

    parameters: list[Parameter]
    first: list[float | None]
    values: list[float | None]
    commits: list[str | None]


class Table(TypedDict):
    """A table, and the names of its parameters; ``chart`` is the column that is drawn."""

    title: str
    parameters: list[str]
    columns: list[Column]
    rows: list[Row]
    chart: int | None


class Tables(TypedDict):
    """The measured commits, oldest first, what is told over them, and the tables of the pages.

    ``headline`` and ``parts`` are null where no such benchmark is configured or measured; ``steps``
    are those of noisy metrics, the newest first.
    """

    commits: list[MeasuredCommit]
    headline: Lines | None
    parts: Lines | None
    published: list[Table]
    steps: list[Step]


class SectionTable(TypedDict):
    """A table of a section: each row has a cell for each column, null where there is no value."""

    title: str
    columns: list[str]
    rows: list[list[Cell]]


class Section(TypedDict):
    """A section of the pages that a project adds: paragraphs, and the tables below them."""

    title: str
    text: list[str]
    tables: list[SectionTable]


class Memory(TypedDict):
    """What asv measured of a project, commit by commit: all that its pages tell.

    ``commit`` is the newest measured one, ``python`` and ``environment`` are those that the tables
    are of. A quantity of the summary is null where it is not measured. Changes, failed and inexact
    metrics come by commit, the newest first, drifts by growth, the largest first. Commits
    ``outside`` have results and are on no branch that is published.
    """

    schema_version: Literal[1]
    generated_by: str
    project: str
    commit: str | None
    python: str | None
    environment: str | None
    summary: dict[str, float | None]
    tables: Tables
    changes: list[Change]
    drift: list[Drift]
    failed: list[Failed]
    inexact: list[Inexact]
    outside: list[str]
    sections: list[Section]
