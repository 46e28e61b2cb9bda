"""Proper names of a statement stand in the evidence or, for what a pronoun stands for, before it."""

import re
from functools import lru_cache
from itertools import pairwise

from rag import countries
from rag.grounding import lexicon
from rag.grounding.acronyms import expanded
from rag.grounding.claim import Claim
from rag.grounding.numbers import MONTHS, SMALL
from rag.grounding.reading import Reading
from rag.grounding.thesaurus import CONCEPTS, GENERAL
from rag.grounding.tokens import Token
from rag.text.words import STOP_WORDS

_GENERIC = (
    frozenset(
        """government parliament parliamentary internet state states constitution report reports section article law
        court president mr mrs ms dr prime minister ministry committee commission office agency senate english i
        ngo ngos un u.s us percent ombudsman""".split()
    )
    | frozenset(MONTHS)
    | frozenset("monday tuesday wednesday thursday friday saturday sunday covid coronavirus".split())
)
"""Capitalised by habit, or checked elsewhere."""

_ORDINARY_ENDING = re.compile(
    r"(?:s|ed|ing|ly|tion|sion|ment|ness|ity|ism|ive|ous|ful|less|able|ible|al|ance|ence|ate|ary|ory|ize|ers?|men|ple|body|one|ten|ward)$"
)
_COMMON = (
    STOP_WORDS
    | lexicon.SOME_WORDS
    | lexicon.MOST_WORDS
    | lexicon.UNIVERSAL_WORDS
    | lexicon.NEGATING_WORDS
    | lexicon.CLAUSE_WORDS
    | frozenset(
        """prior upon early earlier late later roughly like unlike once given half two three four five six since either
        until unless wherever within amid among besides each via due behind notwithstanding
        save nowhere nobody everyone nor what whatever whoever how why where over under above below beyond""".split()
    )
)
"""Words that often begin a sentence and are no names."""
ANAPHORA = frozenset(
    """he she him her his hers they them their theirs it its this that these those such who same former latter there
    here both others another other then thereafter also""".split()
)
_PERSONAL = frozenset("he she him her his hers they them their theirs it its who".split())
_KINDS = re.compile(
    r"(?<!, )\bthe (?:[\w-]+ ){0,2}?(?:activist|lawyer|attorney|journalist|blogger|investigator|defendant|"
    r"officer|judge|man|woman|party|group|movement|court|organization|ngo|agency|office|ministry|commission|committee|company|ombudsman|"
    r"commissioner|chairman|president|leader|prison|facility|city|region|village|report|brief|law|case|incident|body|"
    r"accused|convict|others|country|capital|union|channel|website|bank|foundation|government|trial|protests?|"
    r"investigation|authorities|election|elections|amendments?|constitution|author|victim|detainee|suspects?|term|terms|"
    r"actions?|decision|ruling|verdict|sentence|charges?|rallies|drill|exercise|certificate)s?\b"
)


@lru_cache(maxsize=16_384)
def key(folded: str) -> str:
    """Romanisations of one name in one spelling: Bokayev and Bokaev, Kassym-Jomart and Kasym-Zhomart."""
    plain = re.sub(r"['’-]", "", folded)
    for old, new in (
        ("kh", "h"),
        ("zh", "j"),
        ("iy", "i"),
        ("ij", "i"),
        ("yi", "i"),
        ("ks", "x"),
        ("w", "v"),
        ("ye", "e"),
        ("ie", "e"),
        ("ya", "a"),
        ("ia", "a"),
        ("yu", "u"),
        ("iu", "u"),
        ("y", "i"),
        ("tch", "ch"),
        ("dj", "j"),
        ("dzh", "j"),
    ):
        plain = plain.replace(old, new)
    return re.sub(r"(.)\1", r"\1", plain)


def name_missing(claim: Claim) -> str | None:
    """Every capitalised word of the statement stands in the evidence, or in the context where the evidence points back.

    A name known only from the context must be what "she", "they" or "the party" in the evidence stands for; where
    the evidence names its own person, no other may take that place.
    """
    context = _known(claim.context)
    capitals = {key(token.folded) for token in claim.evidence.tokens if token.capital}
    headings = {key(word.casefold()) for word in re.findall(r"\w+", claim.headings)}
    back = _points_back(claim)
    mentions = countries.mentions(claim.statement.text)
    for token in claim.statement.tokens:
        if not _is_name(token, claim) or any(mention.start <= token.start < mention.end for mention in mentions):
            continue
        name = key(token.folded)
        if name in capitals or name in headings or (token.stem in claim.evidence.concepts and not _odd(token, claim)):
            continue
        if expanded(token, claim.statement, claim.evidence, claim.context, back=back):
            continue
        if (name in context or token.stem in claim.context.concepts) and (back or _fuller(token, claim, capitals)):
            continue
        return f"{token.raw!r} is not in the cited sentences"
    return None


def _fuller(token: Token, claim: Claim, capitals: set[str]) -> bool:
    """Whether the context gives a name in full, or in another spelling, that the evidence gives in part."""
    name = key(token.folded)
    runs = [run for run in _runs(claim.context) if name in map(key, run)]
    beside = {key(part) for run in runs for part in run if not countries.mentions(part.title())} - {name} - TITLES
    bones = re.sub("[aeiou]", "", name)
    return not beside.isdisjoint(capitals) or any(
        len(name) > 5 and other[0] == name[0] and re.sub("[aeiou]", "", other) == bones for other in capitals
    )


