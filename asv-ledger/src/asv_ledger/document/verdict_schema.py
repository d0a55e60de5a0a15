"""Verdict schema: the shape of what ``asv-ledger gate --json`` prints, and of what accept tells.

A number of a metric is in the ``unit`` beside it, which is empty where none is known.
"""

from typing import Literal, TypedDict

from asv_ledger.document.schema import Commit, Many

SCHEMA_VERSION: Literal[1] = 1

Outcome = Literal["passed", "grew", "not measured", "failed"]


class JudgedMetric(TypedDict):
    """An exact metric that differs between two commits.

    The ``baseline`` is what the head's says that it is, null where it does not; ``accepted`` is the
    version of Python whose baseline accepts the growth. It is a regression where none does. The
    scale is null for a metric of another unit than that which the project tells at scale.
    """

    name: str
    unit: str
    before: float
    after: float
    delta: float
    scale: Many | None
    baseline: float | None
    accepted: str | None
    regression: bool


class Failure(TypedDict):
    """A metric without a value at the head, and in one line why."""

    name: str
    why: str


class Addition(TypedDict):
    """A metric that the head alone has a value of; at the base it failed, or did not apply."""

    name: str
    unit: str
    value: float
    has_failed: bool


class Broken(TypedDict):
    """Why nothing could be read of a commit, in one line each; null where it could."""

    base: str | None
    head: str | None


class MeasuringFile(TypedDict):
    """A path that differs between the commits, what it is to the measuring, and how it differs."""

    path: str
    kind: str
    how: str


class Reach(TypedDict):
    """A place in what is measured that could act on its measuring; no line for a whole file."""

    path: str
    line: int | None
    what: str


class Difference(TypedDict):
    """A metric by the benchmarks of the base, and by the head's own; null where it has none."""

    name: str
    unit: str
    before: float | None
    after: float | None


class Own(TypedDict):
    """What the head's own benchmarks say where the base's say otherwise; it decides nothing."""

    differences: list[Difference]
    failed: list[Failure]
    broken: str | None


class VerdictDocument(TypedDict):
    """Two commits compared, and what the head changes of what is measured, and how.

    ``verdict`` is null where nothing was read, ``own`` where the head's benchmarks are the base's.
    The head lacks so many commits of the base, and so many ``measured_files`` differ. Metrics come
    in the order in which they matter, ``same`` of them are equal; those that are missing have no
    value at the head, and nobody knows why. A user types ``accept`` to have growth accepted.
    """

    schema_version: Literal[1]
    generated_by: str
    python: str
    accept: str
    verdict: Outcome | None
    status: int
    base: Commit
    head: Commit
    lacking: int
    same: int
    changes: list[JudgedMetric]
    failed: list[Failure]
    missing: list[Failure]
    added: list[Addition]
    broken: Broken
    measured_files: int
    measuring: list[MeasuringFile]
    reaches: list[Reach]
    own: Own | None


class BaselineChange(TypedDict):
    """An exact metric that is not what was accepted; null stands for no metric."""

    name: str
    before: float | None
    after: float | None


class BaselineChanges(TypedDict):
    """What changes in the baseline of a version of Python, of so many exact metrics."""

    python: str
    metrics: int
    changes: list[BaselineChange]
