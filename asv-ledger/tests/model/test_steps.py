"""The steps of noisy metrics are those of asv's own graphs, computed by asv itself."""

import contextlib
import json
from itertools import pairwise, product
from pathlib import Path
from random import Random

from asv.benchmarks import Benchmarks
from asv.config import Config
from asv.graph import GraphSet
from asv.repo import get_repo
from asv.results import iter_results

from asv_ledger.document.memory import all_steps
from asv_ledger.sources.project import read_project
from asv_ledger.sources.weights import get_weight
from support.histories import git, repository, write_benchmarks, write_results

_THRESHOLD = 0.05  # asv's

Step = tuple[str, tuple[str, ...], str, str]


def asv_steps(path: Path) -> set[Step]:
    """Return the steps beyond the threshold, as asv's publish reads results into graphs."""
    conf = Config.load(str(path))
    with contextlib.chdir(path.parent):
        repo, benchmarks, graphs = get_repo(conf), Benchmarks.load(conf), GraphSet()
        results = list(iter_results(conf.results_dir))
        tagged = set(repo.get_tags().values())
        revisions = repo.get_revisions({one.commit_hash for one in results} | tagged)
        branches = {branch: set(repo.get_branch_commits(branch)) for branch in conf.branches}
        for one in results:
            of = [branch for branch, line in branches.items() if one.commit_hash in line]
            for branch in of or (branches if one.commit_hash in tagged else ()):
                for name in one.get_result_keys(benchmarks):
                    params = benchmarks[name]["params"]
                    values = one.get_result_value(name, params)
                    weights = [get_weight(s) for s in one.get_result_stats(name, params)]
                    graph = graphs.get_graph(name, {**one.params, "branch": branch})
                    graph.add_data_point(
                        revisions[one.commit_hash],
                        values if params else values[0],
                        weights if params else weights[0],
                    )
    commits = {revision: name for name, revision in revisions.items()}
    found = set()
    for _, graph in graphs:
        params = benchmarks[graph.benchmark_name]["params"]
        lines = graph.get_steps() if params else [graph.get_steps()]
        for parameters, steps in zip(product(*params), lines, strict=True):
            for (_, end, before, _, _), (start, _, after, _, _) in pairwise(steps):
                if abs(after - before) > _THRESHOLD * abs(before):
                    found.add((graph.benchmark_name, parameters, commits[end - 1], commits[start]))
    return found


def test_they_are_those_of_asv_with_weights_on_several_branches(tmp_path: Path) -> None:
    random = Random(8)
    main = repository(tmp_path, *(f"main {number}" for number in range(40)))
    git(tmp_path, "checkout", "--quiet", "-b", "release", main[20])
    names = list(main)
    for number in range(30):
        git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", f"release {number}")
        names.append(git(tmp_path, "rev-parse", "HEAD"))
    git(tmp_path, "checkout", "--quiet", "--detach", main[5])
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "tagged")
    git(tmp_path, "tag", "v1")
    names.append(git(tmp_path, "rev-parse", "HEAD"))
    results = tmp_path / "results"
    write_benchmarks(
        results,
        m__C__time_one={"unit": "seconds", "type": "time"},
        m__C__time_sizes={"type": "time", "param_names": ["n"], "params": [["1", "2"]]},
    )
    for place, name in enumerate(names):
        # Some values step, some are missing, and what is read less surely weighs less.
        level = 1.0 + (place % 23 > 11) + (place > 45) + random.random() / 5
        spread = 0.01 + random.random()
        values = [level, None if place % 7 == 3 else 2 * level * (1 + random.random() / 9)]
        lows = [value and value - spread for value in values]
        highs = [value and value + spread for value in values]
        for machine in ("a", "b") if place % 3 else ("a",):
            write_results(
                results,
                name,
                {
                    "m.C.time_one": [[level], [], "1", [level - spread], [level + spread]],
                    "m.C.time_sizes": [values, [["1", "2"]], "1", lows, highs],
                },
                machine=machine,
            )
    path = tmp_path / "asv.conf.json"
    configuration = {"version": 1, "project": "p", "repo": ".", "branches": ["main", "release"]}
    path.write_text(json.dumps(configuration))
    project = read_project(path)
    told = {
        (step.series.key.benchmark, step.series.key.parameters, step.ancestor, step.commit)
        for step in all_steps(project.measurements.series, project.history, project.settings)
        if abs(step.delta) > _THRESHOLD * abs(step.before)
    }
    assert told == asv_steps(path)
    assert len(told) > 8
