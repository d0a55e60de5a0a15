"""The reference tells every key of the configuration, and no other; every status has a line."""

import re

import pytest

from asv_ledger.config import SettingsError, settings_of
from asv_ledger.statuses import Status
from support.running import SOURCES

PACKAGE = SOURCES.parent


def first_cells(page: str) -> list[str]:
    """Return what the first cells of a page's tables say, without marks."""
    text = (PACKAGE / page).read_text(encoding="utf-8")
    return [cell.strip("` ") for cell in re.findall(r"^\|([^|]+)\|", text, re.MULTILINE)]


def known_keys() -> set[str]:
    class Wrong:
        ledger = 3

    with pytest.raises(SettingsError) as raised:
        settings_of(Wrong(), PACKAGE)
    return set(re.findall(r'"(\w+)"', str(raised.value).partition("an object of ")[2]))


def test_the_reference_tells_every_key() -> None:
    told = [cell for cell in first_cells("docs/configuration.md") if re.fullmatch(r"[a-z]+", cell)]
    assert len(told) == len(set(told)) + told.count("key") - 1
    assert set(told) - {"key"} == known_keys()


@pytest.mark.parametrize("page", ["README.md", "docs/gate.md"])
def test_every_exit_status_is_told(page: str) -> None:
    told = {
        int(number)
        for cell in first_cells(page)
        if re.fullmatch(r"[0-9, ]+", cell)
        for number in cell.split(",")
    }
    assert told == set(map(int, Status))
