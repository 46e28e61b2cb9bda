"""Answers in the reports' own sentences, without a language model."""

import re
from collections.abc import Iterator

from rag.types import Candidate, Draft, Evidence, ModelInfo, Passage, Question, Withheld

MOST = 3
"""Sentences of one answer."""
MARGIN = 1.0
"""How far below the best sentence's score another one may lie and still be given."""

_LEANS_BACK = re.compile(
    r"(?:He|She|They|It|His|Her|Their|Its|This|That|These|Those|Both|Neither|Similarly|However|Instead|Another|Others"
    r"|The (?:court|law|judge|ministry|report|government|group|defendant|incident|case|party|reporter|journalists"
    r"|investigation|investigator|amendments?|provision|two|three|former)|Most of (?:those|them)|One of (?:those|them)"
    r"|As a result|In (?:its|his|her|their|these)|After (?:the|his|her|their|that)|According to the court)\b"
)
_NAME = re.compile(r"(?<=[\w,;:’”)] )[“(]?[A-Z][\w’-]+")
REACH = 3
"""How many sentences back a name is looked for."""


class ExtractiveDrafter:
    """States what the best sentences say, word for word, in the order of the reports."""

    info = ModelInfo(provider="extractive", name="extractive")
    prompt_sha256 = None

    def draft(self, question: Question, evidence: Evidence) -> Iterator[Draft | Withheld]:
        """One to three sentences; exactly one a report where the question compares."""
        chosen = _one_each(evidence) if question.compares else _best(evidence)
        for candidate in sorted(chosen, key=_place):
            passage, index = candidate.hit.passage, candidate.index
            before = context(passage, index)
            yield Draft(candidate.text, ((passage, index), *(((passage, before),) if before is not None else ())))


def context(passage: Passage, index: int) -> int | None:
    """Position of the sentence before that names whom sentence ``index`` speaks of; ``None`` where it needs none."""
    if not _LEANS_BACK.match(passage.sentence(index)):
        return None
    for before in range(index - 1, max(-1, index - 1 - REACH), -1):
        if _NAME.search(passage.sentence(before)):
            return before
    return None


def _best(evidence: Evidence) -> list[Candidate]:
    best = evidence.sentences[:MOST]
    return [candidate for candidate in best if candidate.score >= best[0].score - MARGIN]


def _one_each(evidence: Evidence) -> list[Candidate]:
    first: dict[str, Candidate] = {}
    for candidate in evidence.sentences:
        first.setdefault(candidate.hit.passage.report, candidate)
    return list(first.values())


def _place(candidate: Candidate) -> tuple[str, int]:
    return candidate.hit.passage.report, candidate.span.start
