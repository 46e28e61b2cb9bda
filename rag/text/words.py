"""Words and terms: the one way in which text is cut and folded for matching by meaning.

Quotes are never matched this way: see ``rag.quotes``.
"""

import re
import unicodedata
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

import snowballstemmer

STOP_WORDS = frozenset(
    """a about after again all also am an and any are as at be because been before being between both but by can
    could did do does doing done down during each few for from further had has have having he her here hers him his
    how i if in into is it its itself just me more most my no nor not now of off on once only or other our out over
    own s same she should so some such t than that the their theirs them then there these they this those through to
    too under until up very was we were what when where which while who whom whose why will with would you your
    according report reports reported say says said tell please many much kind exactly anything anyone""".split()
)
"""Words that say nothing about a passage: function words, and the wrapping of questions to a report."""

_LETTERS = r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*"
"""Accents may stand apart from their letters: text from some keyboards and files is decomposed."""
_WORD = re.compile(rf"\d+(?:[.,]\d+)+|{_LETTERS}(?:['’.-]{_LETTERS})*")
_INITIALS = re.compile(r"[^\W\d_](?:\.[^\W\d_])+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
_POSSESSIVE = re.compile(r"['’]s$")
_BRITISH = tuple(
    (re.compile(british), american)
    for british, american in (
        (r"([ln]|[aeou]r|ic|[ai]t|[iy]m|g|[ri]d)is(?=(?:e[drs]?|ers|ing|ations?|ational)$)", r"\1iz"),
        (r"alys(?=(?:e[ds]?|ing)$)", "alyz"),
        (r"([^\W\d_]{3})our(?=(?:s|ed|ing|ings|able|ably|al|ites?|ful|less|ers?|hoods?)?$)", r"\1or"),
        (r"\b(def|off|lic|pret)ence(?=s?$)", r"\1ense"),
        (r"([^\W\d_]{2}[bt])re(?=s?$)", r"\1er"),
        (r"programme(?=s?$)", "program"),
        (r"([^\W\d_]{4})ll(?=(?:ed|ing|ers?|ings)$)", r"\1l"),
        (r"dgement", "dgment"),
    )
)
"""Endings of the one spelling, and how the other has them. Words that both write alike are changed alike, which costs
nothing: a stem is compared with stems alone. Words of one family must stay one: "evidence" is none of them."""
_STEMMER = snowballstemmer.stemmer("english")
_STEMMING = Lock()


class Word(NamedTuple):
    """A word as it stands, with its offsets in the text given, and folded."""

    start: int
    end: int
    folded: str


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Lower case without accents, possessive ending, dots of initials ("U.S." gives "us") or thousands separators."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    plain = _POSSESSIVE.sub("", plain).replace("’", "'")
    return plain.replace(".", "") if _INITIALS.fullmatch(plain) else _THOUSANDS.sub("", plain)


def words(text: str) -> list[Word]:
    """Words in order. Hyphenated words, numbers with separators and names with apostrophes are one word."""
    return [Word(match.start(), match.end(), fold(match.group())) for match in _WORD.finditer(text)]


@lru_cache(maxsize=65_536)
def stem(folded: str) -> str:
    """English Snowball stem of a folded word, the same for its British and its American spelling.

    >>> stem("criticised") == stem("criticized"), stem("labour") == stem("labor"), stem("defence") == stem("defense")
    (True, True, True)
    """
    for pattern, american in _BRITISH:
        folded = pattern.sub(american, folded)
    with _STEMMING:  # a stemmer keeps the word it works on
        return str(_STEMMER.stemWord(folded))


def terms(text: str) -> list[str]:
    """Stems of the words that are no stop words, in order, repeats kept; hyphenated words also in parts."""
    return [term for word in _WORD.findall(text) for term in _stems(word)]


def numbers(text: str) -> set[str]:
    """Words that begin with a digit, folded."""
    return {fold(word) for word in _WORD.findall(text) if word[0].isdigit()}


@lru_cache(maxsize=65_536)
def _stems(word: str) -> tuple[str, ...]:
    folded = fold(word)
    parts = (folded, *folded.split("-")) if "-" in folded else (folded,)
    return tuple(stem(part) for part in parts if part and part not in STOP_WORDS)


def phrases(text: str) -> re.Pattern[str]:
    """Any of the phrases, parted by semicolons, as whole words; ``*`` stands for any ending."""
    listed = [" ".join(phrase.split()) for phrase in text.split(";")]
    return re.compile(r"\b(?:" + "|".join(listed).replace("*", r"\w*") + r")\b")
