"""What a question asks about: which editions and countries, whether it compares, whether it can be answered at all.

A year in a question is an event's year ("the 2019 election") unless the wording ties it to a report.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag import countries
from rag.types import DeclineReason, Filters, ReportInfo
from rag.words import terms

_YEAR = r"((?:19|20)\d\d)"
_REPORT = r"(?:(?:country|human[- ]rights|annual|state department(?:['’]s)?|us|u\.s\.)\s+)*(?:reports?|editions?)"
_YEARS = rf"{_YEAR}(?:(?:\s*(?:,|and|&|or|vs\.?|versus|to|with|/|-|–)\s*(?:the\s+)?)+{_YEAR})?"
_EDITIONS = (
    re.compile(rf"\b{_YEARS}(?:['’]s)?\s+(?:\w+\s+)?{_REPORT}\b", re.IGNORECASE),
    re.compile(
        rf"\b{_REPORT}\s+(?:for|of|from|on|covering|in)?\s*\(?(?:the\s+)?(?:years?\s+)?{_YEARS}\b", re.IGNORECASE
    ),
)
_COMPARES = re.compile(
    r"""\bcompar(?:e|es|ed|ing|ison)\b | \bdiffer(?:s|ed|ent|ence|ences)?\b | \bversus\b | \bvs\b
      | \b(?:both|each|two|either)\s+(?:of\s+the\s+)?(?:two\s+)?(?:reports?|editions?) | \bthen\s+and\s+now\b
      | \b(?:across|between)\s+(?:the\s+)?(?:two\s+)?(?:reports|editions|years)
      | \b(?:chang|evolv|shift|develop|improv|worsen|deteriorat)\w*\s+(?:\w+\s+){0,6}?(?:between|since|over|from\s+(?:19|20)\d\d)\b
      | \bhow\s+(?:has|have|had|did)\b.*\b(?:chang|evolv|shift|improv|worsen)\w* | \bany\s+change\b""",
    re.VERBOSE | re.IGNORECASE,
)
_ANY_YEAR = re.compile(rf"\b{_YEAR}\b")
_COUNTS = re.compile(
    r"\bhow\s+many\s+(?:of\s+the\s+)?(?:countries|states|nations|reports)\b"
    r"|\bnumber\s+of\s+(?:countries|states|nations|reports)\b"
    r"|\b(?:which|what)\s+(?:countries|country|states|nations?)\b.*\b(?:most|least|fewest|highest|lowest|worst|best)\b"
    r"|\brank(?:ing)?\s+(?:the\s+|all\s+)?(?:countries|states|nations)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Scope:
    filters: Filters
    reports: tuple[ReportInfo, ...]
    """Those that the filters admit."""
    compares: bool
    foreign: tuple[str, ...] = ()
    """Countries that the question names and the collection lacks; the evidence must speak of them."""
    refusal: tuple[DeclineReason, str] | None = None
    """Why the question is declined without a search: reason and detail."""


def read(question: str, asked: Filters, held: Sequence[ReportInfo]) -> Scope:
    """The scope of ``question`` over the reports ``held``. The asker's own filters win over the wording."""
    named = list(dict.fromkeys(mention.country for mention in countries.mentions(question)))
    known = {report.country for report in held}
    editions = _editions(question, {report.year for report in held})
    wanted = _countries(named, known)
    filters = replace(
        asked,
        countries=tuple(countries.canonical(name) or name for name in asked.countries) or wanted,
        years=asked.years or editions,
        inferred=bool((wanted and not asked.countries) or (editions and not asked.years)),
    )
    reports = tuple(report for report in held if filters.admits(report))
    scope = Scope(
        filters=filters,
        reports=reports,
        compares=_compares(question, editions, filters) and len(reports) > 1,
        foreign=tuple(country for country in named if country not in known) if not wanted else (),
    )
    return replace(scope, refusal=_refusal(question, scope, held))


def holdings(held: Sequence[ReportInfo]) -> str:
    """What a collection holds, in words: "Kazakhstan (2016, 2020)"."""
    years: dict[str, list[str]] = {}
    for report in held:
        years.setdefault(report.country, []).append(str(report.year))
    if len(years) > 12:
        return f"{len(held)} reports on {len(years)} countries"
    return "; ".join(f"{country} ({', '.join(editions)})" for country, editions in years.items())


def _countries(named: Sequence[str], known: set[str]) -> tuple[str, ...]:
    """Named countries to restrict a search to; none where that would restrict nothing."""
    wanted = tuple(country for country in named if country in known)
    return wanted if len(known) > 1 else ()


def _editions(question: str, years: set[int]) -> tuple[int, ...]:
    """Editions that the wording names. Several years that are all held mean those: "2016 against 2020"."""
    found = [
        int(year) for pattern in _EDITIONS for match in pattern.finditer(question) for year in match.groups() if year
    ]
    named = {int(year) for year in _ANY_YEAR.findall(question)}
    return tuple(sorted(named if len(named) > 1 and named <= years else set(found)))


def _compares(question: str, editions: Sequence[int], filters: Filters) -> bool:
    return len(editions) > 1 or (len(filters.years) != 1 and bool(_COMPARES.search(question)))


def _refusal(question: str, scope: Scope, held: Sequence[ReportInfo]) -> tuple[DeclineReason, str] | None:
    if not terms(question):
        return (
            "not_a_question",
            "There is nothing to look for in this text. Ask about a person, an event, a law or a practice.",
        )
    if _COUNTS.search(question):
        return (
            "cannot_count",
            "Counting or ranking over reports needs every one of them to be read. Ask about one country at a time.",
        )
    if not scope.reports:
        asked = " ".join([*scope.filters.countries, *map(str, scope.filters.years)])
        return "not_in_collection", f"There is no report for {asked}. The collection holds {holdings(held)}."
    missing = [year for year in scope.filters.years if all(report.year != year for report in scope.reports)]
    if missing and not scope.compares:
        return "not_in_collection", f"There is no report for {missing[0]}. The collection holds {holdings(held)}."
    return None
