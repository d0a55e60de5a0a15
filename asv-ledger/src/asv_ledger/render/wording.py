"""Wording: what memory.json says, in the words that all pages use."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from asv_ledger.document.schema import (
    AtScale,
    Cell,
    Change,
    Growth,
    Inexact,
    Interval,
    Lines,
    Memory,
    Metric,
    MetricChange,
    Parameter,
    SectionTable,
    Site,
)

NO_HEADLINE = "No headline metric is configured."
NO_CHANGES = "No measured commit changed a metric."
NO_TABLES = "No tables are configured, or nothing in them has been measured."
NO_SUMMARY = "No summary is configured."
NO_DRIFT = (
    "No exact metric is larger than at the last tag or, without a tag, at the first measured "
    "commit."
)
ONE_OF_THEM = "These commits were not measured one by one: any of them may have made the change."
NO_FAILED = "No build and no benchmark failed."
INEXACT = (
    "Readings of these metrics differ since the commit named. Each metric is given as the interval "
    "of its readings. A later change counts where its interval does not overlap this one."
)
AT_FIRST = (
    "“At first” is the value at the first commit that measured the metric, “now” the value at the "
    "newest commit, or at the one named beside it. A dash stands for what was not measured."
)

_HASH_LENGTH = 8
_NOISY_DIGITS = 4
_LARGEST = 10**15  # a parameter with separators
_OUTSIDE = 8  # commits named that are of no history
_BYTES_PER = "bytes/"

_Growth = TypeVar("_Growth", bound=Growth)


def format_verdict(memory: Memory) -> tuple[str, str | None]:
    """Return what the headline costs and what the newest commit did, and that commit's subject.

    The subject is None where the newest commit did nothing to be named for.
    """
    if not memory["tables"]["commits"]:
        return "Nothing has been measured yet", None
    cost = _format_cost(memory["tables"]["headline"])
    newest = next(
        (one for one in memory["changes"] if one["measured_at"] == memory["commit"]), None
    )
    if newest is None:
        suspect, subject = "the newest measured commit", None
        did = "changed no exact metric"
    else:
        suspect, subject = _format_suspect(newest), newest["subject"]
        did = _format_deed(memory, newest["metrics"], bool(cost))
    told = f"{cost}; {suspect} {did}" if cost else f"{suspect[0].upper()}{suspect[1:]} {did}"
    return told, subject


def format_extent(memory: Memory) -> str:
    """Return how many of the measured commits changed an exact metric."""
    measured = count(memory["tables"]["commits"], "measured commit")
    return f"{len(memory['changes']):,} of {measured} changed an exact metric"


def format_range(change: Change) -> str:
    """Return where a change lies that lies in one of several commits; nothing for any other."""
    unmeasured = change["unmeasured"]
    if unmeasured is None:
        return ""
    first, last = map(format_hash, (unmeasured["first"], change["commit"]))
    return f"In one of {unmeasured['count'] + 1:,} commits, from {first} to {last}"


def format_inexact(commit: Inexact, environment: str | None, limit: int) -> Iterator[str]:
    """Iterate over what tells the metrics that are inexact since a commit, at most so many."""
    metrics = commit["metrics"]
    for metric in metrics[:limit]:
        interval = f"{format_interval(metric['interval'])} {metric['unit']}"
        told = f"{format_metric(metric, environment)}: {interval}"
        if metric["from_first"]:
            told += ", since it was first measured"
        if metric["unmeasured"] is not None:
            unmeasured = f"{metric['unmeasured']['count']:,} unmeasured commits"
            told += f", or since one of {unmeasured} before it"
        if metric["until"] is not None:
            told += f"; exact again at {format_hash(metric['until'])}"
        yield told
    if len(metrics) > limit:
        yield f"and {len(metrics) - limit:,} more metrics"


def format_outside(memory: Memory) -> str:
    """Return which commits with results are of no history that is published."""
    outside = memory["outside"]
    named = ", ".join(map(format_hash, outside[:_OUTSIDE]))
    more = f" and {len(outside) - _OUTSIDE:,} more" if len(outside) > _OUTSIDE else ""
    commits = count(outside, "commit")
    return (
        f"Results of {commits} belong to no branch of asv.conf.json and to no tag: {named}{more}."
    )


def format_amount(amount: float, unit: str) -> str:
    """Return an amount of what a metric counts: for bytes/entry, of bytes."""
    number = format_number(amount)
    counted = "bytes" if unit.startswith(_BYTES_PER) else unit
    return f"{number} {'byte' if (number, counted) == ('1', 'bytes') else counted}"


def format_thing(unit: str) -> str | None:
    """Return what bytes are counted for: for bytes/entry, entry; None for other units."""
    return unit.removeprefix(_BYTES_PER) if unit.startswith(_BYTES_PER) else None


def format_metric(metric: Metric, environment: str | None) -> str:
    """Return benchmark and parameters of a metric, and its environment where it is another."""
    told = metric["benchmark"]
    if metric["parameters"]:
        told += f" ({format_parameters(metric['parameters'])})"
    if metric["environment"] != environment:
        told += f", {metric['environment']}"
    return told


def format_series(metric: Metric) -> str:
    """Return benchmark and parameters of a metric as asv writes them, and its environment."""
    benchmark = metric["benchmark"]
    parameters = metric["name"].removeprefix(benchmark)
    return f"{benchmark} {parameters}".rstrip() + f", {metric['environment']}"


def format_parameters(parameters: Iterable[Parameter]) -> str:
    """Return parameters as people write them: 10000 is 10,000."""
    return ", ".join(map(_format_parameter, parameters))


def format_columns(benchmarks: Sequence[str]) -> list[str]:
    """Return what the benchmarks of a table measure: m.Class.track_live is live.

    Where two measure what is called the same, their classes are named too.
    """
    names = [re.sub(r"^(track|peakmem|mem|time)_", "", one.split(".")[-1]) for one in benchmarks]
    same = Counter(names)
    return [
        f"{_name_class(benchmark) if same[name] > 1 else ''} {name.replace('_', ' ')}".strip()
        for benchmark, name in zip(benchmarks, names, strict=True)
    ]


def format_number(number: float, sign: str = "") -> str:
    """Return a number with all its digits up to the sixth after the point, and none for show."""
    if isinstance(number, int):
        return f"{number:{sign},}"  # as a float it would lose digits
    told = f"{number:{sign},.6f}"
    return told.rstrip("0").rstrip(".")


def format_interval(interval: Interval) -> str:
    """Return what readings lie in that do not agree."""
    low, high = map(format_number, (interval["low"], interval["high"]))
    return f"readings from {low} to {high}"


def format_signed(difference: float) -> str:
    """Return a difference with its sign."""
    return _mend_sign(format_number(difference, sign="+"))


def format_percent(before: float, after: float) -> str:
    """Return by how much a metric differs in percent; nothing where it was 0."""
    return _mend_sign(f"{100 * (after - before) / before:+,.2f} %") if before else ""


def format_change(first: float | None, now: float | None) -> str:
    """Return by how much a metric of a table differs from what it was at first."""
    if first is None or now is None:
        return ""
    return "same" if first == now else format_percent(first, now)


def format_summary(memory: Memory) -> Iterator[tuple[str, str]]:
    """Iterate over the keys of the summary and their values."""
    for key, value in memory["summary"].items():
        yield key, "not measured" if value is None else format_number(value)


def format_scale(scale: AtScale) -> str:
    """Return what the difference of a thing makes to many of them."""
    megabytes, held = scale["megabytes"], scale["per_gigabyte"]
    told = _mend_sign(f"{megabytes:+,.2f} MB at {scale['count']:,} {scale['name']}")
    return told if held is None else f"{told}; a GB holds {held:,.0f}"


def format_place(site: Site) -> str:
    """Return file and line of a site, as far as they are known."""
    if site["file"] is None:
        return "elsewhere"
    if site["line"] is None:
        return f"{site['file']}, no longer"
    return f"{site['file']}:{site['line']}"


def find_places(metric: MetricChange) -> list[str]:
    """Return where the allocation sites of a metric are, as far as they are known."""
    return [format_place(site) for site in metric["sites"] or ()]


def find_numeric(table: SectionTable) -> list[bool]:
    """Return of each column of a section's table whether it holds numbers, and no text."""
    columns = [[row[place] for row in table["rows"]] for place in range(len(table["columns"]))]
    return [
        not any(isinstance(cell, str) for cell in cells) and any(cell is not None for cell in cells)
        for cells in columns
    ]


