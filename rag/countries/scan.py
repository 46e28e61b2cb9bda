"""Where a text names countries."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rag.countries.lexicon import TOKEN, Entry, Form, lexicon, plain_letters
from rag.text.words import STOP_WORDS

_JOINT = re.compile(r"|\s{1,2}|[-‐–'’]")
_ABBREVIATION = re.compile(r"\.\s?")
_LONGEST_ABBREVIATION = 3

_WORDS_TOO = frozenset("afghanis chad emirates georgia guinea jordan pole poles polish swede swedes turkey".split())
"""In lower case more often English words, first names or money than countries. "china" is not here: who asks about
human rights in lower case means the country."""

_CODES_THAT_ARE_WORDS = frozenset({"CAR", "US"})

_PLACE_FOLLOWS = frozenset("about across between from in inside into near of on outside throughout within".split())

_FIRST_NAMES = frozenset("chad georgia israel jordan".split())
_NO_SURNAMES = frozenset(
    """administration air armed army authorities authority central commission committee constitution council country
    court criminal defense department federal first foreign general government high human intelligence interior justice
    king law military minister ministry national parliament penal people police president prime prince prison prosecutor
    public queen red refugee report river security senate state supreme times university valley vs versus
    january february march april may june july august september october november december""".split()
)
"""Capitalised words beside a country that make no person of it."""

_LINKS = frozenset({",", "and", "or"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A country named in a text, at ``text[start:end]`` in code points, without a possessive ending."""

    country: str
    """Canonical name."""
    start: int
    end: int
    form: Form
    others: tuple[str, ...] = ()
    """Further countries that the name stands for as well: those of "Congo" and "Korea"."""
    part: str = ""
    """The part of the country that the name means, such as "Hong Kong"; empty for the whole."""

    @property
    def countries(self) -> tuple[str, ...]:
        """All that it may mean."""
        return self.country, *self.others


def mentions(text: str) -> list[Mention]:
    """Countries that ``text`` names, in order, not overlapping, each place as the longest name that fits.

    Names and adjectives count capitalised or all in lower case; those that are English words or first names too
    ("turkey", "chad", "polish") count in lower case only after "in", "of", "from" and the like. Short forms count as
    they are written ("US", "U.S.", "CAR"); in a text all in capitals those that are words do not count.
    In "North and South Korea" the first word counts as well. The publisher's name, other places with a country in
    their name and kinds of Americans ("Gulf of Mexico", "Native American") name no country.
    """
    plain, origins = plain_letters(text)
    return [
        Mention(
            entry.country,
            origins[start],
            _past_accents(text, origins[end - 1] + 1),
            entry.form,
            entry.others,
            entry.part,
        )
        for start, end, entry in _Scan(plain, _tokens(plain)).found()
    ]


class _Token(NamedTuple):
    start: int
    end: int
    folded: str


@dataclass(frozen=True, slots=True)
class _Scan:
    plain: str
    tokens: Sequence[_Token]

    def found(self) -> Iterator[tuple[int, int, Entry]]:
        """Start and end in ``plain`` and the entry of each mention, in order."""
        at, last = 0, -1
        while at < len(self.tokens):
            length, entry = self._longest(at, last) or (1, self._elliptic(at, last))
            if entry is not None and entry.country:
                last = at + length - 1
                start, end = self.tokens[at].start, self.tokens[last].end
                dotted = entry.form == "code" and "." in self.plain[start:end] and self.plain[end : end + 1] == "."
                yield start, end + dotted, entry
            at += length

    def _longest(self, at: int, last: int) -> tuple[int, Entry] | None:
        """Length and entry of the longest phrase that begins at token ``at`` and counts there."""
        data = lexicon()
        for length in range(self._together(at, data.longest.get(self.tokens[at].folded, 0)), 0, -1):
            entry = data.phrases.get(tuple(token.folded for token in self.tokens[at : at + length]))
            if entry is not None and self._counts(at, length, entry, last):
                return length, entry
        return None

    def _elliptic(self, at: int, last: int) -> Entry | None:
        """What token ``at`` names with the rest of the name after "and" or "or"."""
        if self._together(at, 3) < 3 or self.tokens[at + 1].folded not in ("and", "or"):
            return None
        length, full = self._longest(at + 2, last) or (0, None)
        if full is None or not full.country:
            return None
        rest = (token.folded for token in self.tokens[at + 3 : at + 2 + length])
        entry = lexicon().phrases.get((self.tokens[at].folded, *rest))
        return entry if entry is not None and entry.form == full.form and entry.country != full.country else None

    def _counts(self, at: int, length: int, entry: Entry, last: int) -> bool:
        end = self.tokens[at + length - 1].end
        surface = self.plain[self.tokens[at].start : end]
        if entry.form == "code":
            is_money = self.plain.startswith("$", end)
            is_word = entry.letters in _CODES_THAT_ARE_WORDS and len(self.tokens) > length and self.plain.isupper()
            return surface.replace(".", "") == entry.letters and not is_word and not is_money
        if surface.lower() in _FIRST_NAMES and self._person(at):
            return False
        return surface not in _WORDS_TOO or self._place_expected(at, last)

    def _person(self, at: int) -> bool:
        """Whether token ``at`` is part of a person's name: "Michael Jordan", "Chad Smith"."""
        if self.plain.isupper():
            return False
        pairs = pairwise(self.tokens[max(0, at - 1) : at + 2])
        own = self.tokens[at]
        return any(
            self.plain[left.end : right.start] == " " and self._of_person(left if right is own else right)
            for left, right in pairs
        )

    def _of_person(self, token: _Token) -> bool:
        """Whether a token is a capitalised word of no other use."""
        word = token.folded
        used = word in STOP_WORDS or word in _NO_SURNAMES or word in lexicon().words
        return self.plain[token.start].isupper() and word.isalpha() and len(word) > 1 and not used

    def _place_expected(self, at: int, last: int) -> bool:
        """Whether token ``at`` follows a word like "in", or continues a list after the mention ending at ``last``."""
        before = at - 1
        if before >= 0 and self.tokens[before].folded in _PLACE_FOLLOWS:
            return True
        while before > last and self.tokens[before].folded in _LINKS:
            before -= 1
        return 0 <= before == last < at - 1

    def _together(self, at: int, most: int) -> int:
        """How many tokens from ``at`` on, up to ``most``, stand together as the words of one name do."""
        count = min(most, 1)
        for left, right in pairwise(self.tokens[at : at + most]):
            joint = self.plain[left.end : right.start]
            abbreviated = left.end - left.start <= _LONGEST_ABBREVIATION and _ABBREVIATION.fullmatch(joint)
            if not (abbreviated or _JOINT.fullmatch(joint)):
                break
            count += 1
        return count


def _past_accents(text: str, end: int) -> int:
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end


def _tokens(plain: str) -> list[_Token]:
    found = ((match.start(), match.end(), match.group().lower()) for match in TOKEN.finditer(plain))
    return [_Token(start, end, "and" if word == "&" else word) for start, end, word in found]
