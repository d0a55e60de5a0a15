import json
from pathlib import Path
from typing import Any

import pytest

from asv_ledger.config import Quantity, Settings, SettingsError, read_settings
from asv_ledger.model.commands import Commands
from asv_ledger.model.scale import Scale

PLUGIN = ".asv_ledger.publisher"
KEYS = (
    '"measured", "measuring", "exact", "metrics", "sites", "roots", "python", "headline", "parts", '
    '"tables", "sections", "scale", "commands", "summary"'
)

NO_SUMMARIES: tuple[object, ...] = (
    3,
    {"size": {}},
    {"size": {"metric": "m.C.x", "per": 0}},
    {"size": {"into": "1", "metric": "m.C.x"}},
    {"size": {"metric": "m.C.x", "plus": "m.C.y"}},
)


NO_SCALES: tuple[object, ...] = (
    3,
    {},
    {"count": 10, "unit": "bytes/entry"},
    {"count": 10, "name": "entries", "unit": "seconds"},
    {"count": 0, "name": "entries", "unit": "bytes/entry"},
    {"count": True, "name": "entries", "unit": "bytes/entry"},
    {"count": 2.5, "name": "entries", "unit": "bytes/entry"},
    {"count": 10**13, "name": "entries", "unit": "bytes/entry"},
    {"count": 10, "name": "\x1b", "unit": "bytes/entry"},
)


def write(folder: Path, **settings: Any) -> Path:
    path = folder / "asv.conf.json"
    configuration = {"version": 1, "project": "p", "repo": ".", "plugins": [PLUGIN]}
    path.write_text(json.dumps(configuration | settings))
    return path


def test_settings_are_those_of_asv_and_of_the_ledger(tmp_path: Path) -> None:
    ledger = {"exact": ["track_"], "metrics": "python -m metrics", "sites": "python -m sites"}
    path = write(tmp_path, results_dir="measured", repo="..", benchmark_dir="b", ledger=ledger)
    assert read_settings(path) == Settings(
        results=tmp_path / "measured",
        repository=tmp_path / "..",
        benchmarks=tmp_path / "b",
        exact=("track_",),
        metrics="python -m metrics",
        sites="python -m sites",
    )


def test_pages_are_laid_out_as_the_settings_say(tmp_path: Path) -> None:
    ledger = {
        "headline": "m.C.x",
        "parts": "m.P.x",
        "tables": {"Sizes": ["m.C.x", "m.C.y"]},
        "summary": {
            "size": {"metric": "m.C.x(1)"},
            "rest": {"metric": "m.C.x(2)", "minus": "m.C.x(1)", "per": 1e6},
            "count": {"metric": "m.C.x(1)", "into": 1000},
        },
    }
    settings = read_settings(write(tmp_path, ledger=ledger))
    assert (settings.headline, settings.parts) == ("m.C.x", "m.P.x")
    assert settings.tables == {"Sizes": ("m.C.x", "m.C.y")}
    assert settings.summary == {
        "size": Quantity("m.C.x(1)"),
        "rest": Quantity("m.C.x(2)", minus="m.C.x(1)", per=1e6),
        "count": Quantity("m.C.x(1)", into=1000),
    }


def test_what_changes_are_told_at_and_what_users_type(tmp_path: Path) -> None:
    ledger = {
        "scale": {"unit": "bytes/entry", "count": 10_000, "name": "entries"},
        "commands": {"accept": "tox -e accept"},
    }
    settings = read_settings(write(tmp_path, ledger=ledger))
    assert settings.scale == Scale("bytes/entry", 10_000, "entries")
    assert settings.commands == Commands("tox -e accept", "asv-ledger accept")


def test_without_settings_nothing_is_exact_and_no_command_is_there(tmp_path: Path) -> None:
    assert read_settings(write(tmp_path)) == Settings(
        results=tmp_path / "results",
        repository=tmp_path / ".",
        benchmarks=tmp_path / "benchmarks",
        exact=(),
        metrics=None,
        sites=None,
    )


def test_what_is_measured_and_what_measures_are_paths(tmp_path: Path) -> None:
    ledger = {"measured": ["model/", "./setup.py"], "measuring": ["tools"]}
    settings = read_settings(write(tmp_path, ledger=ledger))
    assert (settings.measured, settings.measuring) == (("model", "setup.py"), ("tools",))
    settings = read_settings(write(tmp_path))
    assert (settings.measured, settings.measuring) == ((), ())


