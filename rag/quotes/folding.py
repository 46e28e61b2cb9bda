"""The one folding in which quotations are matched, and the way back to the source."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from rag.types import Span

_DROPPED = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
_UNEVEN = re.compile(
    rf"(?P<hyphen>(?<=[^\W\d_])[-\u2010\u00ad][{_DROPPED}]*[^\S\n]*\n\s*(?=[a-zß-ÿ]))"
    rf"|(?P<accent>[^\W\d_](?:[{_DROPPED}]*[\u0300-\u036f])+)"
    rf"|(?P<space>[\s{_DROPPED}]*\s[\s{_DROPPED}]+|[{_DROPPED}]+\s?)"
    r"|(?P<ellipsis>…)"
)
"""Everything whose folding may have another length."""
_EVEN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\t\n\r\v\f\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000", " "),
        **{chr(code): " " for code in (*range(0x2000, 0x200B), *range(0x1C, 0x20))},
    }
)


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is matched, with the way back to its source."""

    text: str
    marks: tuple[int, ...]
    sources: tuple[int, ...]
    """``text[marks[i]:marks[i + 1]]`` comes from the source's ``[sources[i]:sources[i + 1]]``: character by
    character where both are equally long, else as one block."""

    def source(self, start: int, end: int) -> Span:
        """The shortest source range whose folding covers ``text[start:end]``, which must not be empty."""
        first, last = bisect_right(self.marks, start) - 1, bisect_right(self.marks, end - 1) - 1
        left = self.sources[first] + (start - self.marks[first] if self._even(first) else 0)
        right = self.sources[last] + end - self.marks[last] if self._even(last) else self.sources[last + 1]
        return Span(left, right)

    def _even(self, block: int) -> bool:
        following = block + 1
        return following == len(self.marks) or (
            self.marks[following] - self.marks[block] == self.sources[following] - self.sources[block]
        )


def fold(text: str) -> Folded:
    """Straight quotation marks, one dash, one blank for any white space, "..." for an ellipsis, no case, no
    invisible characters, no hyphen at a line's end, composed accents; nothing else.

    >>> fold("The “rule”…").text
    'the "rule"...'
    """
    pieces: list[str] = []
    marks, sources, length, done = [0], [0], 0, 0

    def add(piece: str, source_end: int) -> None:
        nonlocal length, done
        pieces.append(piece)
        length, done = length + len(piece), source_end
        marks.append(length)
        sources.append(source_end)

    def add_even(plain: str) -> None:
        folded = plain.translate(_EVEN).casefold()
        if len(folded) == len(plain):
            if plain:
                add(folded, done + len(plain))
            return
        for character in plain:
            add(unicodedata.normalize("NFC", character.translate(_EVEN).casefold()), done + 1)

    for match in _UNEVEN.finditer(text):
        add_even(text[done : match.start()])
        add(_replacement(match), match.end())
    add_even(text[done:])
    return Folded("".join(pieces), tuple(marks), tuple(sources))


def _replacement(match: re.Match[str]) -> str:
    found = match.group()
    if match.lastgroup == "hyphen":
        return ""
    if match.lastgroup == "ellipsis":
        return "..."
    if match.lastgroup == "accent":
        letters = "".join(c for c in found if c.isalpha() or unicodedata.combining(c))
        return unicodedata.normalize("NFC", unicodedata.normalize("NFC", letters).casefold())
    return " " if any(c.isspace() for c in found) else ""


HYPHENS = "-\u2010\u2011"
"""Marks that join words, as the source has them; dashes that separate fold to the same mark."""


def occurrences(text: str, needle: str, start: int = 0, joiners: str = f"'’{HYPHENS}") -> Iterator[int]:
    """Where ``needle`` stands in ``text`` without cutting a word or a number; both folded, or neither."""
    at = text.find(needle, start)
    while at >= 0:
        if not (joined(text, at, joiners) or joined(text, at + len(needle), joiners)):
            yield at
        at = text.find(needle, at + 1)


def joined(text: str, at: int, joiners: str) -> bool:
    """Whether a cut at ``at`` falls inside a word ("un|lawful", "could|n't", "pre-|trial") or number ("1,|200")."""
    before, after = text[at - 1 : at], text[at : at + 1]
    if not before or not after:
        return False
    if before.isalnum() and after.isalnum():
        return True
    left, right = text[at - 2 : at - 1] if at > 1 else "", text[at + 1 : at + 2]
    if before.isalnum() and right.isalnum():
        return after in joiners or (after in ".," and before.isdigit() and right.isdigit())
    return (
        left.isalnum()
        and after.isalnum()
        and (before in joiners or (before in ".," and left.isdigit() and after.isdigit()))
    )
