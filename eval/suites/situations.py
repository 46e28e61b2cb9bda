"""Situations: how much of what a complete, honest answer must hold is shown, and how much else.

    python -m eval.suites.situations --index FOLDER FILE …

A file holds questions about whole reports, a JSON object a line: ``{"id", "report", "question", "type", "answerable",
"sentences": [{"text", "grade", "aspect"}]}``. Grade 2: a complete answer must hold the sentence, 1: it belongs; every
other sentence of the report does not. Each question is asked of its own report.
"""

import gzip
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from rag.answer import Answerer
from rag.assemble import answerer
from rag.settings import load
from rag.types import Answer, Evidence, Filters

DEPTH = 10
"""Ranks that the gain is summed over."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A question with what belongs in its answer."""

    id: str
    report: str
    question: str
    type: str
    answerable: bool
    grades: Mapping[str, int]
    """Text of a sentence, its white space made plain, to its grade, 1 or 2."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question."""

    situation: Situation
    shown: tuple[int, ...]
    """Grade of each sentence that was quoted, each text once."""
    must_shown: float | None
    """Share of the sentences of grade 2 that were shown; ``None`` where there is none."""
    gain: float | None
    """nDCG of the ranking over ten ranks, with the grades as gains; ``None`` for what is unanswerable."""
    confidence: float
    answered: bool

    @property
    def wrong(self) -> bool:
        """Answered though the report is silent, or with nothing that belongs."""
        return self.answered and not (self.situation.answerable and any(self.shown))


def read(files: Sequence[Path]) -> Iterator[Situation]:
    for path in files:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row: dict[str, Any] = json.loads(line)
                grades: dict[str, int] = {}
                for one in row["sentences"] if row["answerable"] else ():
                    said = plain(one["text"])
                    grades[said] = max(grades.get(said, 0), one["grade"])
                yield Situation(row["id"], row["report"], row["question"], row["type"], row["answerable"], grades)


def plain(text: str) -> str:
    return " ".join(text.split())


def ask(subject: Answerer, situation: Situation) -> Outcome:
    report = next(info for info in subject.store.reports if info.id == situation.report)
    answer, evidence = subject.trace(situation.question, Filters((report.country,), (report.year,)))
    return judged(situation, answer, evidence)


def judged(situation: Situation, answer: Answer, evidence: Evidence) -> Outcome:
    texts = dict.fromkeys(plain(quote.text) for quote in answer.quotes) if answer.outcome == "answered" else {}
    must = {text for text, grade in situation.grades.items() if grade == 2}
    ranked = list(dict.fromkeys(plain(one.text) for one in evidence.sentences))[:DEPTH]
    return Outcome(
        situation,
        tuple(situation.grades.get(text, 0) for text in texts),
        len(must & texts.keys()) / len(must) if must else None,
        gain([situation.grades.get(text, 0) for text in ranked], list(situation.grades.values()))
        if situation.answerable
        else None,
        answer.confidence,
        answer.outcome == "answered",
    )


def gain(found: Sequence[int], all_grades: Sequence[int]) -> float:
    """NDCG (Järvelin and Kekäläinen, 2002): gains by grade, discounted by the logarithm of the rank.

    >>> gain([2, 0, 1], [1, 2])
    0.95...
    """

    def summed(grades: Sequence[int]) -> float:
        return sum(grade / math.log2(1 + rank) for rank, grade in enumerate(grades[:DEPTH], start=1))

    return summed(found) / summed(sorted(all_grades, reverse=True))


def figures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Over all questions; a figure that applies to none is left out."""
    answerable = [one for one in outcomes if one.situation.answerable]
    silent = [one for one in outcomes if not one.situation.answerable]
    answered = [one for one in answerable if one.answered]
    shown = [grade for one in answered for grade in one.shown]
    rows: dict[str, Sequence[float]] = {
        "must_shown": [one.must_shown for one in answerable if one.must_shown is not None],
        "shown_belongs": [float(grade > 0) for grade in shown],
        "answers_with_any_that_belongs": [float(any(one.shown)) for one in answered],
        "ndcg_at_10": [one.gain for one in answerable if one.gain is not None],
        "wrong": [float(one.wrong) for one in outcomes],
        "answerable_answered": [float(one.answered) for one in answerable],
        "unanswerable_declined": [float(not one.answered) for one in silent],
        "sentences_an_answer": [float(len(one.shown)) for one in answered],
        "auc": [
            float(one.confidence > other.confidence) + float(one.confidence == other.confidence) / 2
            for one in answerable
            for other in silent
        ],
    }
    return {name: sum(values) / len(values) for name, values in rows.items() if values}


def table(outcomes: Sequence[Outcome]) -> str:
    """The figures of all, then of each type, as Markdown."""
    types = sorted({one.situation.type for one in outcomes})
    groups = {"all": outcomes} | {name: [one for one in outcomes if one.situation.type == name] for name in types}
    names = list(figures(outcomes))
    lines = [f"| type | questions | {' | '.join(names)} |", f"|---|--:|{'--:|' * len(names)}"]
    for name, group in groups.items():
        found = figures(group)
        cells = [f"{found[figure]:.3f}" if figure in found else "–" for figure in names]
        lines.append(f"| {name} | {len(group)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(
    files: Annotated[list[Path], typer.Argument(help="Files of situations.")],
    index: Annotated[Path | None, typer.Option(help="Index that holds their reports.")] = None,
    only: Annotated[list[str] | None, typer.Option("--report", help="Only questions about this report.")] = None,
    listed: Annotated[Path | None, typer.Option("--list", help="File for one line a question.")] = None,
) -> None:
    """Ask every question of its report and print the figures."""
    settings = load()
    subject = answerer(settings.model_copy(update={"index": index}) if index else settings)
    held = {info.id for info in subject.store.reports}
    wanted = [one for one in read(files) if one.report in held and (not only or one.report in only)]
    outcomes = [ask(subject, one) for one in wanted]
    typer.echo(table(outcomes))
    if listed:
        listed.write_text("".join(f"{line(one)}\n" for one in outcomes), encoding="utf-8")


def line(one: Outcome) -> str:
    found = {"id": one.situation.id, "question": one.situation.question, "type": one.situation.type}
    measured = {"shown": one.shown, "must_shown": one.must_shown, "gain": one.gain, "wrong": one.wrong}
    return json.dumps(found | measured | {"confidence": one.confidence, "answered": one.answered}, ensure_ascii=False)


if __name__ == "__main__":
    typer.run(main)
