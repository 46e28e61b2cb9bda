"""From the scores of single cases to the figures of a run."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.cases.gold import Case
from eval.cases.records import Record
from eval.scoring import abstention
from eval.scoring.confidence import RULES, Rule, Table, concerned
from eval.scoring.figures import BREAKDOWN, PER_CASE, ZERO_TOLERANCE
from eval.scoring.metrics import DEPTH
from eval.scoring.scores import Scores
from eval.scoring.statistics import Figure, figure, mean, percentile

CURVE_POINTS = 200
"""Most points that a curve keeps."""
UNCERTAIN = "none certain"
"""Name of the breakdown row for gold without a certain section, or questions without a year."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A case with what came of it."""

    case: Case
    record: Record
    scores: Scores


def summarise(measured: Sequence[Measured], seed: int) -> dict[str, Any]:
    """Everything that two runs of the same thing have in common, as JSON; the same numbers for the same seed."""
    verdicts: Counter[str] = Counter(verdict for one in measured for verdict in one.scores.quotes)
    return {
        "cases": len(measured),
        "answerable": sum(one.case.answerable for one in measured),
        "outcomes": dict(sorted(Counter(one.scores.status for one in measured).items())),
        "quotes_displayed": sum(len(one.scores.quotes) for one in measured),
        "zero_tolerance": {verdict: verdicts[verdict] for verdict in ZERO_TOLERANCE},
        "figures": {name: asdict(value) for name, value in figures(measured, seed).items()},
        "by_type": _broken_down(measured, lambda one: [one.case.type], seed),
        "by_year": _broken_down(measured, _years, seed),
        "by_section": _broken_down(measured, _sections, seed),
        "curves": _curves(measured),
    }


def figures(measured: Sequence[Measured], seed: int) -> dict[str, Figure]:
    """Every figure of ``eval.scoring.figures.FIGURES``."""
    return {**{name: mean(_values(measured, name), seed) for name in PER_CASE}, **_over_all(measured, seed)}


def latency(records: Sequence[Record]) -> dict[str, dict[str, float | None]]:
    """Milliseconds by stage: p50, p90, p99 and the longest."""
    stages = sorted({stage for record in records for stage in record.answer.timings_ms if stage in STAGES})
    found = {}
    for stage in stages:
        spent = [record.answer.timings_ms[stage] for record in records if stage in record.answer.timings_ms]
        found[stage] = {name: percentile(spent, part) for name, part in _PERCENTILES.items()}
    return found


STAGES = ("retrieve", "model", "ground", "total")
"""Of an answer's ``timings_ms``; what else stands there is no time."""
_PERCENTILES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "longest": 1.0}


def _over_all(measured: Sequence[Measured], seed: int) -> dict[str, Figure]:
    whole = Table.of([(one.case, one.scores) for one in measured])
    return {name: _over(whole.at(concerned(name, whole)), rule, len(whole), seed) for name, rule in RULES.items()}


def _over(table: Table, rule: Rule, every: int, seed: int) -> Figure:
    return figure(len(table), lambda at: rule(table.at(at)), seed, not_applicable=every - len(table))


def _curves(measured: Sequence[Measured]) -> dict[str, Any]:
    table = Table.of([(one.case, one.scores) for one in measured])
    return {
        "risk_coverage": _thinned(abstention.risk_coverage(table.confidence, table.right)),
        "roc": _thinned(abstention.roc(table.confidence, table.answerable)),
        "reliability": [asdict(one) for one in abstention.reliability(table.confidence, table.first_right)],
        "passage_recall": _recalls(measured, "passage"),
        "sentence_recall": _recalls(measured, "sentence"),
    }


def _recalls(measured: Sequence[Measured], kind: str) -> list[tuple[int, float | None]]:
    names = [f"{kind}_recall_at_{k}" for k in range(1, DEPTH + 1)]
    known = [[value for value in _values(measured, name) if value is not None] for name in names]
    return [(k, round(sum(one) / len(one), 6) if one else None) for k, one in enumerate(known, start=1)]


def _thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The curve with at most about ``CURVE_POINTS`` points, its ends kept."""
    step = max(1, len(points) // CURVE_POINTS)
    kept = [*points[::step], *points[-1:]]
    return [(round(x, 6), round(y, 6)) for x, y in dict.fromkeys(kept)]


def _broken_down(
    measured: Sequence[Measured], keys: Callable[[Measured], Sequence[str]], seed: int
) -> dict[str, dict[str, Any]]:
    groups: dict[str, list[Measured]] = {}
    for one in measured:
        for key in dict.fromkeys(keys(one)):
            groups.setdefault(key, []).append(one)
    return {
        key: {"cases": len(group), **{name: asdict(mean(_values(group, name), seed)) for name in BREAKDOWN}}
        for key, group in sorted(groups.items())
    }


def _years(one: Measured) -> Sequence[str]:
    """Editions of the gold; of an unanswerable question those that it was asked of."""
    years = sorted({gold.year for gold in one.case.quotes}) or sorted(one.case.years)
    return [str(year) for year in years] or [UNCERTAIN]


def _sections(one: Measured) -> Sequence[str]:
    return sorted({gold.section or UNCERTAIN for gold in one.case.quotes})


def _values(measured: Sequence[Measured], name: str) -> list[float | None]:
    return [one.scores.values[name] for one in measured]
