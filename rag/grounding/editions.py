"""A statement speaks of the country and edition that it cites."""

import re
from fractions import Fraction
from itertools import pairwise

from rag import countries
from rag.grounding import names
from rag.grounding.claim import Claim
from rag.grounding.numbers import quantities, years
from rag.grounding.reading import Reading
from rag.quotes import fold

_EDITION = re.compile(
    r"\b(?:the )?((?:19|20)\d\d)(?:['’]s)? (?:\w+ )?(?:report|edition|country report)s?\b"
    r"|\b(?:report|edition) (?:for|of) ((?:19|20)\d\d)\b",
    re.IGNORECASE,
)


def wrong_edition(claim: Claim) -> str | None:
    """A year that is an edition of the collection is a cited one, or stands in the evidence."""
    cited = {info.year for info in claim.reports.values()}
    there = years(claim.evidence.text)
    for match in _EDITION.finditer(claim.statement.text):
        year = int(match[1] or match[2])
        if (
            year not in cited
            and fold(match.group()).text.removeprefix("the ") not in fold(claim.evidence.text).text
            and year not in there
        ):
            return f"the {year} report is not cited"
    editions = {info.year for info in claim.editions.values()}
    context = years(claim.context.text) if not there else frozenset()
    for year in sorted(years(claim.statement.text) & editions):
        if year not in cited | there | context:
            return f"the statement names {year}, the cited report is of {', '.join(map(str, sorted(cited)))}"
    return None


def swapped_editions(claim: Claim) -> str | None:
    """Where several editions are compared, each number stands in the sentences of the edition named beside it."""
    by_year: dict[int, list[Fraction]] = {}
    for info, reading in claim.cited:
        by_year.setdefault(info.year, []).extend(quantity.value for quantity in quantities(reading.text))
    text = claim.statement.text
    named = [(match.start(), int(match.group())) for match in re.finditer(r"\b(?:19|20)\d\d\b", text)]
    named = [(at, year) for at, year in named if year in by_year]
    if len(by_year) < 2 or len({year for _, year in named}) < 2:
        return None
    for quantity in quantities(text):
        holders = {year for year, values in by_year.items() if quantity.value in values}
        nearest = min(named, key=lambda pair: _distance(claim.statement, quantity.start, pair[0]))[1]
        if holders and nearest not in holders:
            return f"{quantity.text.strip()!r} stands in another edition than {nearest}"
    return None


_FAR = frozenset("but although though while whereas however nevertheless which who".split())


def _distance(reading: Reading, one: int, other: int) -> tuple[bool, int]:
    """Whether a clause lies between two places, and how many characters, an "and" counting as a dozen."""
    first, last = sorted((one, other))
    between = [token for token in reading.tokens if first <= token.start < last]
    far = any(token.raw in ".;" or token.folded in _FAR for token in between)
    return far, last - first + 12 * any(
        token.folded == "and" or (token.folded == "to" and before.folded != "according")
        for before, token in pairwise(between)
    )


def wrong_country(claim: Claim) -> str | None:
    """A country of the statement is a cited report's, or evidence or context name it."""
    named = {info.country for info in claim.reports.values()}
    text = (
        claim.evidence.text
        if names.ANAPHORA.isdisjoint(claim.evidence.folded)
        else f"{claim.evidence.text} {claim.context.text}"
    )
    named |= {mention.country for mention in countries.mentions(text)}
    for mention in countries.mentions(claim.statement.text):
        if mention.country not in named:
            return f"the cited sentences do not speak of {mention.country}"
    return None
