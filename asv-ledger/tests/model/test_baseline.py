import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asv_ledger.collect.commands import CommandError, measure_metrics
from asv_ledger.model.baseline import Baseline, Difference, Metrics, find_differences, sort_versions
from asv_ledger.shapes import is_number
from asv_ledger.sources.baseline import (
    BaselineError,
    format_baseline,
    parse_baseline,
    read_baseline,
    read_baseline_at,
    write_baseline,
)
from support.histories import git, repository

ACCEPT = "make accept"
ADVICE = "mend it, or remove it and accept the metrics anew"

names = st.text().filter(str.isprintable)
numbers = (st.integers() | st.floats(allow_nan=False, allow_infinity=False)).filter(is_number)
metrics = st.dictionaries(names, numbers)
baseline = st.dictionaries(st.sampled_from(["3.9", "3.11", "3.12", "4.0"]), metrics)


def test_baseline_are_one_line_a_metric_in_order() -> None:
    text = format_baseline(
        {
            "3.12": {"m.C.track_b('x')": 1024.75, "m.C.track_a": 7},
            "3.9": {"m.C.track_c('a \"b\"', 10)": 1e-7},
        },
        ACCEPT,
    )
    assert text == (
        "# Every exact metric of this commit, by version of Python. One that differs fails the "
        "check, be it\n"
        "# smaller; `make accept` rewrites this file, and its diff is the review.\n"
        "\n"
        '["3.9"]\n'
        '"m.C.track_c(\'a \\"b\\"\', 10)" = 1e-07\n'
        "\n"
        '["3.12"]\n'
        '"m.C.track_a" = 7\n'
        "\"m.C.track_b('x')\" = 1024.75\n"
    )


@given(baseline)
def test_what_is_written_is_what_is_read(written: Baseline) -> None:
    text = format_baseline(written, ACCEPT)
    assert parse_baseline(text, "here") == written
    assert format_baseline(parse_baseline(text, "here"), ACCEPT) == text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@given(baseline)
def test_the_text_does_not_depend_on_the_order(written: Baseline) -> None:
    backwards = {
        version: dict(reversed(metrics.items())) for version, metrics in reversed(written.items())
    }
    assert format_baseline(backwards, ACCEPT) == format_baseline(written, ACCEPT)


def test_a_file_is_written_whole_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "baseline.toml"
    assert read_baseline(path) == {}
    write_baseline(path, {"3.12": {"m.C.track_a": 1}}, ACCEPT)
    write_baseline(path, {"3.12": {"m.C.track_a('ä')": 2.5}}, ACCEPT)
    assert path.read_bytes().splitlines()[-1] == "\"m.C.track_a('ä')\" = 2.5".encode()
    assert b"\r" not in path.read_bytes()
    assert read_baseline(path) == {"3.12": {"m.C.track_a('ä')": 2.5}}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("method", ["write_text", "replace"])