def format_cell(cell: Cell) -> str:
    """Return a cell of a section's table; a dash where there is no value."""
    return cell if isinstance(cell, str) else format_measured(cell)


def format_measured(value: float | None, is_exact: bool = True) -> str:
    """Return a value, a noisy one with the digits it can vouch for; a dash where there is none."""
    if value is None:
        return "\N{EN DASH}"
    return format_number(value if is_exact else float(f"{value:.{_NOISY_DIGITS}g}"))


def format_old(commit: str) -> str:
    """Return at which commit a value was measured that is not of the newest."""
    return f"at {format_hash(commit)}"


def shorten(text: str, limit: int) -> str:
    """Return a text of at most so many characters."""
    return text if len(text) <= limit else text[: limit - 1] + "\N{HORIZONTAL ELLIPSIS}"


def format_hash(commit: str) -> str:
    """Return as much of a commit's hash as tells it from others."""
    return commit[:_HASH_LENGTH]


def format_date(date: str) -> str:
    """Return the day of an ISO date."""
    return date[:10]


def count(things: Sequence[object], name: str) -> str:
    """Return how many things there are, by their name."""
    return format_count(len(things), name)


def format_count(number: int, name: str) -> str:
    """Return a number of things, by their name."""
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def pick_headline(memory: Memory, metrics: Sequence[MetricChange]) -> MetricChange | None:
    """Return the first line of the headline that is among the metrics, None where none is."""
    headline = memory["tables"]["headline"]
    known = {(metric["name"], metric["environment"]): metric for metric in metrics}
    for line in headline["lines"] if headline else ():
        metric = known.get((line["name"], memory["environment"] or ""))
        if metric is not None:
            return metric
    return None