@pytest.mark.parametrize(
    ("ledger", "message"),
    [
        ([], f'"ledger" is []; allowed: an object of {KEYS}'),
        (
            {"exakt": [], "exact": [], "baseline": 3},
            f"\"ledger\" has the keys ['baseline', 'exakt']; allowed: {KEYS}",
        ),
        (
            {"exact": "track_"},
            "\"exact\" is 'track_'; allowed: a list of regular expressions that match names of "
            "benchmarks",
        ),
        (
            {"exact": ["("]},
            "\"exact\" is ['(']; allowed: a list of regular expressions that match names of "
            "benchmarks",
        ),
        (
            {"exact": [3]},
            '"exact" is [3]; allowed: a list of regular expressions that match names of benchmarks',
        ),
        *(
            (
                {"metrics": value},
                f'"metrics" is {value!r}; allowed: a command that prints every exact metric by '
                "name, as JSON",
            )
            for value in (None, ["python"], " ", "python 'x")
        ),
        ({"headline": 3}, '"headline" is 3; allowed: the name of a benchmark'),
        *(
            (
                {"python": value},
                f'"python" is {value!r}; allowed: a version of Python, such as "3.12"',
            )
            for value in ("3", 3.12, "CPython 3.12")
        ),
        (
            {"tables": {"Sizes": "m.C.x"}},
            "\"tables\" is {'Sizes': 'm.C.x'}; allowed: lists of names of benchmarks by the title "
            "of a table",
        ),
        *(
            (
                {key: value},
                f'"{key}" is {value!r}; allowed: a list of paths below the repository\'s root',
            )
            for key in ("measured", "measuring")
            for value in ("model", [3], ["/model"], ["../model"], ["model/../.."], [""], ["."])
        ),
        *(
            (
                {"scale": value},
                f'"scale" is {value!r}; allowed: an object of "unit" (of bytes, such as '
                '"bytes/entry"), "count" (a whole number from 1 on) and "name" (what so many are '
                "called)",
            )
            for value in NO_SCALES
        ),
        *(
            (
                {"commands": value},
                f'"commands" is {value!r}; allowed: an object of "accept" and, where wanted, '
                '"accept_with": what a user types',
            )
            for value in (3, {"accept": 3}, {"accept": ""}, {"accept": "a\nb"}, {"gate": "x"})
        ),
        *(
            (
                {"summary": value},
                f'"summary" is {value!r}; allowed: by name, an object of "metric" and, where '
                'wanted, "minus" (a metric), "per" and "into" (numbers)',
            )
            for value in NO_SUMMARIES
        ),
    ],
)
def test_what_is_not_known_is_refused(tmp_path: Path, ledger: Any, message: str) -> None:
    path = write(tmp_path, ledger=ledger)
    with pytest.raises(SettingsError) as raised:
        read_settings(path)
    assert str(raised.value) == f"{path}: {message}"


@pytest.mark.parametrize("text", [None, "", "{", "[]"])
def test_a_file_that_asv_cannot_read_is_named(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "asv.conf.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(SettingsError) as raised:
        read_settings(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert "\n" not in str(raised.value)


def test_a_threshold_is_the_largest_that_asv_would_take(tmp_path: Path) -> None:
    thresholds = {"m.*": 0.1, r"m\.C": "0.2", "C": 0.9}
    settings = read_settings(write(tmp_path, regressions_thresholds=thresholds))
    metrics = ["m.C.track_rss(1)", "m.D.track_rss", "other.track_rss"]
    assert list(map(settings.threshold, metrics)) == [0.2, 0.1, 0.05]


@pytest.mark.parametrize("thresholds", [3, {"[": 1}, {"m": None}, {"m": "much"}])
def test_thresholds_that_asv_could_not_use_are_refused(tmp_path: Path, thresholds: Any) -> None:
    path = write(tmp_path, regressions_thresholds=thresholds)
    with pytest.raises(SettingsError) as raised:
        read_settings(path)
    assert str(raised.value) == (
        f'{path}: "regressions_thresholds" is {thresholds!r}; '
        "allowed: numbers by regular expressions"
    )


@pytest.mark.parametrize(
    ("settings", "warnings"),
    [
        ({"plugins": [], "ledger": {}}, ()),
        ({"plugins": [PLUGIN], "ledger": {"exact": []}}, ()),
        ({"plugins": ["asv_ledger.publisher", PLUGIN]}, ()),
        (
            {"plugins": ["asv_ledger.publisher"]},
            (
                '"plugins" names "asv_ledger.publisher" without a dot, so asv publish writes no '
                'pages of the ledger; write ".asv_ledger.publisher"',
            ),
        ),
        (
            {"plugins": [".other"], "ledger": {"exact": []}},
            (
                '"plugins" does not name ".asv_ledger.publisher", so asv publish writes no pages '
                "of the ledger; add it",
            ),
        ),
    ],
)
def test_a_plugin_that_asv_ignores_in_silence_is_a_warning(
    tmp_path: Path, settings: dict[str, Any], warnings: tuple[str, ...]
) -> None:
    assert read_settings(write(tmp_path, **settings)).warnings == warnings


@pytest.mark.parametrize("plugins", [3, "x", [3]])
def test_plugins_that_asv_could_not_load_are_refused(tmp_path: Path, plugins: Any) -> None:
    path = write(tmp_path, plugins=plugins)
    with pytest.raises(SettingsError) as raised:
        read_settings(path)
    assert str(raised.value) == (
        f'{path}: "plugins" is {plugins!r}; allowed: a list of names of modules'
    )
