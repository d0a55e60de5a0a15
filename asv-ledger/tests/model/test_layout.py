from dataclasses import replace

import pytest

from asv_ledger.model.layout import Changed, File, Kind, Layout, find_changed

LAYOUT = Layout(
    configuration="suite/asv.conf.json",
    benchmarks="suite/benchmarks",
    results="suite/results",
    attribution="suite/attribution",
    baseline="suite/baseline.toml",
    measured=("model", "pyproject.toml"),
    measuring=("ledger", "Makefile"),
    installed=frozenset(("pytest",)),
)
PLAIN = "100644"


def files(*paths: str, mode: str = PLAIN, name: str = "a") -> dict[str, File]:
    return {path: File(mode, name) for path in paths}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("model/packed.py", None),
        ("docs/benchmarks/x.md", None),
        ("README.md", None),
        ("benchmarks/x.py", None),
        ("suite/benchmarks/x.py", Kind.BENCHMARKS),
        ("Suite/Benchmarks/x.py", Kind.BENCHMARKS),
        ("suite/benchmarks2/x.py", None),
        ("suite/asv.conf.json", Kind.CONFIGURATION),
        ("suite/baseline.toml", Kind.BASELINE),
        ("suite/results/a/b.json", Kind.RESULTS),
        ("suite/attribution/a.json", Kind.RESULTS),
        (".github/workflows/a.yml", Kind.WORKFLOW),
        (".github/CODEOWNERS", Kind.WORKFLOW),
        ("ledger/gate.py", Kind.MEASURING),
        ("Makefile", Kind.MEASURING),
        ("pyproject.toml", Kind.BUILD),
        ("docs/pyproject.toml", None),
        (".gitattributes", Kind.ATTRIBUTES),
        ("model/.gitattributes", Kind.ATTRIBUTES),
        (".gitmodules", Kind.SUBMODULE),
        ("json.py", Kind.SHADOW),
        ("json.cpython-311-x86_64-linux-gnu.so", Kind.SHADOW),
        ("json/__init__.py", Kind.SHADOW),
        ("json/more.py", None),
        ("sitecustomize.py", Kind.SHADOW),
        ("pytest.py", Kind.SHADOW),
        ("docs/json.py", None),
        ("json.md", None),
        ("another.py", None),
    ],
)
def test_a_path_is_of_a_kind(path: str, kind: Kind | None) -> None:
    assert LAYOUT.find_kind(path, [PLAIN], []) is kind


def test_a_module_that_the_base_has_hides_nothing() -> None:
    assert LAYOUT.find_kind("json.py", [PLAIN], ["json"]) is None


@pytest.mark.parametrize(("mode", "kind"), [("120000", Kind.LINK), ("160000", Kind.SUBMODULE)])
def test_a_link_or_a_submodule_is_one_wherever_it_is(mode: str, kind: Kind) -> None:
    assert LAYOUT.find_kind("suite/benchmarks/x.py", [PLAIN, mode], []) is kind
    assert (File(mode, "a").is_link, File(mode, "a").is_regular) == (kind is Kind.LINK, False)


def test_what_differs_is_told_by_path_a_renamed_file_at_both() -> None:
    base = files(
        "model/a.py", "suite/benchmarks/a.py", "suite/baseline.toml", "Makefile", "json.py"
    )
    head = (
        files("model/b.py", "suite/benchmarks/b.py", "suite/baseline.toml", "docs/x", "gc.py")
        | files("Makefile", mode="100755")
        | files("json.py", name="b")
    )
    assert list(find_changed(base, head, LAYOUT)) == [
        Changed("Makefile", Kind.MEASURING, "changed"),
        Changed("gc.py", Kind.SHADOW, "added"),
        Changed("suite/benchmarks/a.py", Kind.BENCHMARKS, "removed"),
        Changed("suite/benchmarks/b.py", Kind.BENCHMARKS, "added"),
    ]


def test_what_is_measured_is_named_or_all_the_rest() -> None:
    paths = ["model/a.py", "pyproject.toml", "models.py", "suite/baseline.toml", "ledger/a.py"]
    assert list(filter(LAYOUT.is_measured, paths)) == ["model/a.py", "pyproject.toml"]
    rest = replace(LAYOUT, measured=())
    assert list(filter(rest.is_measured, paths)) == paths[:3]
    assert set(rest.kept) == {
        "suite/asv.conf.json",
        "suite/benchmarks",
        "suite/results",
        "suite/attribution",
        "suite/baseline.toml",
        "ledger",
        "Makefile",
    }
    assert "../results" not in replace(rest, results="../results", benchmarks=".").kept
    assert "." not in replace(rest, results="../results", benchmarks=".").kept


def test_what_measures_is_imported_by_the_names_of_its_paths() -> None:
    layout = replace(LAYOUT, measuring=("dev/lint.py", "run.py", "tox.ini"))
    assert layout.measuring_modules == {"benchmarks", "dev", "run", "tox"}