def test_a_file_that_cannot_be_written_stays_as_it_was(
    method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        path.touch()
        raise OSError(28, "No space left on device")

    path = tmp_path / "baseline.toml"
    write_baseline(path, {"3.12": {"m.C.track_a": 1}}, ACCEPT)
    monkeypatch.setattr(Path, method, refuse)
    with pytest.raises(BaselineError) as raised:
        write_baseline(path, {}, ACCEPT)
    assert str(raised.value) == f"{path}: No space left on device; make it writable"
    assert read_baseline(path) == {"3.12": {"m.C.track_a": 1}}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("m =", "Invalid value (at end of document)"),
        (
            "x = 1",
            "has 'x'; allowed: one table a version of Python, such as [\"3.12\"]",
        ),
        (
            "[3.12]\nx = 1",
            "has '3'; allowed: one table a version of Python, such as [\"3.12\"]",
        ),
        (
            f'["{"9" * 5000}.1"]',
            f"has '{'9' * 37}...{'9' * 36}.1'; allowed: one table a version of Python, such as "
            '["3.12"]',
        ),
        (
            '"3.12" = 1',
            "has '3.12'; allowed: one table a version of Python, such as [\"3.12\"]",
        ),
        *(
            (
                f'["3.12"]\n{name} = {value}',
                f'["3.12"] {told}; allowed: finite numbers up to 1e100 by printable names',
            )
            for name, value, told in [
                ("x", '"1"', "'x' is '1'"),
                ("x", "true", "'x' is True"),
                ("x", "nan", "'x' is nan"),
                ("x", "-inf", "'x' is -inf"),
                ("x", "1e308", "'x' is 1e+308"),
                ("x", f"0x{'f' * 5000}", "'x' is a number too large to be written"),
                ("x.y", "1", "'x' is {'y': 1}"),
                ('"\\u001b"', "1", r"'\x1b' is 1"),
            ]
        ),
    ],
)
def test_what_are_no_baseline_is_refused(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "baseline.toml"
    path.write_text(text)
    with pytest.raises(BaselineError) as raised:
        read_baseline(path)
    assert str(raised.value) == f"{path}: {message}; {ADVICE}"


def test_baseline_of_too_many_levels_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "baseline.toml"
    path.write_text(f"x = {'[' * 100_000}")
    with pytest.raises(BaselineError) as raised:
        read_baseline(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert str(raised.value).endswith(f"; {ADVICE}")


def test_baseline_are_read_as_a_commit_has_them(tmp_path: Path) -> None:
    (one,) = repository(tmp_path, "one")
    folder = tmp_path / "suite"
    folder.mkdir()
    path = folder / "baseline.toml"
    write_baseline(path, {"3.12": {"m.C.track_a": 1}}, ACCEPT)
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "two")
    path.write_text("not committed")
    name = "suite/baseline.toml"
    assert read_baseline_at(tmp_path, "HEAD", name) == {"3.12": {"m.C.track_a": 1}}
    assert read_baseline_at(tmp_path, one, name) == {}

    git(tmp_path, "commit", "--quiet", "--all", "--message", "three")
    three = git(tmp_path, "rev-parse", "HEAD")
    with pytest.raises(BaselineError) as raised:
        read_baseline_at(tmp_path, three, name)
    assert str(raised.value).startswith(f"{name} at {three[:8]}: ")
    assert str(raised.value).endswith(f"; {ADVICE}")


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff")
    with pytest.raises(BaselineError) as raised:
        read_baseline(tmp_path / "bytes")
    assert str(raised.value).startswith(f"{tmp_path / 'bytes'}: 'utf-8' codec can't decode ")
    with pytest.raises(BaselineError) as raised:
        read_baseline(tmp_path)
    assert str(raised.value) == f"{tmp_path}: it is no regular file; {ADVICE}"


def test_metrics_are_measured_by_the_command(tmp_path: Path) -> None:
    command = """python -c 'print("{\\"m.C.track_a\\": 1, \\"m.C.track_b\\": 2.5}")'"""
    measured = measure_metrics(command, tmp_path, sys.executable)
    assert measured == {"m.C.track_a": 1, "m.C.track_b": 2.5}


@pytest.mark.parametrize(
    ("printed", "message"),
    [
        ("{}", "prints no metric; allowed: one or more"),
        ('{"a": null}', "'a' is None; allowed: finite numbers up to 1e100 by printable names"),
        ('{"a": NaN}', "'a' is nan; allowed: finite numbers up to 1e100 by printable names"),
        ('{"a": 1e999}', "'a' is inf; allowed: finite numbers up to 1e100 by printable names"),
        ('{"\\n": 1}', r"'\n' is 1; allowed: finite numbers up to 1e100 by printable names"),
    ],
)
def test_what_are_no_metrics_is_refused(printed: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "printed.json").write_text(printed)
    with pytest.raises(CommandError) as raised:
        measure_metrics("cat printed.json", tmp_path, sys.executable)
    assert str(raised.value) == f"cat printed.json: {message}"


def test_metrics_of_which_some_failed_are_refused(tmp_path: Path) -> None:
    (tmp_path / "printed.json").write_text('{"a": 1, "b": {"failed": "E: x"}, "c": {"failed": ""}}')
    command = "sh -c 'cat printed.json; exit 1'"
    with pytest.raises(CommandError) as raised:
        measure_metrics(command, tmp_path, sys.executable)
    assert str(raised.value) == f"{command} ended with status 1: b: E: x (and 1 other)"


def test_what_differs_is_found_in_either_direction() -> None:
    before = {"same": 1, "grew": 1, "shrank": 2.5, "gone": 0}
    after = {"new": 0, "shrank": 2.0, "grew": 2, "same": 1.0}
    assert find_differences(before, after) == [
        Difference("gone", 0, None),
        Difference("grew", 1, 2),
        Difference("new", None, 0),
        Difference("shrank", 2.5, 2.0),
    ]


@given(metrics, metrics)
def test_only_equal_metrics_do_not_differ(before: Metrics, after: Metrics) -> None:
    differences = find_differences(before, after)
    assert (differences == []) == (before == after)
    for name, old, new in differences:
        assert (before.get(name), after.get(name)) == (old, new)


def test_versions_are_sorted_by_their_numbers() -> None:
    assert sort_versions({"3.12", "3.9", "4.0", "3.11"}) == ["3.9", "3.11", "3.12", "4.0"]
