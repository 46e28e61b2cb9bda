"""A run as one page to look at: self-contained, without a script, readable offline, worst cases first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from eval.cases.places import Place, contains, overlaps
from eval.cases.records import Ranked, replace
from eval.runs import plots
from eval.runs.runner import Run
from eval.scoring.figures import BREAKDOWN, FIGURES, HEADLINES, PER_CASE
from eval.scoring.scores import STATUS
from eval.scoring.summary import Measured

NAME = "report.html"
SHOWN_CASES = 500
"""Cases that can be opened; of more, the best are left out, as the page says."""
SHOWN_RANKED = 5
SHOWN_LINKS = 60
"""Cases that a figure links to."""


@dataclass(frozen=True, slots=True)
class Row:
    """A headline figure with the cases behind it."""

    name: str
    title: str
    definition: str
    value: str
    interval: str
    cases: int
    not_applicable: int
    behind: tuple[tuple[str, str], ...]
    """(anchor, id) of the cases that cost most, the worst first."""
    more: int
    """Further such cases that are not linked."""


def write(run: Run) -> Path:
    """Writes ``report.html`` into the run's folder."""
    path = run.folder / NAME
    replace(path, [render(run)])
    return path


def render(run: Run) -> str:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(resources.files("eval.runs").joinpath("report.html").read_text(encoding="utf-8"))
    ordered = worst_first(run.measured)
    anchors = _anchors(ordered)
    totals = [one.record.answer.timings_ms["total"] for one in ordered if "total" in one.record.answer.timings_ms]
    return template.render(
        run=run.description,
        summary=run.summary,
        rows=_rows(run.summary["figures"], ordered),
        plots=plots.of(run.summary, totals),
        breakdown_titles=[FIGURES[name].title for name in BREAKDOWN],
        breakdowns=[(title, _breakdown(run.summary[key])) for key, title in _BREAKDOWNS.items()],
        cases=[{"anchor": anchors[one.case.id], **_view(one)} for one in ordered[:SHOWN_CASES]],
        left_out=max(0, len(ordered) - SHOWN_CASES),
        statuses=STATUS,
    )


_BREAKDOWNS = {"by_type": "By type", "by_year": "By edition of the gold", "by_section": "By section of the gold"}


def worst_first(measured: Sequence[Measured]) -> list[Measured]:
    """Inexact quotes first, then answers that are wrong by confidence, what was missed or incomplete, and the rest."""
    order = list(STATUS)

    def key(one: Measured) -> tuple[bool, int, float, float, str]:
        faultless = set(one.scores.quotes) <= {"exact"}
        completeness = one.scores.values["completeness"]
        rank = order.index(one.scores.status)
        return faultless, rank, 1.0 if completeness is None else completeness, -one.scores.confidence, one.case.id

    return sorted(measured, key=key)


def _rows(figures: Mapping[str, Any], ordered: Sequence[Measured]) -> list[Row]:
    rows = []
    anchors = _anchors(ordered)
    for name in HEADLINES:
        figure = figures[name]
        behind = [(anchors[case_id], case_id) for case_id in _behind(name, ordered) if case_id in anchors]
        rows.append(
            Row(
                name=name,
                title=FIGURES[name].title,
                definition=FIGURES[name].definition,
                value="–" if figure["value"] is None else f"{figure['value']:.3f}",
                interval="–" if figure["value"] is None else f"{figure['low']:.3f} – {figure['high']:.3f}",
                cases=figure["cases"],
                not_applicable=figure["not_applicable"],
                behind=tuple(behind[:SHOWN_LINKS]),
                more=max(0, len(behind) - SHOWN_LINKS),
            )
        )
    return rows


def _anchors(ordered: Sequence[Measured]) -> dict[str, str]:
    """Name of each shown case's place on the page, by the case's id, which may hold any character."""
    return {one.case.id: f"case-{number}" for number, one in enumerate(ordered[:SHOWN_CASES], start=1)}


def _behind(name: str, ordered: Sequence[Measured]) -> list[str]:
    """Ids of the cases that keep a figure from being perfect, the worst first."""
    if name in PER_CASE:
        costly = [(one.scores.values[name], one.case.id) for one in ordered]
        return [case_id for value, case_id in sorted((v, i) for v, i in costly if v is not None) if value < 1]
    wanted: dict[str, Callable[[Measured], bool]] = {
        "auc": lambda one: one.case.answerable,
        "declined_at_90": lambda one: one.case.answerable,
        "wrong_at_80": lambda one: one.scores.right,
        "wrong_at_80_answerable": lambda one: one.scores.right or not one.case.answerable,
        "calibration_error": lambda one: one.scores.values["sentence_first"] == 1.0,
    }
    wrong = [one for one in ordered if not wanted[name](one)]
    return [one.case.id for one in sorted(wrong, key=lambda one: (-one.scores.confidence, one.case.id))]


def _breakdown(rows: Mapping[str, Any]) -> list[tuple[str, int, list[str]]]:
    """Name, cases, and each figure as "value (cases)"."""
    return [
        (
            name,
            row["cases"],
            [
                "–" if row[figure]["value"] is None else f"{row[figure]['value']:.2f} ({row[figure]['cases']})"
                for figure in BREAKDOWN
            ],
        )
        for name, row in rows.items()
    ]


def _view(one: Measured) -> dict[str, Any]:
    """What the page shows of a case."""
    sought = [place for places in one.case.groups.values() for place in places]
    answer = one.record.answer

    def ranked(items: Sequence[Ranked], covers: Callable[[Place, Place], bool]) -> list[tuple[Ranked, bool]]:
        return [(item, any(covers(item.place, place) for place in sought)) for item in items[:SHOWN_RANKED]]

    return {
        "case": one.case,
        "answer": answer,
        "scores": one.scores,
        "statements": list(zip(answer.statements, one.scores.statements, strict=True)),
        "quotes": list(zip(answer.quotes, one.scores.quotes, strict=False)),
        "nearest": list(
            zip(answer.decline.nearest, one.scores.quotes[len(answer.quotes) :], strict=True) if answer.decline else []
        ),
        "sentences": ranked(one.record.sentences, overlaps),
        "passages": ranked(one.record.hits, contains),
        "values": [(FIGURES[name].title, value) for name, value in one.scores.values.items() if name in HEADLINES],
    }
