"""An answer as the Markdown of one chat message: statements with footnote marks, then the quotes with their sources.

The text only grows, so that what was streamed is the beginning of the whole. Report text never becomes markup.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from rag.export.anchors import link
from rag.export.material import Material
from rag.export.text import escaped
from rag.models.draft import MODEL_FAILED
from rag.types import Answer, Quote, Statement

_LINKED = re.compile(r"(?<=:)(?=//)|(?<=\bwww)(?=\.)|(?=@)", re.IGNORECASE)
"""Where chat windows see an address in plain text."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A footnote mark such as "[1]", in code points of the message."""

    start: int
    end: int
    quote: int
    """Position among the quotes shown."""


class Reply:
    """One message while it is written."""

    def __init__(self) -> None:
        self.text = ""
        self.marks: list[Mark] = []

    def state(self, statement: Statement) -> str:
        """Adds a verified statement; returns what was added, as the other methods do."""
        start = len(self.text)
        self._paragraph(f"{inert(statement.text)} ")
        for quote in statement.quotes:
            self._mark(quote)
        return self.text[start:]

    def end(self, material: Material) -> str:
        """Adds what only the whole answer tells: its quotes, or why there is none, and what was withheld."""
        start, answer = len(self.text), material.answer
        for text in _declined(answer):
            self._paragraph(text)
        for silent in answer.silent:
            self._paragraph(inert(silent.told))
        for number, quote in enumerate(material.quotes):
            self._paragraph("")
            self._mark(number, annotated=answer.decline is not None)
            self.text += f" “{inert(quote.text)}” — {_source(quote, material)}"
        for text in _withheld(answer):
            self._paragraph(text)
        return self.text[start:]

    def annotations(self, material: Material) -> list[dict[str, Any]]:
        """One for each mark in a statement, or of a declined answer for each nearest passage."""
        return [_annotation(mark, material.quotes[mark.quote], material) for mark in self.marks]

    def _paragraph(self, text: str) -> None:
        self.text += f"\n\n{text}" if self.text else text

    def _mark(self, quote: int, *, annotated: bool = True) -> None:
        start = len(self.text)
        self.text += f"[{quote + 1}]"
        if annotated:
            self.marks.append(Mark(start, len(self.text), quote))


def inert(text: str) -> str:
    """``text`` on one line, so that a chat window shows it as it is: no markup, no link, no formula."""
    # "\[" would open a formula in windows that know TeX.
    plain = escaped(" ".join(text.split())).replace("\\[", "&#91;").replace("\\]", "&#93;").replace("$", "\\$")
    return _LINKED.sub(r"\\", plain)


def _declined(answer: Answer) -> Iterator[str]:
    if answer.decline is None:
        return
    searched = answer.decline.searched
    yield f"**No answer.** {inert(answer.decline.detail)}"
    yield f"Searched {searched.passages:,} passages of {searched.reports:,} reports."
    if answer.decline.nearest:
        yield "The nearest passages:"


def _withheld(answer: Answer) -> Iterator[str]:
    failures = [withheld for withheld in answer.withheld if withheld.verdict == MODEL_FAILED]
    yield from (f"{inert(failure.text)} is missing: {inert(failure.detail)}" for failure in failures)
    if judged := len(answer.withheld) - len(failures):
        yield f"{judged} withheld, because the quotes do not support it."


def _source(quote: Quote, material: Material) -> str:
    address = link(quote, material.reports[quote.report])
    cited = inert(quote.citation)
    return f"[{cited}](<{address}>)" if address else cited


def _annotation(mark: Mark, quote: Quote, material: Material) -> dict[str, Any]:
    """In the protocol's form, with the whole published quote beside it: ``quote`` holds the report's exact words."""
    place = {"start_index": mark.start, "end_index": mark.end}
    address = link(quote, material.reports[quote.report])
    if address:
        cited = {"type": "url_citation", "url_citation": {**place, "url": address, "title": quote.citation}}
    else:
        name = material.reports[quote.report].info.file
        cited = {"type": "file_citation", "file_citation": {**place, "file_id": quote.report, "filename": name}}
    return {**cited, "quote": asdict(quote)}