def _odd(token: Token, claim: Claim) -> bool:
    """Whether a word that the evidence has as a common one stands in a name that the evidence does not have."""
    at = claim.statement.tokens.index(token)
    beside = [claim.statement.tokens[n] for n in (at - 1, at + 1) if 0 <= n < len(claim.statement.tokens)]
    mates = {mate.stem for mate in beside if mate.capital and mate.content}
    if not mates or any(token.folded == other.folded and other.capital for other in claim.context.tokens):
        return False
    places = [n for n, other in enumerate(claim.evidence.tokens) if other.stem == token.stem]
    near = {
        claim.evidence.tokens[n + step].stem
        for n in places
        for step in (-2, -1, 1, 2)
        if 0 <= n + step < len(claim.evidence.tokens)
    }
    return mates.isdisjoint(near)


def _known(reading: Reading) -> frozenset[str]:
    return frozenset(part for token in reading.tokens for part in (key(token.folded), token.folded))


def _is_name(token: Token, claim: Claim) -> bool:
    if not token.capital or token.folded in _GENERIC or not token.content or token.folded[0].isdigit():
        return False
    if not token.initial:
        return True
    if (
        token.folded in _COMMON
        or token.stem in GENERAL
        or token.folded in SMALL
        or any(other.folded == token.folded and not other.capital for other in claim.context.tokens)
    ):
        return False
    following = next((other for other in claim.statement.tokens if other.start > token.end), None)
    named = following is not None and following.capital and following.content
    if not named and claim.evidence.touches(token):
        return False
    return named or not (_ORDINARY_ENDING.search(token.folded) or token.stem in CONCEPTS)


def _points_back(claim: Claim) -> bool:
    """Whether the evidence leaves somebody or something to its context.

    Where it names somebody whom the statement leaves out, only a pronoun does.
    """
    if not ANAPHORA.isdisjoint(claim.evidence.folded):
        return _own_name(claim) is None or not _PERSONAL.isdisjoint(claim.evidence.folded)
    return bool(_KINDS.search(claim.evidence.text.lower())) and _own_name(claim) is None


def _own_name(claim: Claim) -> str | None:
    """A person or body that the evidence names and the statement does not: two capitalised words or more.

    Titles and kinds of body do not tell one from another.
    """
    known = {key(token.folded) for token in claim.statement.tokens} - TITLES
    for first, second in pairwise(claim.evidence.tokens):
        joined = first.capital and second.capital and first.content and second.content and second.start - first.end == 1
        parts = {key(first.folded), key(second.folded)} - TITLES
        if joined and parts and not known & parts and not second.raw.isupper():
            return second.raw
    return None


TITLES = frozenset(
    map(
        key,
        """sergeant judge investigator prosecutor party president director deputy chief minister general colonel captain
        mr mrs ms dr lawyer attorney activist""".split(),
    )
)


def person_replaced(claim: Claim) -> str | None:
    """Where the statement follows one cited sentence word for word, its person is that sentence's own."""
    if len(claim.cited) < 2:
        return None
    mine = {key(first) + " " + key(last) for first, last in _runs(claim.statement)}
    words = [token for token in claim.statement.content if not token.capital]
    for _, reading in claim.cited:
        kept = sum(any(token.stem == other.stem for other in reading.content) for token in words)
        theirs = _runs(reading)
        known = {key(token.folded) for token in reading.tokens}
        foreign = [name for name in mine if not known & set(name.split())]
        absent = [
            pair
            for pair in theirs
            if not {key(part) for part in pair} & {key(t.folded) for t in claim.statement.tokens}
        ]
        if words and kept >= 0.9 * len(words) and foreign and absent and _PERSONAL.isdisjoint(reading.folded):
            return f"{foreign[0]!r} stands in the place of {' '.join(absent[0])!r}"
    return None


def _runs(reading: Reading) -> list[tuple[str, str]]:
    """Neighbouring capitalised words, as written in lower case."""
    return [
        (first.folded, second.folded)
        for first, second in pairwise(reading.tokens)
        if first.capital and second.capital and first.content and second.content and second.start - first.end == 1
    ]


def name_mixed(claim: Claim) -> str | None:
    """Two names that the evidence gives to different bearers are not joined to one ("Kenzhebek Zhumagulov")."""
    pairs = _pairs(claim.evidence) | _pairs(claim.context)
    firsts = {first for first, _ in pairs}
    capitals = {key(token.folded) for token in claim.evidence.tokens if token.capital and not token.initial}
    for first, last in _pairs(claim.statement):
        skipped = any((first, middle) in pairs and (middle, last) in pairs for _, middle in pairs)
        joined = (first, last) in pairs or skipped or first in _GENERIC or last in _GENERIC
        if not joined and first in firsts and last in capitals:
            return f"{first} {last} is nobody's name in the cited sentences"
    return None


def _pairs(reading: Reading) -> set[tuple[str, str]]:
    return {(key(first), key(second)) for first, second in _runs(reading)}
