"""Names and their acronyms: either may stand for the other where a text, or usage, explains it."""

import re
from collections.abc import Iterable

from rag.grounding.reading import Reading
from rag.grounding.tokens import Token

ACRONYMS = {
    "un": ("united nations",),
    "ngo": ("nongovernmental organization",),
    "ngos": ("nongovernmental organizations",),
    "knb": ("committee for national security", "national security committee"),
    "eu": ("european union",),
    "osce": ("organization for security and cooperation in europe",),
    "odihr": ("office for democratic institutions and human rights",),
    "unhcr": ("un high commissioner for refugees", "united nations high commissioner for refugees"),
    "icrc": ("international committee of the red cross",),
    "iom": ("international organization for migration",),
    "ilo": ("international labor organization",),
    "cis": ("commonwealth of independent states",),
    "hrw": ("human rights watch",),
    "rsf": ("reporters without borders",),
    "cpj": ("committee to protect journalists",),
    "idps": ("internally displaced persons",),
    "cec": ("central election commission",),
}
"""Usual ones; others must be expanded in the evidence, its context or headings."""


def expanded(token: Token, statement: Reading, evidence: Reading, context: Reading, *, back: bool) -> bool:
    """Whether an acronym of one side is the name that the other side spells out."""
    known = evidence.tokens + (context.tokens if back else ())
    words = " ".join(other.folded for other in known)
    if any(name in words for name in ACRONYMS.get(token.folded, ())):
        return True
    if token.raw.isupper() and len(token.raw) > 1 and token.folded in _initials(known):
        return True
    mine = " ".join(other.folded for other in statement.tokens)
    acronyms = {other.folded for other in evidence.tokens if other.raw.isupper() and len(other.raw) > 1}
    return any(
        _spells(_run(statement, token), token, acronym)
        or any(token.folded in name.split() and name in mine for name in ACRONYMS.get(acronym, ()))
        or _glossed(context.text, acronym, token)
        for acronym in acronyms
    )


def _run(reading: Reading, token: Token) -> list[Token]:
    """The capitalised words around ``token``, small words between them left in."""
    at = reading.tokens.index(token)
    first, last = at, at
    while first and (
        reading.tokens[first - 1].capital
        or reading.tokens[first - 1].folded in ("of", "for", "the", "and", "on", "against", "to")
    ):
        first -= 1
    while last + 1 < len(reading.tokens) and (
        reading.tokens[last + 1].capital
        or reading.tokens[last + 1].folded in ("of", "for", "the", "and", "on", "against", "to")
    ):
        last += 1
    return list(reading.tokens[first : last + 1])


def _spells(run: list[Token], token: Token, acronym: str) -> bool:
    """Whether the initials of capitalised words around ``token``, itself among them, are the acronym."""
    capitals = [each for each in run if each.capital]
    at = capitals.index(token)
    initials = "".join(each.raw[0].lower() for each in capitals)
    starts = range(max(0, at - len(acronym) + 1), at + 1)
    return any(initials[start : start + len(acronym)] == acronym for start in starts)


def _initials(tokens: Iterable[Token]) -> str:
    return "".join(token.raw[0].lower() for token in tokens if token.capital or token.content)


def _glossed(text: str, acronym: str, token: Token) -> bool:
    """Whether ``text`` explains the acronym in parentheses after a name that holds ``token``."""
    return any(
        token.folded in match[1].casefold()
        for match in re.finditer(rf"([^.;()]{{3,90}}) \({re.escape(acronym.upper())}\)", text)
    )