def pick_lead(memory: Memory, metrics: Sequence[MetricChange]) -> MetricChange:
    """Return the metric that says most about a commit: the headline, or one whose site is known.

    Of several, it is the one that grew or shrank most.
    """
    return pick_headline(memory, metrics) or max(metrics, key=lambda one: _weigh(memory, one))


def order_metrics(metrics: Iterable[_Growth]) -> list[_Growth]:
    """Return metrics by benchmark, and by parameters as numbers where they are such."""
    return sorted(metrics, key=_place)


def name_kind(delta: float) -> str:
    """Return what a difference of a metric is, other where there is none."""
    if delta == 0:
        return "other"
    return "regression" if delta > 0 else "improvement"


def name_entry(change: Change) -> str:
    """Return the name of a change's entry within memory.html."""
    first = [change["unmeasured"]["first"]] if change["unmeasured"] else []
    return "-".join(("c", *first, change["commit"]))


def find_present(values: Iterable[float | None]) -> list[float]:
    """Return the values that are not missing."""
    return [value for value in values if value is not None]


def _format_cost(headline: Lines | None) -> str:
    """Return what the first line of the headline costs, nothing where it has no value."""
    values = headline["lines"][0]["values"] if headline and headline["lines"] else []
    present = find_present(values)
    if headline is None or not present:
        return ""
    unit, is_old = headline["unit"], values[-1] is None
    thing, amount = format_thing(unit), format_amount(present[-1], unit)
    when = " when last measured" if is_old else ""
    if thing is None:
        return f"{headline['benchmark']} {'was' if is_old else 'is'} {amount}{when}"
    return f"One {thing} {'cost' if is_old else 'costs'} {amount}{when}"


def _format_suspect(change: Change) -> str:
    unmeasured = change["unmeasured"]
    if unmeasured is None:
        return "the newest measured commit"
    return f"the newest measured commit or one of {unmeasured['count']:,} unmeasured before it"


def _format_deed(memory: Memory, exact: Sequence[MetricChange], is_cost_told: bool) -> str:
    """Return what a commit did that changed exact metrics."""
    lead, headline = pick_headline(memory, exact), memory["tables"]["headline"]
    if lead is None or headline is None:
        kind = "other exact metric" if is_cost_told else "exact metric"
        return f"changed {count(exact, kind)}"
    size = "larger" if lead["delta"] > 0 else "smaller"
    first = headline["lines"][0]["parameters"]
    where = "" if lead["parameters"] == first else f" ({format_parameters(lead['parameters'])})"
    return f"made it {format_amount(abs(lead['delta']), lead['unit'])} {size}{where}"


def _mend_sign(number: str) -> str:
    """Return a number with a minus as wide as the plus."""
    return number.replace("-", "\N{MINUS SIGN}")


def _name_class(benchmark: str) -> str:
    return benchmark.rpartition(".")[0].rpartition(".")[2]


def _format_parameter(parameter: Parameter) -> str:
    if isinstance(parameter, int) and not isinstance(parameter, bool):
        return f"{parameter:,}" if abs(parameter) < _LARGEST else str(parameter)
    return str(parameter)


def _weigh(memory: Memory, metric: MetricChange) -> tuple[bool, bool, float]:
    is_here = metric["environment"] == memory["environment"]
    percent = math.inf if metric["percent"] is None else abs(metric["percent"])
    return is_here, bool(metric["sites"]), percent


def _place(metric: Growth) -> tuple[object, ...]:
    parameters = [
        (0, one, "") if isinstance(one, int | float) else (1, 0, str(one))
        for one in metric["parameters"]
    ]
    return metric["benchmark"], metric["environment"], parameters
