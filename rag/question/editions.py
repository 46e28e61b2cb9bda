"""Which editions a question's wording names, and which years it only speaks of.

A year in a question is an event's year ("the 2019 election") unless the wording ties it to a report. A report cannot
speak of what came after its year; what came before is its history.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rag import countries

_YEAR = r"((?:19|20)\d\d)"
_PLAIN_YEAR = r"(?:19|20)\d\d"
_YEARS = rf"(?P<years>{_PLAIN_YEAR}(?:(?:\s*(?:,|and|&|or|vs\.?|versus|to|with|/|-|–)\s*(?:the\s+)?)+{_PLAIN_YEAR})*+)"
_OWN = r"(?:(?:country|human[- ]rights|annual|state department(?:['’]s)?|us|u\.s\.)\s+)"
_SOMEBODYS = r"\s+(?:of|by|from)\s+(?:the\s+)?(?!u\.?s\b|state\s+department)(?-i:[A-Z])"
_REPORT = rf"(?:{_OWN}*(?:report|editions?)\b(?!{_SOMEBODYS})|{_OWN}*reports\b(?!\s+(?:of|that|about)\b))"
_EDITIONS = (
    # "the 2019 OSCE report" is no edition, "the 2016 Kazakhstan report" is.
    re.compile(rf"\b{_YEARS}(?:['’]s)?\s+(?:(?!(?-i:[A-Z]{{2,}}\b))\w+\s+)?{_REPORT}", re.IGNORECASE),
    # "any reports in 2019" are no editions, "the reports for 2016" are.
    re.compile(
        rf"\b(?:{_OWN}*(?:report|editions?)|the\s+{_OWN}*reports|{_OWN}+reports)"
        rf"\s+(?:for|of|from|on|covering|in)?\s*\(?(?:the\s+)?(?:years?\s+)?{_YEARS}\b",
        re.IGNORECASE,
    ),
)
_ANY_YEAR = re.compile(rf"\b{_YEAR}\b")
_ANOTHER = re.compile(rf"\bthe\s+{_YEAR}\s+one\b|\bthat\s+of\s+{_YEAR}\b", re.IGNORECASE)
_SPAN = re.compile(
    rf"\b(?:between|from)\s+(?:the\s+)?{_YEAR}\s*(?:and|to|until|till|through|-|–)\s*(?:the\s+)?{_YEAR}\b"
    rf"|\b{_YEAR}\s*[-–]\s*{_YEAR}\b",
    re.IGNORECASE,
)
_RUN = re.compile(
    rf"\b{_YEAR}\s*(?:-|–|to|through)\s*(?:the\s+)?{_YEAR}\s+(?:\w+\s+)?(?:reports|editions)\b", re.IGNORECASE
)
"""Every edition from one to another."""
_SINCE = re.compile(rf"\bsince\s+(?:the\s+)?{_YEAR}\b", re.IGNORECASE)
_RELATIVE = re.compile(
    rf"\b(?:(?P<last>latest|newest|most\s+recent|last|last\s+year['’]s|this\s+year['’]s|current)"
    rf"|(?P<first>first|earliest|oldest))\s+(?:(?P<many>two|three|four)\s+)?(?:available\s+|held\s+)?"
    rf"{_OWN}*(?:report|edition)s?\b(?!\s+(?:of|that|about|by|from)\b)",
    re.IGNORECASE,
)
_MANY = {"two": 2, "three": 3, "four": 4}
_FUTURE = re.compile(
    r"\b(?:until|till|by|through|plan\w*|schedul\w*|will|would|expir\w*|expect\w*|next|upcoming|forthcoming|future"
    r"|targets?|goals?|deadlines?|promis\w*|pledg\w*|project\w*|intend\w*|due|aims?|valid|postpon\w*|term|ends?)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    rf"\b(?:in|during|since|throughout|after|of|for|early|late|mid|end|january|february|march|april|may|june|july|august"
    rf"|september|october|november|december)[\s-]+(?:the\s+)?(?:year\s+|\d\d?,?\s+)?{_YEAR}\b"
    rf"|(?<!vision )(?<!agenda )(?<!strategy )(?<!plan )(?<!program )(?<!programme )\b{_YEAR}\s*\??$"
    rf"|\bin\s+{_YEAR}\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Years:
    """What a question says of time."""

    named: tuple[int, ...] = ()
    """Editions, ascending."""
    spans: tuple[int, int] | None = None
    """First and last year of a development asked about; 9999 where it is open."""
    last: int = 0
    """How many of the latest editions."""
    first: int = 0
    """How many of the earliest editions."""
    events: tuple[int, ...] = ()
    """Years spoken of otherwise."""
    told: tuple[int, ...] = ()
    """Those of ``events`` in which the question says that something happened."""

    def chosen(self, held: Sequence[int]) -> tuple[int, ...]:
        """Editions that the wording names, of those ``held`` where it does not give their year; empty for any."""
        if self.named:
            return self.named
        ordered = sorted(set(held))
        if self.last or self.first:
            return tuple(sorted({*ordered[: self.first], *(ordered[-self.last :] if self.last else ())}))
        if self.spans:
            within = tuple(year for year in ordered if self.spans[0] <= year <= self.spans[1])
            return within if len(within) > 1 else ()
        return ()

    def speaking(self, held: Collection[int]) -> tuple[int, ...]:
        """Those of the editions ``held`` that can speak of the events; all where none can."""
        able = tuple(sorted(year for year in set(held) if not self.events or year >= min(self.events)))
        return able or tuple(sorted(set(held)))

    def too_late(self, held: Collection[int]) -> int | None:
        """A year in which something happened, by the question, after every edition ``held``; None otherwise."""
        late = [year for year in self.told if held and year > max(held)]
        return min(late) if late and len(late) == len(self.events) else None


def read(question: str, held: Collection[int], *, compares: bool) -> Years:
    """``held``: every edition of the collection. ``compares``: whether the question sets reports side by side.

    Several years that are all held mean editions: "2016 against 2020". An edition that is named as one goes before
    years, and a mere span of time names none.
    """
    run = _RUN.search(question)
    if run:
        first, last = sorted(int(year) for year in run.groups())
        return Years(spans=(first, last))
    named = _named(question)
    years = {int(year) for year in _ANY_YEAR.findall(question)}
    if named:
        return Years(named, events=tuple(sorted(years - set(named))))
    span, since, relative = _SPAN.search(question), _SINCE.search(question), _relative(question)
    if relative:
        return Years(last=relative[0], first=relative[1], events=tuple(sorted(years)))
    if compares and span:
        first, last = sorted(int(year) for year in span.groups() if year)
        return Years(spans=(first, last))
    if compares and since:
        return Years(spans=(int(since.group(1)), 9999))
    if len(years) > 1 and years <= set(held) and (compares or not span):
        return Years(tuple(sorted(years)))
    told: tuple[int, ...] = ()
    if not _FUTURE.search(question):
        told = tuple(sorted({int(year) for match in _WHEN.finditer(question) for year in match.groups() if year}))
    return Years(events=tuple(sorted(years)), told=told)


def _named(question: str) -> tuple[int, ...]:
    found = [
        int(year)
        for pattern in _EDITIONS
        for match in pattern.finditer(question)
        for year in _ANY_YEAR.findall(match["years"])
    ]
    found += [int(year) for pair in _ANOTHER.findall(question) for year in pair if year] if found else []
    return tuple(sorted(set(found)))


def _relative(question: str) -> tuple[int, int] | None:
    """How many of the latest and of the earliest editions the wording names; None where it names none."""
    for mention in reversed(countries.mentions(question)):
        question = question[: mention.start].rstrip() + question[mention.end :]
    found = list(_RELATIVE.finditer(question))
    last = max((_MANY.get((match["many"] or "").lower(), 1) for match in found if match["last"]), default=0)
    first = max((_MANY.get((match["many"] or "").lower(), 1) for match in found if match["first"]), default=0)
    return (last, first) if found else None
