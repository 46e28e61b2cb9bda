"""Two runs of the same cases, case by case: what changed, whether it is noise, and which cases flipped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from eval.runs.provenance import differences
from eval.runs.runner import Run
from eval.scoring.confidence import RULES, Table, concerned
from eval.scoring.figures import FIGURES, HEADLINES, PER_CASE
from eval.scoring.scores import STATUS, Status
from eval.scoring.statistics import Figure, figure, holm, mean, randomisation, swapped
from eval.scoring.summary import Measured
from rag.errors import UsageError

LEVEL = 0.05
"""Adjusted p below which a difference counts as more than noise."""
_GOOD: frozenset[Status] = frozenset(("right", "declined"))
_STEPS = ("passage_any_at_5", "sentence_first", "sentence_within_3")
"""Yes-or-no figures whose flipped cases are listed."""

Verdict = Literal["better", "worse", "no clear difference"]
Pair = tuple[Measured, Measured]


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure in both runs, over the cases where it applies in both."""

    name: str
    first: float
    second: float
    change: Figure
    """Second minus first."""
    p: float
    """Two-sided, of the paired randomisation test."""
    adjusted: float
    """After Holm, over the figures compared."""

    @property
    def verdict(self) -> Verdict:
        change = self.second - self.first
        if self.adjusted >= LEVEL or not change:
            return "no clear difference"
        return "better" if (change > 0) == FIGURES[self.name].higher_is_better else "worse"


@dataclass(frozen=True, slots=True)
class Flip:
    """A case that came out otherwise."""

    case_id: str
    type: str
    question: str
    before: str
    after: str
    change: Literal["better", "worse", "other"]


@dataclass(frozen=True, slots=True)
class Comparison:
    first: str
    second: str
    cases: int
    """In both runs."""
    alone: tuple[int, int]
    """Cases that only the first and only the second run has."""
    differing: tuple[str, ...]
    """Entries in which the descriptions of the runs differ."""
    differences: tuple[Difference, ...]
    flips: tuple[Flip, ...]
    """Other outcomes, the worse ones first."""
    steps: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
    """For some yes-or-no figures the ids of the cases (lost, gained)."""


def compare(first: Run, second: Run, seed: int = 0) -> Comparison:
    """Raises ``UsageError`` where the runs share no case, or one id stands for two questions."""
    pairs = _pairs(first, second)
    return Comparison(
        first=str(first.folder),
        second=str(second.folder),
        cases=len(pairs),
        alone=(len(first.measured) - len(pairs), len(second.measured) - len(pairs)),
        differing=tuple(differences(first.description, second.description)),
        differences=_differences(pairs, seed),
        flips=_flips(pairs),
        steps={name: _step(pairs, name) for name in _STEPS},
    )


def _pairs(first: Run, second: Run) -> list[Pair]:
    others = {one.case.id: one for one in second.measured}
    pairs = [(one, others[one.case.id]) for one in first.measured if one.case.id in others]
    if not pairs:
        raise UsageError(f"{first.folder} and {second.folder} share no case: compare two runs of the same cases")
    for one, other in pairs:
        if one.case != other.case:
            raise UsageError(f"case {one.case.id!r} is not the same in both runs: run one of them again")
    return pairs


def _differences(pairs: Sequence[Pair], seed: int) -> tuple[Difference, ...]:
    found: list[tuple[str, float, float, Figure, float]] = []
    for name in HEADLINES:
        compared = _of_cases(pairs, name, seed) if name in PER_CASE else _over_all(pairs, name, seed)
        if compared is not None:
            found.append((name, *compared))
    adjusted = holm([p for *_, p in found])
    return tuple(Difference(*one, adjusted=level) for one, level in zip(found, adjusted, strict=True))


def _of_cases(pairs: Sequence[Pair], name: str, seed: int) -> tuple[float, float, Figure, float] | None:
    both = [(one.scores.values[name], other.scores.values[name]) for one, other in pairs]
    known = [(a, b) for a, b in both if a is not None and b is not None]
    if not known:
        return None
    changes = [b - a for a, b in known]
    change = mean([None if a is None or b is None else b - a for a, b in both], seed)
    return _mean([a for a, _ in known]), _mean([b for _, b in known]), change, randomisation(changes, seed)


