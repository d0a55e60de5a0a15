"""Judgement: two commits compared, and what else a reviewer must know."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field

from asv_ledger.model.baseline import Difference
from asv_ledger.model.commands import Commands
from asv_ledger.model.commits import Commit
from asv_ledger.model.gate import Comparison, Failure
from asv_ledger.model.layout import Changed
from asv_ledger.model.reach import Reach
from asv_ledger.model.scale import Scale
from asv_ledger.statuses import Status


@dataclass(frozen=True, slots=True)
class Own:
    """What the head's own benchmarks say where the base's say otherwise, or why they say nothing.

    Of each difference, ``before`` is by the base's benchmarks and ``after`` by the head's own;
    ``failed`` are the head's own that fail.
    """

    differences: tuple[Difference, ...] = ()
    failed: tuple[Failure, ...] = ()
    broken: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Two commits compared, and what the head changes of what is measured, and how.

    ``comparison`` is None where nothing was read, ``own`` where the head's benchmarks are the
    base's. ``measured`` counts the measured files that differ, ``lacking`` the commits of the base
    that the head does not have; ``units`` are those of benchmarks, ``scale`` is what changes
    are shown at too, and ``commands`` are what a reader types.
    """

    base: Commit
    head: Commit
    changed: tuple[Changed, ...]
    reaches: tuple[Reach, ...]
    measured: int
    comparison: Comparison | None = None
    own: Own | None = None
    lacking: int = 0
    units: Mapping[str, str] = field(default_factory=dict)
    scale: Scale | None = None
    commands: Commands = field(default_factory=Commands)
    python: str = f"{platform.python_implementation()} {platform.python_version()}"

    @property
    def status(self) -> int:
        """The exit status: the verdict, or 0 where none was asked for."""
        return Status.PASSED if self.comparison is None else self.comparison.verdict
