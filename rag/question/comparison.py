"""Questions that set reports side by side, and which reports stand side by side then."""

import re
from collections.abc import Sequence

from rag.types import ReportInfo

MOST = 12
"""Reports that one answer compares."""

_PLAIN_YEAR = r"(?:19|20)\d\d"
_EDITIONS = re.compile(
    rf"""\bdifferent\s+(?:\w+\s+){{0,4}}?(?:reports|editions|years|{_PLAIN_YEAR})\b
      | \b(?:both|each|two|either)\s+(?:of\s+the\s+)?(?:two\s+)?(?:reports?|editions?)\b
      | \bthen\s+and\s+(?:what\s+)?now\b
      | \b(?:across|between)\s+(?:the\s+)?(?:two\s+)?(?:reports|editions|years)\b | \bboth\s+years\b
      | \b(?:chang|evolv|shift|develop|improv|worsen|deteriorat)\w*\s+(?:\w+\s+){{0,6}}?(?:between|from|since|over)
        \s+(?:the\s+)?(?:(?:two|both|first|last|earlier|later|past|reports?|editions?|years?|time)\b|{_PLAIN_YEAR}\b)
      | \bhow\s+(?:has|have|had)\b.*\b(?:chang|evolv|shift|improv|worsen)\w*
      | \bhow\s+did\b.*\b(?:change|evolve|shift|improve|worsen)\s*(?:\?|$|between|from|over|since)
      | \b(?:year\s+by\s+year|over\s+(?:time|the\s+years)|from\s+year\s+to\s+year|trends?\s+(?:in|of|for|from))\b
      | \bany\s+change\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""Words that set editions side by side."""
_SIDES = re.compile(
    r"""\bcompar(?:e|es|ed|ing|ison)\b | \bdiffer(?:s|ed|ence|ences|ent)?\b | \bversus\b | \bvs\b
      | \bside\s+by\s+side\b | \bcontrast\b | \bboth\s+countries\b
      | \b(?:better|worse|more|less|fewer|higher|lower|stricter|freer)\b.*\b(?:than\s+in|in\s+[A-Z][\w’']+\s+or)\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""Words that set anything side by side."""
_ALONE = re.compile(r"\b(?:compar|differ)\w*\s*(?:\?|$)|\bhow\s+different\b", re.IGNORECASE)
"""Without a word on what is set side by side, the reports are."""
_REPORTS = re.compile(r"\b(?:reports|editions)\b", re.IGNORECASE)
_OVER_TIME = re.compile(
    r"\b(?:chang|evolv|shift|develop|improv|worsen|deteriorat|trend)\w*|\bover\s+time\b", re.IGNORECASE
)


def of_editions(question: str) -> bool:
    """Whether the wording sets editions of a report side by side."""
    if _EDITIONS.search(question):
        return True
    years = set(re.findall(rf"\b{_PLAIN_YEAR}\b", question))
    several = len(years) > 1 or _ALONE.search(question) or _REPORTS.search(question)
    return bool(several and _SIDES.search(question) and (len(years) > 1 or "different" not in question))


def of_anything(question: str) -> bool:
    """Whether the wording sets anything side by side: editions, or what it names."""
    return bool(_EDITIONS.search(question) or _SIDES.search(question))


def over_time(question: str) -> bool:
    """Whether a comparison is one of years."""
    return bool(_OVER_TIME.search(question))


def alike(pool: Sequence[ReportInfo], events: Sequence[int], *, over_time: bool) -> list[ReportInfo]:
    """Reports of several countries that bear comparison: those for the one year spoken of where every country has
    it, else for the latest year that all have, else the latest of each. Over time, every edition.
    """
    if over_time:
        return list(pool)
    years: dict[str, set[int]] = {}
    for report in pool:
        years.setdefault(report.country, set()).add(report.year)
    common = set.intersection(*years.values()) if years else set()
    if len(events) == 1 and events[0] in common:
        return [report for report in pool if report.year == events[0]]
    if common:
        return [report for report in pool if report.year == max(common)]
    return [report for report in pool if report.year == max(years[report.country])]


def ends(reports: Sequence[ReportInfo]) -> list[ReportInfo]:
    """The first and the last edition of each country."""
    years: dict[str, list[int]] = {}
    for report in reports:
        years.setdefault(report.country, []).append(report.year)
    return [report for report in reports if report.year in (min(years[report.country]), max(years[report.country]))]
