"""Scores: what was found of planted commits, as memory.html shows it."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from asv_ledger.render.markup import Element, element, fold, scroll
from asv_ledger.render.wording import (
    NO_PROOF,
    SCORES,
    Memory,
    count,
    format_proof,
    format_scores,
    format_signed,
    format_verdicts,
)


def show_proof(memory: Memory) -> Iterator[Element]:
    """Iterate over what was found, the counts as a table, and the planted commits by kind."""
    proof = memory["proof"]
    if proof is None:
        yield element("p", NO_PROOF)
        return
    yield element("p", format_proof(proof), class_="" if proof["met"] else "warning")
    heads = [element("th", head, scope="col") for head in ("found by", *SCORES)]
    rows = [
        element(
            "tr",
            element("th", by, scope="row"),
            *[element("td", f"{number:,}") for number in numbers],
        )
        for by, numbers in format_scores(proof)
    ]
    yield scroll(element("table", element("thead", element("tr", *heads)), element("tbody", *rows)))
    by_kind = sorted(proof["commits"], key=lambda one: (not one["guilty"], one["kind"]))
    kinds = [
        _kind(kind, guilty, list(planted))
        for (guilty, kind), planted in groupby(by_kind, lambda one: (one["guilty"], one["kind"]))
    ]
    yield fold(f"All {count(by_kind, 'planted commit')}, by kind", *kinds)
    if proof["unseen"]:
        yield element("h3", "What no benchmark sees")
        rows = [
            element("li", one["kind"], element("small", f" {one['why']}"))
            for one in proof["unseen"]
        ]
        yield element("ul", *rows, class_="older")


def _kind(kind: str, guilty: bool, planted: list[Mapping[str, Any]]) -> Element:
    named = sum(one["named"] for one in planted)
    verdict = f"{kind}: {named:,} of {count(planted, 'commit')} named"
    title = f"{verdict}{'' if guilty else ', innocent'}"
    return fold(title, element("ul", *map(_commit, planted)))


def _commit(one: Mapping[str, Any]) -> Element:
    deltas = [format_signed(metric["delta"]) for metric in one["metrics"][:1]]
    told = ", ".join([*deltas, *format_verdicts(one)])
    lines = [
        element("small", f"{line['file']} ", element("code", line["code"]))
        for line in one["allocates"]
    ]
    return element("li", element("bdi", one["subject"]), element("small", f" {told}"), *lines)
