"""What the words around a quotation say of its source: country, edition, section.

A year counts only where the wording ties it to a report ("the 2020 report", "Practices for 2020", "(Kazakhstan 2020,
Section 1.c)"): other years are those of events. A country counts only in such wording, in parentheses or in a note.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rag import countries
from rag.document.block import Draft
from rag.document.quotations import Quotation

REACH = 300
"""Characters of the running text before and after a quotation that may cite it."""

_YEAR = r"(?P<year>(?:19|20)\d\d)\b"
_REPORT_WORD = (
    r"(?:country|human|rights|annual|state|department|u\.?s\.?|us|usdos|dos|on|of|the|report|reports|practices)"
)
_YEARS = (
    re.compile(
        rf"\b{_YEAR}(?:['’]s)?[\s,]+(?:{_REPORT_WORD}(?:['’]s)?\s+)*(?:reports?|editions?|practices)\b", re.IGNORECASE
    ),
    re.compile(
        rf"\b(?:reports?|practices|editions?)\b(?:(?!\b(?:published|released|issued|dated|accessed)\b)[^.;()\d]){{0,60}}?\b{_YEAR}",
        re.IGNORECASE,
    ),
)
_NOTED = re.compile(
    r"USDOS|\bDOS\b|State Department|Department of State|Country Reports?|Human Rights"
    r"|\b[Ss]ect?(?:ion|\.)|§|\b[Pp]ara"
)
_MONTH = re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.?(?:\s+\d{1,2},?)?\s*$", re.IGNORECASE)
_SECTION = re.compile(r"(?:\b[Ss]ect?(?:ion|\.)?|§|\bs\.)\s*(\d)(?:\s*[.(]?\s*\(?([a-h])\b\)?)?")
_PARENTHESIS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_NOTE = re.compile(r"\[\^([^\]]+)\]")
_REPORT = re.compile(r"\b(?:reports?|practices|editions?|USDOS|State Department|Department of State)\b", re.IGNORECASE)
_IBID = re.compile(r"\bibid\b", re.IGNORECASE)
_AT_ONCE = re.compile(r"[\"'”’»“‘]*[.,;:]?\s*(?:\[\^[^\]]+\]|[.,;:]\s)*\s*(?=[(\[])")
_SENTENCE_END = re.compile(r"[.!?](?:\[\^[^\]]+\])*\s+(?=[A-Z“\"‘(])")
_LEAD = re.compile(r"\s*(?:[(\[]|[—–―]|--|Source\b|See\b)")


@dataclass(frozen=True, slots=True)
class Cited:
    """What a citation names; None for what it leaves open."""

    country: str | None = None
    """Canonical name."""
    year: int | None = None
    section: str | None = None
    """As in "1" or "1.c"."""

    def __bool__(self) -> bool:
        return self != Cited()

    def __str__(self) -> str:
        section = f"Section {self.section}" if self.section else None
        return " ".join(str(part) for part in (self.country, self.year, section) if part is not None)

    def completed(self, other: "Cited") -> "Cited":
        """This citation, with what it leaves open from ``other``."""
        return Cited(self.country or other.country, self.year or other.year, self.section or other.section)


def near(draft: Draft, found: list[Quotation], position: int, before: Cited) -> Cited:
    """The citation of quotation ``position`` of those ``found``; ``before`` is that of the one before it, for "ibid".

    Nearest first: its notes, what follows it at once, the sentence around it, the text before it; for a block quote
    its last line, then the sentence with a colon that introduces it.
    """
    cited = Cited()
    for text, whole, last in _around(draft, found, position):
        if _IBID.search(text):
            cited = cited.completed(_read(text, whole=True, last=last)).completed(before)
        else:
            cited = cited.completed(_read(text, whole=whole, last=last))
    return cited


def _around(draft: Draft, found: list[Quotation], position: int) -> Iterator[tuple[str, bool, bool]]:
    """Texts that may cite a quotation; whether the whole text is a citation; whether its last mention is meant."""
    here = found[position]
    block = draft.blocks[here.block]
    same = [each for each in found[max(0, position - 1) : position + 2] if each.block == here.block]
    left = max((each.end for each in same if each.end <= here.start), default=0)
    right = min((each.start for each in same if each.start > here.end), default=len(block.text))
    after = block.text[here.end : min(right, here.end + REACH)]
    for name in _NOTE.findall(block.text[here.start : here.end] + after[: 60 if here.end < right else None]):
        if name in draft.footnotes and draft.footnotes[name] is not block:
            yield draft.footnotes[name].text, True, False
    if match := _AT_ONCE.match(after):
        yield after[match.end() :].split(")")[0].split("]")[0] + ")", True, False
    if block.kind == "quote":
        yield after, True, False
        yield from _neighbours(draft, here.block)
        return
    closed = block.text[here.start : here.end].rstrip()[-1:] in (".", "!", "?") and after[1:2] not in (",", ";", ":")
    end = _SENTENCE_END.search(after)
    if not closed or block.kind == "footnote":
        yield after[: end.start()] if end and block.kind != "footnote" else after, block.kind == "footnote", False
    lead = block.text[max(left, here.start - REACH) : here.start]
    ends = list(_SENTENCE_END.finditer(lead))
    yield lead[ends[-1].end() :] if ends else lead, block.kind == "footnote", True
    yield block.text[max(left, here.start - 3 * REACH) : here.start], False, True


def _neighbours(draft: Draft, number: int) -> Iterator[tuple[str, bool, bool]]:
    if number + 1 < len(draft.blocks) and _LEAD.match(draft.blocks[number + 1].text):
        yield draft.blocks[number + 1].text[:REACH], True, False
    before = draft.blocks[number - 1].text if number else ""
    if _NOTE.sub("", before).rstrip().endswith((":", ",")):
        ends = list(_SENTENCE_END.finditer(before))
        introduction = before[ends[-1].end() :] if ends else before
        for name in _NOTE.findall(introduction):
            if name in draft.footnotes:
                yield draft.footnotes[name].text, True, False
        yield introduction, False, True


def _read(text: str, *, whole: bool, last: bool) -> Cited:
    """``whole``: all of ``text`` is a citation; else only what its wording or its parentheses make one."""
    cited = Cited()
    parts = [text] if whole else [match.group(1) for match in _PARENTHESIS.finditer(text)]
    for part in parts[:: -1 if last else 1]:
        country = _country(part)
        year = _year(part, bare=bool(_NOTED.search(part) or country or re.fullmatch(r"\W*\d{4}\W*", part)))
        if year or _NOTED.search(part):
            cited = cited.completed(Cited(country, year, _section(part)))
    if not whole:
        tied = Cited(
            _country(text) if _REPORT.search(text) else None, _year(text, bare=False, last=last), _section(text)
        )
        cited = cited.completed(tied)
    if cited.year is None and (match := re.search(rf"\b{re.escape(cited.country or '-')}[ ,–-]{{1,3}}{_YEAR}", text)):
        cited = replace(cited, year=int(match["year"]))
    return cited


def _year(text: str, *, bare: bool, last: bool = False) -> int | None:
    patterns = (*_YEARS, re.compile(rf"\b{_YEAR}")) if bare else _YEARS
    for pattern in patterns:
        found = [match for match in pattern.finditer(text) if not _MONTH.search(text[: match.start("year")])]
        if found:
            return int(found[-1 if last else 0]["year"])
    return None


def _country(text: str) -> str | None:
    """The one country that ``text`` names; None where it names several, or none."""
    names = {mention.country for mention in countries.mentions(text) if mention.form == "name"}
    return names.pop() if len(names) == 1 else None


def _section(text: str) -> str | None:
    match = _SECTION.search(text)
    return ".".join(part for part in match.groups() if part) if match else None