def _over_all(pairs: Sequence[Pair], name: str, seed: int) -> tuple[float, float, Figure, float] | None:
    whole = Table.of([(one.case, one.scores) for one, _ in pairs])
    positions = concerned(name, whole)
    before = whole.at(positions)
    after = Table.of([(other.case, other.scores) for _, other in pairs]).at(positions)
    rule = RULES[name]
    first, second = rule(before), rule(after)
    p = swapped(len(before), lambda take: rule(before.exchanged(after, take)), seed)
    if first is None or second is None or p is None:
        return None

    def change(at: np.ndarray) -> float | None:
        one, other = rule(before.at(at)), rule(after.at(at))
        return None if one is None or other is None else other - one

    return first, second, figure(len(before), change, seed, len(pairs) - len(before)), p


def _flips(pairs: Sequence[Pair]) -> tuple[Flip, ...]:
    flips = []
    for one, other in pairs:
        before, after = one.scores.status, other.scores.status
        if before == after:
            continue
        was, is_now = before in _GOOD, after in _GOOD
        change: Literal["better", "worse", "other"] = "other" if was == is_now else "better" if is_now else "worse"
        flips.append(Flip(one.case.id, one.case.type, one.case.question, STATUS[before], STATUS[after], change))
    return tuple(sorted(flips, key=lambda flip: (("worse", "better", "other").index(flip.change), flip.case_id)))


def _step(pairs: Sequence[Pair], name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    moved = [(one.case.id, one.scores.values[name], other.scores.values[name]) for one, other in pairs]
    lost = tuple(case_id for case_id, a, b in moved if a is not None and b is not None and a > b)
    gained = tuple(case_id for case_id, a, b in moved if a is not None and b is not None and a < b)
    return lost, gained


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def markdown(comparison: Comparison) -> str:
    """For a pull request."""
    lines = [
        f"## Evaluation: `{comparison.first}` → `{comparison.second}`",
        "",
        f"{comparison.cases} cases in both"
        + (
            f"; {comparison.alone[0]} only in the first, {comparison.alone[1]} only in the second"
            * any(comparison.alone)
        )
        + f". The runs differ in: {', '.join(comparison.differing) or 'nothing that was recorded'}.",
        "",
        "| figure | first | second | change | 95 % interval | p | p after Holm | cases | |",
        "|---|--:|--:|--:|---|--:|--:|--:|---|",
        *(_line(one) for one in comparison.differences),
        "",
        *_flip_lines(comparison.flips),
    ]
    for name, (lost, gained) in comparison.steps.items():
        title = FIGURES[name].title
        lines += [f"**{title}** lost ({len(lost)}): {_ids(lost)}; gained ({len(gained)}): {_ids(gained)}", ""]
    return "\n".join(lines)


def _line(one: Difference) -> str:
    change = one.change
    interval = f"{change.low:+.3f} – {change.high:+.3f}" if change.low is not None and change.high is not None else "–"
    verdict = f"**{one.verdict}**" if one.verdict in {"better", "worse"} else one.verdict
    cells = (
        FIGURES[one.name].title,
        f"{one.first:.3f}",
        f"{one.second:.3f}",
        f"{one.second - one.first:+.3f}",
        interval,
        f"{one.p:.4f}",
        f"{one.adjusted:.4f}",
        str(change.cases),
        verdict,
    )
    return f"| {' | '.join(cells)} |"


def _flip_lines(flips: Sequence[Flip]) -> list[str]:
    if not flips:
        return ["No case came out otherwise.", ""]
    counts = ", ".join(f"{sum(flip.change == kind for flip in flips)} {kind}" for kind in ("worse", "better", "other"))
    rows = [
        f"| {flip.change} | {flip.case_id} | {flip.type} | {_cell(flip.question)} | {flip.before} → {flip.after} |"
        for flip in flips
    ]
    head = ["| | case | type | question | outcome |", "|---|---|---|---|---|"]
    summary = f"<details><summary>{len(flips)} cases came out otherwise: {counts}</summary>"
    return [summary, "", *head, *rows, "", "</details>", ""]


def _cell(text: str) -> str:
    """Text of a table's cell: no line breaks, and nothing that Markdown or HTML would read as its own."""
    plain = " ".join(text.split())
    for mark, shown in (("&", "&amp;"), ("<", "&lt;"), ("|", "\\|"), ("`", "\\`"), ("*", "\\*"), ("_", "\\_")):
        plain = plain.replace(mark, shown)
    return plain


def _ids(ids: Sequence[str]) -> str:
    return ", ".join(ids) or "none"
