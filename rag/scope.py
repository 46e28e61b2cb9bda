"""What a question asks about: which editions and countries, whether it compares, whether it can be answered at all.

A year in a question is an event's year ("the 2019 election") unless the wording ties it to a report.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag import countries
from rag.types import DeclineReason, Filters, ReportInfo
from rag.words import STOP_WORDS, terms, words

_YEAR = r"((?:19|20)\d\d)"
_PLAIN_YEAR = r"(?:19|20)\d\d"
_YEARS = rf"{_YEAR}(?:(?:\s*(?:,|and|&|or|vs\.?|versus|to|with|/|-|–)\s*(?:the\s+)?)+{_YEAR})?"
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
_COMPARES = re.compile(
    rf"""\bcompar(?:e|es|ed|ing|ison)\b | \bdiffer(?:s|ed|ence|ences)?\b | \bversus\b | \bvs\b
      | \bdifferent\s+(?:\w+\s+){{0,4}}?(?:reports|editions|years|{_PLAIN_YEAR})\b | \bhow\s+different\b
      | \b(?:both|each|two|either)\s+(?:of\s+the\s+)?(?:two\s+)?(?:reports?|editions?)\b
      | \bthen\s+and\s+(?:what\s+)?now\b
      | \b(?:across|between)\s+(?:the\s+)?(?:two\s+)?(?:reports|editions|years)\b | \bboth\s+years\b
      | \b(?:chang|evolv|shift|develop|improv|worsen|deteriorat)\w*\s+(?:\w+\s+){{0,6}}?(?:between|from|since|over)
        \s+(?:the\s+)?(?:(?:two|both|first|last|earlier|later|past|reports?|editions?|years?|time)\b|{_PLAIN_YEAR}\b)
      | \bhow\s+(?:has|have|had)\b.*\b(?:chang|evolv|shift|improv|worsen)\w*
      | \bhow\s+did\b.*\b(?:change|evolve|shift|improve|worsen)\s*(?:\?|$|between|from|over|since)
      | \bany\s+change\b""",
    re.VERBOSE | re.IGNORECASE,
)
_ANY_YEAR = re.compile(rf"\b{_YEAR}\b")
_ANOTHER = re.compile(rf"\bthe\s+{_YEAR}\s+one\b|\bthat\s+of\s+{_YEAR}\b", re.IGNORECASE)
_RANGE = re.compile(
    rf"\b(?:between|from)\s+(?:the\s+)?{_PLAIN_YEAR}\s*(?:and|to|until|till|-|–)\s*(?:the\s+)?{_PLAIN_YEAR}\b",
    re.IGNORECASE,
)
_COUNTS = re.compile(
    r"\b(?:how\s+many|number\s+of)\s+(?:of\s+the\s+)?(?:countries|states|nations)\b"
    # "How many reports of torture were there?" asks what a report says.
    r"|\b(?:how\s+many|number\s+of)\s+(?:of\s+the\s+)?reports\s+(?:mention|say|state|speak|describe|cover|discuss"
    r"|do\s+you|does\s+(?:the|this|your)|are\s+(?:there\s*(?:\?|$)|in\b)|have\s+you|exist)"
    r"|\b(?:which|what)\s+(?:countries|country|states|nations?)\b.*"
    # "From which country do most refugees come?" asks what a report says.
    r"\b(?:(?:the|has|have|had|with)\s+(?:most|least|fewest)|highest|lowest|worst|best)\b"
    r"|\brank(?:ing)?\s+(?:the\s+|all\s+)?(?:countries|states|nations)\b",
    re.IGNORECASE,
)

_ASKING = frozenset(
    """combien quel quelle quels quelles sont pourquoi comment cual cuales cuanto cuantos cuanta cuantas quien quienes
    donde cuando fue fueron wie viele wer wann warum gibt gab ist sind wurde wurden qual quais quantos quantas foi
    foram quanti quante perche sono hoeveel wie waarom zijn nedir kac skolko kto kogda pochemu""".split()
)
_LINKING = frozenset(
    """le la les des du est que qui pour dans avec sur une aux ont ete par el los las del una por como se der das dem
    den ein eine und uber von im es auf um uma nao lo gli chi della dei nel het een van ve bir icin na po za""".split()
)
"""Frequent words of other languages that are no English ones, folded: those that ask or state, and those that link."""


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
    """Editions that the wording names. Several years that are all held mean those: "2016 against 2020".

    An edition that is named as one goes before years, and a mere span of time names none.
    """
    found = [
        int(year) for pattern in _EDITIONS for match in pattern.finditer(question) for year in match.groups() if year
    ]
    found += [int(year) for pair in _ANOTHER.findall(question) for year in pair if year] if found else []
    named = {int(year) for year in _ANY_YEAR.findall(question)}
    if not found and len(named) > 1 and named <= years and (_COMPARES.search(question) or not _RANGE.search(question)):
        return tuple(sorted(named))
    return tuple(sorted(set(found)))


def _compares(question: str, editions: Sequence[int], filters: Filters) -> bool:
    return len(editions) > 1 or (len(filters.years) != 1 and bool(_COMPARES.search(question)))


def _refusal(question: str, scope: Scope, held: Sequence[ReportInfo]) -> tuple[DeclineReason, str] | None:
    if _COUNTS.search(question):
        return (
            "cannot_count",
            "Counting or ranking over reports needs every one of them to be read. Ask about one country at a time.",
        )
    if not terms(question):
        return (
            "not_a_question",
            "There is nothing to look for in this text. Ask about a person, an event, a law or a practice.",
        )
    if _other_language(question):
        return "not_a_question", "This does not look like English, and questions are understood in English only."
    if not scope.reports:
        asked = " ".join([*scope.filters.countries, *map(str, scope.filters.years)])
        return "not_in_collection", f"There is no report for {asked}. The collection holds {holdings(held)}."
    missing = [year for year in scope.filters.years if all(report.year != year for report in scope.reports)]
    if missing and not scope.compares:
        return "not_in_collection", f"There is no report for {missing[0]}. The collection holds {holdings(held)}."
    return None


def _other_language(question: str) -> bool:
    """Whether a question is clearly in another language. Single names in Cyrillic letters are no language."""
    letters = [unicodedata.name(letter, "") for letter in question if letter.isalpha()]
    cyrillic = sum(name.startswith("CYRILLIC") for name in letters)
    latin = sum(name.startswith("LATIN") for name in letters)
    found = [word.folded for word in words(question)]
    if len(letters) > 5 * latin:
        return len(letters) > 2 * cyrillic or len(found) > 2
    pieces = [piece for word in found for piece in re.split(r"['-]", word)]
    asking, linking = (sum(piece in known for piece in pieces) for known in (_ASKING, _LINKING))
    return bool(asking) and asking + linking > 1 + sum(piece in STOP_WORDS for piece in pieces if len(piece) > 1)
