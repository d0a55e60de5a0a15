import subprocess
import sys
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import pytest

from asv_ledger import lenses
from asv_ledger.lenses.warm_up import warm_up

# A process of its own: a class is warm from its first reading on.
FIRST_READING = """
import sys
sys.path[0] = sys.argv[1]
from asv_ledger.lenses import live

class Session:
    def __init__(self):
        self.user, self.room, self.texts = "u", "r", ()

class Child(Session):
    def __init__(self):
        super().__init__()
        self.more = None

for _ in range({before}):
    Session(), Child()
print(live(lambda: [Session(), Child()]))
"""


def read_first(before: int) -> str:
    source = Path(lenses.__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-c", FIRST_READING.format(before=before), str(source)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def test_the_first_reading_of_a_class_is_the_one_after_thousands_of_instances() -> None:
    assert read_first(0) == read_first(1) == read_first(5_000)


def make_class(**members: Any) -> type:
    return type("Kind", (), members)


def test_no_code_of_a_class_runs() -> None:
    def refuse(*_: object) -> Any:
        raise AssertionError("it runs")

    class Meta(type):
        __hash__ = None  # type: ignore[assignment]
        __call__ = __eq__ = __getattr__ = refuse

    class Kind(metaclass=Meta):
        __new__ = __init__ = __getattr__ = __setattr__ = refuse  # type: ignore[assignment]
        __init_subclass__ = refuse

    class Finalized:
        __del__ = refuse

    warm_up()


def test_what_has_no_instances_of_its_own_is_passed_over() -> None:
    class Abstract(ABC):
        @abstractmethod
        def do(self) -> None: ...

    class Whole(int):
        pass

    class Meta(type):
        pass

    warm_up()


def test_a_class_that_is_made_later_gets_warm_too() -> None:
    warm_up()
    kind = make_class()
    kind().attribute = 1
    warm_up()

    def build() -> object:
        instance = kind()
        instance.attribute = 1
        return instance

    first = lenses.live(build)
    for _ in range(100):
        build()
    assert lenses.live(build) == first


def test_no_class_is_kept_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    import gc
    from weakref import ref

    del monkeypatch
    kind = make_class()
    known = ref(kind)
    warm_up()
    del kind
    gc.collect()
    assert known() is None
