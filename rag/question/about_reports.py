"""Questions about the reports themselves: which are held, by whom, on what, and what one of their sections says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.types import ReportInfo

Subject = Literal["held", "topics", "publisher"]

_THEM = (
    r"(?:(?:the|these|those|this|that|your|all|each|which|what)\s+)?(?:\w+\s+){0,3}?"
    r"(?:reports?|documents?|sources?|editions?|copies|copy|collection|index|database)"
)
_ASKING: dict[Subject, re.Pattern[str]] = {
    "publisher": re.compile(
        rf"^(?:who|which\s+\w+)\s+(?:wrote|writes|published|publishes|made|makes|produced|produces|issued|issues"
        rf"|is\s+the\s+(?:author|publisher)\s+of|are\s+the\s+authors?\s+of)\s+(?:{_THEM}|it|them|these|this)\s*\??$"
        rf"|^where\s+(?:do|does|did)\s+(?:{_THEM}|it|they|these)\s+come\s+from\s*\??$"
        rf"|\b(?:author|publisher)s?\s+of\s+{_THEM}\s*\??$",
        re.IGNORECASE,
    ),
    "topics": re.compile(
        rf"^(?:(?:what|which)\s+(?:\w+\s+){{0,2}}?(?:topics?|subjects?|sections?|chapters?|themes?|issues?|areas?)\s+"
        rf"(?:do|does|did|are|is)\s+(?:{_THEM}|it|they)\s+(?:\w+\s+)?(?:cover|include|contain|have|has|treat|discuss|address)\w*(?:\s+in\b.*)?\s*\??"
        rf"|what\s+(?:do|does|is|are)\s+(?:{_THEM}|it|they)(?:\s+for\s+\w+)?\s+(?:cover|about|contain|include)\s*\??"
        rf"|(?:what|which)\s+(?:topics?|subjects?|sections?|chapters?)\s+(?:are|is)\s+(?:there|covered|included|in\b.*)\s*\??"
        rf"|(?:table\s+of\s+contents|outline)(?:\s+of\s+{_THEM})?\s*\??"
        rf"|summari[sz]e\s+(?:{_THEM}|it|everything)\s*\.?)$",
        re.IGNORECASE,
    ),
    "held": re.compile(
        rf"^(?:(?:what|which)\s+(?:\w+\s+)?(?:reports?|editions?|years?|countries|country|documents?|sources?)\s+"
        rf"(?:do|does|did|are|is|have|has|can)\s+(?:you|there|it|they|the\s+(?:collection|index|system)|available|held|included|covered|i)\b.*"
        rf"|what\s+(?:do\s+you\s+(?:have|know|hold)|is\s+in\s+(?:the\s+)?(?:collection|index|database)|can\s+(?:i|you)\s+(?:ask|answer|do)\b.*)\s*\??"
        rf"|(?:list|show)(?:\s+me)?\s+(?:all\s+)?{_THEM}\s*\.?"
        rf"|how\s+many\s+(?:reports?|editions?|countries|documents?)\s+(?:do\s+you|are\s+(?:there|in\b|held|available)|does\s+the\s+(?:collection|index))\b.*"
        rf"|how\s+(?:recent|old|up[- ]to[- ]date)\s+(?:is|are)\s+{_THEM}\s*\??)$",
        re.IGNORECASE,
    ),
}
_SECTION = re.compile(
    r"^(?:(?:please\s+)?(?:summari[sz]e|summary\s+of|overview\s+of|outline|show(?:\s+me)?|give\s+me|what\s+(?:does|is\s+in|do)|read)\s+)?"
    r"(?:the\s+)?(?:section|sec\.?|§)\s*(?P<number>\d{1,2})\s*\.?\s*(?P<letter>[a-h])?\.?(?![\w])"
    r"(?:\s*(?:,|of|in|for|from|say|about|the|report|edition|country|human|rights|(?:19|20)\d\d|[A-Z][\w’'-]+))*\s*[?.]?$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"Section (\d+)\b")
_LISTED = 24
"""Headings that an answer about topics lists."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section as citations name it."""

    number: int
    letter: str = ""

    @property
    def label(self) -> str:
        """As citations have it: ``Section 1``, ``Section 1.c.``."""
        return f"Section {self.number}.{self.letter}." if self.letter else f"Section {self.number}"

    def holds(self, section: str) -> bool:
        """Whether a paragraph cited under ``section`` belongs to it; the page that a citation may tell counts not."""
        cited = section.partition(",")[0]
        return cited == self.label or (not self.letter and cited.startswith(f"{self.label}."))


def section(question: str) -> Section | None:
    """The section whose content a question asks for as a whole.

    >>> section("Summarise section 2"), section("Section 1.c 2016")
    (Section(number=2, letter=''), Section(number=1, letter='c'))
    """
    match = _SECTION.match(question.strip())
    return Section(int(match["number"]), (match["letter"] or "").lower()) if match else None


def subject(question: str) -> Subject | None:
    """What a question asks about the reports themselves; ``None`` for any other question.

    >>> subject("What topics does it cover?"), subject("Who wrote these?"), subject("Who wrote the law?")
    ('topics', 'publisher', None)
    """
    asked = " ".join(question.split())
    return next((name for name, pattern in _ASKING.items() if pattern.search(asked)), None)


def told(asked: Subject, reports: Sequence[ReportInfo], holdings: str) -> str:
    """The answer from the manifest and the outlines, in sentences; ``holdings``: the reports in words."""
    if asked == "publisher":
        publishers = " and ".join(dict.fromkeys(report.publisher for report in reports))
        titles = "; ".join(report.title for report in reports[:3]) + ("; …" if len(reports) > 3 else "")
        return f"Published by {publishers}: {titles}."
    if asked == "held":
        return f"The collection holds {len(reports)} reports: {holdings}. Ask what they say of a country and a topic."
    found = dict.fromkeys(heading.rstrip(":") for report in reports for heading in report.sections)
    headings = sorted(found, key=lambda heading: int(match[1]) if (match := _NUMBERED.match(heading)) else 0)
    if not headings:
        return f"The reports held ({holdings}) have no headings that are certain. Ask about a topic."
    listed = "; ".join(headings[:_LISTED]) + ("; …" if len(headings) > _LISTED else "")
    return f"The reports held ({holdings}) cover: {listed}."
