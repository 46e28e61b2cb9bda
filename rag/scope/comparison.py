"""Questions that set reports side by side, and which reports stand side by side then."""

import re
from collections.abc import Sequence

from rag.types import ReportInfo

MOST = 12
"""Reports that one answer compares."""

_PLAIN_YEAR = r"(?:19|20)\d\d"
_WORDS = re.compile(
    rf"""\bcompar(?:e|es|ed|ing|ison)\b | \bdiffer(?:s|ed|ence|ences)?\b | \bversus\b | \bvs\b
      | \bdifferent\s+(?:\w+\s+){{0,4}}?(?:reports|editions|years|{_PLAIN_YEAR})\b | \bhow\s+different\b
      | \bdifferent\s+from\s+(?:that|those)\b | \bside\s+by\s+side\b | \bcontrast\b
      | \b(?:better|worse|more|less|fewer|higher|lower|stricter|freer)\b.*\b(?:than\s+in|in\s+[A-Z][\w’']+\s+or)\b
      | \b(?:both|each|two|either)\s+(?:of\s+the\s+)?(?:two\s+)?(?:reports?|editions?|countries)\b
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
_OVER_TIME = re.compile(
    r"\b(?:chang|evolv|shift|develop|improv|worsen|deteriorat|trend)\w*|\bover\s+time\b", re.IGNORECASE
)
_WITHIN = re.compile(
    rf"\bdifferences?\b[^,;]*?\bbetween\s+(?:the\s+)?(?!two\b|both\b|(?:\w+\s+){{0,2}}?(?:reports?|editions?|years?)\b"
    rf"|{_PLAIN_YEAR})(?-i:[a-z])",
    re.IGNORECASE,
)
"""A difference between other things: "between the pay of men and women"."""


def worded(question: str) -> bool:
    return bool(_WORDS.search(question)) and not (_WITHIN.search(question) and not re.search(_PLAIN_YEAR, question))


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
