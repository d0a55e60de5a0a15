"""Warm-up: every class is made as small as it is after its first thirty instances.

CPython gives the first instances of a class room for attributes that it may yet get, one less with
each instance. What a build holds would depend on how many instances there were before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from weakref import ref

_INSTANCES = 32  # CPython begins with room for 30 attributes: SHARED_KEYS_MAX_SIZE

# By id, for not every class has a hash. Once is enough: a class stays as small as it is.
_warm: dict[int, ref[type]] = {}


def warm_up() -> None:
    """Make instances of each class that is loaded, and drop them: no code of the class runs.

    It is to be done after a first run of what is measured, by which the attributes of its classes
    are known. Classes with a ``__del__`` are left out, which would run.
    """
    for kind in _loaded_classes():
        known = _warm.get(id(kind))
        if known is None or known() is not kind:
            _warm[id(kind)] = ref(kind)
            if kind.__dictoffset__ and not _has_finalizer(kind):
                _shrink(kind)


def _loaded_classes() -> Iterator[type]:
    found: dict[int, type] = {}
    rest: list[type] = [object]
    while rest:
        subclasses: list[type] = type.__subclasses__(rest.pop())
        for kind in subclasses:
            if id(kind) not in found:
                found[id(kind)] = kind
                rest.append(kind)
                yield kind


def _has_finalizer(kind: type) -> bool:
    return any("__del__" in vars(base) for base in kind.__mro__)


def _shrink(kind: type) -> None:
    try:
        for _ in range(_INSTANCES):
            object.__new__(kind)
    except TypeError:
        return  # it is abstract, or C code makes its instances: they have no such room
