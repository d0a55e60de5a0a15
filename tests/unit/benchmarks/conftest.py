from typing import Any

import pytest

import bridge_model


@pytest.fixture
def bridges(monkeypatch: pytest.MonkeyPatch) -> list[bridge_model.Bridge]:
    """Every bridge that is opened during a test, in order."""
    opened: list[bridge_model.Bridge] = []

    class Known(bridge_model.Bridge):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            opened.append(self)

    monkeypatch.setattr(bridge_model, "Bridge", Known)
    return opened
