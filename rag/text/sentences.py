"""Where sentences begin and end inside a paragraph.

Invariants: spans come in order, do not overlap, begin and end on visible characters, and leave only white space
between them. A quotation or parenthesis is never cut in two unless it runs on for more than ``ENCLOSURE_LIMIT``
characters, because its later sentences would lose their speaker. Time is linear in the length of the text.
"""

import re
from collections.abc import Iterator

from rag.types import Span

ENCLOSURE_LIMIT = 600

_BOUNDARY = re.compile(
    r"""(?<![.?!…])[.?!…]++            # a whole run of terminators
        (?:\[\d{1,3}\])*+              # footnote marks
        ["'”’»)\]\u200b-\u200f\ufeff]*+  # what closes with the sentence
        (?P<gap>\s++)
        (?=["'“‘«(\[]*+[^\W_a-zß-öø-ÿ])  # a capital, a digit, or an opening mark before one
    """,
    re.VERBOSE,
)
_ENCLOSURE = re.compile(
    rf"“[^“”]{{1,{ENCLOSURE_LIMIT}}}”|\"[^\"]{{1,{ENCLOSURE_LIMIT}}}\""
    rf"|\((?:[^()]|\([^()]{{0,{ENCLOSURE_LIMIT}}}\)){{1,{ENCLOSURE_LIMIT}}}+\)"
)
_ITEM = re.compile(r"(?:Section )?(?:\d{1,3}|[a-z]|[ivx]{2,5})\.")
"""What numbers a paragraph; the sentence comes after it."""
_LAST_TOKEN = re.compile(r"[^\s(\[“\"]+$")
_FIRST_WORD = re.compile(r"[\"'“‘«(\[]*([^\W_]+)")

_TITLES = frozenset(
    "mr mrs ms dr prof sen rep gov gen col lt sgt capt maj brig adm cmdr st hon rev msgr fr pres mt ft v vs cf "
    "e.g i.e eg ie approx ca messrs mme mlle sr.a".split()
)
"""Always followed by what belongs to them: never the end of a sentence."""
_BEFORE_NUMBER = frozenset("no nos art arts para paras sec secs ch chap p pp vol fig nr".split()) | frozenset(
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
"""Abbreviations where a number follows."""
_ANYWHERE = frozenset("jr sr inc ltd co corp bros etc al dept univ ave blvd a.m p.m".split()) | frozenset(
    "jan feb aug sep sept oct nov dec".split()
)
"""Abbreviations that may also end a sentence: they do where a word follows that mostly begins one."""
_OPENERS = frozenset(
    """a according after all also although among an and another as at authorities because before both but by courts
    despite during each for from government he her his however human if in it its many media most no nevertheless
    observers of officials on one other police prosecutors she since some such that the their there these they this
    those though under when while with""".split()
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+")


def split(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Sentences of the paragraph ``text[start:end]``, in offsets of ``text``; empty where it is all white space.

    >>> [span.of("Dr. A. Umarova left. She won.") for span in split("Dr. A. Umarova left. She won.")]
    ['Dr. A. Umarova left.', 'She won.']
    """
    end = len(text) if end is None else end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        return []
    spans: list[Span] = []
    for left, right in _boundaries(text, start, end):
        spans.append(Span(start, left))
        start = right
    return [*spans, Span(start, end)]


def _boundaries(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(end of a sentence, start of the next)."""
    enclosures = _ENCLOSURE.finditer(text, start, end)
    enclosure = next(enclosures, None)
    for match in _BOUNDARY.finditer(text, start, end):
        left, right = match.span("gap")
        while enclosure and enclosure.end() <= left:
            enclosure = next(enclosures, None)
        if enclosure and enclosure.start() < left:
            continue
        if not _abbreviated(text, match.start(), right) and not _ITEM.fullmatch(text, start, left):
            yield left, right
            start = right


def _abbreviated(text: str, dot: int, following: int) -> bool:
    """Whether the full stop at ``dot`` belongs to an abbreviation that goes on at ``following``."""
    token = _LAST_TOKEN.search(text, max(0, dot - 24), dot)
    if text[dot] != "." or not token:
        return False
    word = token.group()
    lowered = word.lower()
    if lowered in _TITLES:
        return True
    if lowered in _BEFORE_NUMBER and text[following].isdigit():
        return True
    if (_INITIALS.fullmatch(word + ".") and (word[0].isupper() or "." in word)) or lowered in _ANYWHERE:
        first = _FIRST_WORD.match(text, following)
        return not (first and first.group(1).lower() in _OPENERS)
    return False
