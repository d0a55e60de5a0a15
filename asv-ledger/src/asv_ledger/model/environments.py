"""Environments: what a metric may depend on beside the commit, and what to call it."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

Values = tuple[tuple[str, str], ...]  # by name


class Environment(NamedTuple):
    """What a file of results was measured with, as asv tells it.

    ``matrix`` are the requirements and the environment variables of asv's matrix, ``params`` all
    that asv tells graphs apart by.
    """

    machine: str
    name: str
    python: str
    matrix: Values
    params: Values


class Names(NamedTuple):
    """What the environment of an exact metric is called, and that of a noisy one."""

    exact: str
    noisy: str


def name_environments(environments: Collection[Environment]) -> Mapping[Environment, Names]:
    """Return what environments are called: by what tells them apart, and by nothing else.

    An exact metric depends on the version of Python and on asv's matrix, a noisy one on the machine
    and all else.
    """
    exact = _format_apart({one: (f"Python {one.python}", one.matrix) for one in environments})
    noisy = _format_apart({one: (f"{one.machine}, {one.name}", one.params) for one in environments})
    return {one: Names(exact[one], noisy[one]) for one in environments}


def _format_apart(
    described: Mapping[Environment, tuple[str, Values]],
) -> dict[Environment, str]:
    """Return names, with those of their values in which others of the name differ."""
    by_name: dict[str, list[dict[str, str]]] = {}
    for name, values in described.values():
        by_name.setdefault(name, []).append(dict(values))
    differing = {name: _find_differing(alike) for name, alike in by_name.items()}
    return {
        one: ", ".join(
            [name, *(f"{key} {value}" for key, value in values if key in differing[name])]
        )
        for one, (name, values) in described.items()
    }


def _find_differing(alike: Sequence[Mapping[str, str]]) -> set[str]:
    keys = set[str]().union(*alike)
    return {key for key in keys if len({values.get(key) for values in alike}) > 1}
