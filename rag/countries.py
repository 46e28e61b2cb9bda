"""Countries that a text names, under one name each: the one that the 2020 edition of the country reports uses.

A territory counts as the country in whose report it stands: Aruba is the Netherlands. Those that may have a report of
their own beside the country's are its parts: Hong Kong is China, Crimea is Ukraine. Overseas territories are countries
here, each ``within`` another. A name common to two countries means both ("Congo", "Korea"); "Dominican" is the
Dominican Republic.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Literal, NamedTuple

Form = Literal["name", "adjective", "code"]


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


def canonical(name: str) -> str | None:
    """Canonical name of the country that ``name`` as a whole stands for, or None.

    ``name`` is a name, short form, ISO code or page name ("cote-divoire", "ghana__trashed", "malaysia-2",
    "The Gambia"). Case, accents, punctuation, "the" at either end and a number at the end do not matter.
    Of a part of a report ("Ukraine - Crimea") it is the part. Adjectives are no names. "Congo" is the Democratic
    Republic, "Korea" is South Korea.
    """
    found = meanings(name)
    return found[0] if found else None


def meanings(name: str) -> tuple[str, ...]:
    """Canonical names of all countries that ``name`` may stand for as ``canonical`` reads it, the likeliest first."""
    keys = _lexicon().keys
    name = _lexicon().codes.get(name, name)
    parts = _PARTS.split(name)
    part = keys.get(_key(_bare(_folded(parts[-1])))) if len(parts) > 1 else None
    return part or keys.get(_key(_bare(_folded(_PAGE_ENDING.sub("", name)))), ())


def within(country: str) -> str | None:
    """Canonical name of the country in whose report a territory stands where it has none of its own."""
    return _lexicon().within.get(country)


def slug(name: str) -> str:
    """``name`` as report ids have it: "cote-d-ivoire".

    >>> slug("Côte d'Ivoire")
    'cote-d-ivoire'
    """
    return "-".join(re.findall(r"[^\W_]+", _plain(name)[0].casefold()))


def of_code(code: str) -> str | None:
    """Name of the country or part of one with an ISO 3166 code of two or three capital letters."""
    return _lexicon().codes.get(code)


def name_words() -> Mapping[str, int]:
    """Every word of a name, folded: 0 where it stands in a canonical one, 1 in an adjective, 2 in any other."""
    return _lexicon().words


def mentions(text: str) -> list[Mention]:
    """Countries that ``text`` names, in order, not overlapping, each place as the longest name that fits.

    Names and adjectives count capitalised or all in lower case; those that are English words or first names too
    ("turkey", "chad", "polish") count in lower case only after "in", "of", "from" and the like. Short forms count as
    they are written ("US", "U.S.", "CAR"); in a text all in capitals those that are words do not count.
    In "North and South Korea" the first word counts as well. The publisher's name, other places with a country in
    their name and kinds of Americans ("Gulf of Mexico", "Native American") name no country.
    """
    plain, origins = _plain(text)
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


_PARTS = re.compile(r"\s+[-–—]\s+")
_PAGE_ENDING = re.compile(r"[\W_]+includes\b.*$|__trashed$|[\W_]+\d+$", re.IGNORECASE | re.DOTALL)
_TOKEN = re.compile(r"[^\W_]+|[&,]")
_JOINT = re.compile(r"|\s{1,2}|[-‐–'’]")
_ABBREVIATION = re.compile(r"\.\s?")
_LONGEST_ABBREVIATION = 3

_WORDS_TOO = frozenset("afghanis chad emirates georgia guinea jordan pole poles polish swede swedes turkey".split())
"""In lower case more often English words, first names or money than countries. "china" is not here: who asks about
human rights in lower case means the country."""

_CODES_THAT_ARE_WORDS = frozenset({"CAR", "US"})

_PLACE_FOLLOWS = frozenset("about across between from in inside into near of outside throughout within".split())

_LINKS = frozenset({",", "and", "or"})


class _Token(NamedTuple):
    start: int
    end: int
    folded: str


class _Entry(NamedTuple):
    country: str
    """Empty for a phrase that holds a country's name and means none."""
    form: Form
    letters: str = ""
    """Of a short form, in their case."""
    others: tuple[str, ...] = ()
    part: str = ""


@dataclass(frozen=True, slots=True)
class _Lexicon:
    keys: Mapping[str, tuple[str, ...]]
    phrases: Mapping[tuple[str, ...], _Entry]
    longest: Mapping[str, int]
    """Words in the longest phrase that begins with a word."""
    codes: Mapping[str, str]
    within: Mapping[str, str]
    words: Mapping[str, int]


@cache
def _lexicon() -> _Lexicon:
    keys: dict[str, tuple[str, ...]] = {}
    names: dict[tuple[str, ...], _Entry] = {}
    adjectives: dict[tuple[str, ...], _Entry] = {}
    codes: dict[str, str] = {}
    rows = list(_rows())
    for row in rows:
        country, *others = row.countries or ("",)
        aliases = [*row.names, *filter(None, (row.own_name,))]
        codes |= dict.fromkeys(row.codes, row.own_name)
        keys |= {code.lower(): row.countries for code in row.codes if len(code) == 2}
        entry = _Entry(country, "name", others=tuple(others), part=row.own_name if row.own_name != country else "")
        for name in aliases:
            words = _bare(_folded(name))
            if country:
                keys[_key(words)] = row.countries
            if "(" not in name and "/" not in name:
                names[tuple(words)] = (
                    entry._replace(form="code", letters=name.replace(".", "")) if _is_code(name) else entry
                )
        for adjective in row.adjectives:
            words = _folded(adjective)
            adjectives[tuple(words)] = adjectives[*words[:-1], f"{words[-1]}s"] = entry._replace(form="adjective")
    phrases = {**adjectives, **names}
    longest: dict[str, int] = {}
    for phrase in phrases:
        longest[phrase[0]] = max(len(phrase), longest.get(phrase[0], 0))
    canonical = {word for row in rows for word in _folded(row.own_name)}
    ranks = {word: 2 for phrase, entry in phrases.items() if entry.country for word in phrase}
    ranks |= {word: 1 for phrase, entry in adjectives.items() if entry.country for word in phrase}
    ranks |= dict.fromkeys(canonical, 0)
    return _Lexicon(keys, phrases, longest, codes, {r.own_name: r.within for r in rows if r.within}, ranks)


class _Row(NamedTuple):
    codes: tuple[str, ...]
    own_name: str
    """Empty for a name common to several countries, and for phrases that mean no country."""
    countries: tuple[str, ...]
    """What its names mean: itself, the country that it is a part of, or several."""
    within: str
    names: tuple[str, ...]
    adjectives: tuple[str, ...]


def _rows() -> Iterator[_Row]:
    lines = files("rag").joinpath("countries.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines[1:]:
        code, code3, country, within, names, adjectives = line.split("\t")
        listed = [tuple(field.split(";")) if field else () for field in (country, names, adjectives)]
        codes = tuple(one for one in (code, code3) if one.isalnum())
        own_name = country if len(listed[0]) == 1 else ""
        means = (within[1:],) if within.startswith("=") else listed[0]
        yield _Row(codes, own_name, means, within.lstrip("="), listed[1], listed[2])


def folded_word(word: str) -> str:
    """``word`` as ``name_words`` has it: in lower case, without accents."""
    return _plain(word)[0].lower()


def _is_code(name: str) -> bool:
    return " " not in name and "-" not in name and not name[1:].islower()


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """``text`` without accents, in its case, and for each of its characters the position in ``text``."""
    if text.isascii():
        return text, range(len(text))
    plain: list[str] = []
    origins: list[int] = []
    for position, character in enumerate(text):
        for part in unicodedata.normalize("NFKD", character):
            if not unicodedata.combining(part):
                plain.append(part)
                origins.append(position)
    return "".join(plain), origins


def _past_accents(text: str, end: int) -> int:
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end


def _tokens(plain: str) -> list[_Token]:
    found = ((match.start(), match.end(), match.group().lower()) for match in _TOKEN.finditer(plain))
    return [_Token(start, end, "and" if word == "&" else word) for start, end, word in found]


def _folded(name: str) -> list[str]:
    words: list[str] = _TOKEN.findall(_plain(name)[0].lower().replace("&", " and "))
    return words


def _bare(words: list[str]) -> list[str]:
    """``words`` of a name without "the" at either end."""
    if len(words) > 1 and words[-1] == "the":
        words = words[:-1]
    if words and words[-1] == ",":
        words = words[:-1]
    return words[1:] if words and words[0] == "the" else words


def _key(words: list[str]) -> str:
    return "".join(words).replace(",", "")


@dataclass(frozen=True, slots=True)
class _Scan:
    plain: str
    tokens: Sequence[_Token]

    def found(self) -> Iterator[tuple[int, int, _Entry]]:
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

    def _longest(self, at: int, last: int) -> tuple[int, _Entry] | None:
        """Length and entry of the longest phrase that begins at token ``at`` and counts there."""
        lexicon = _lexicon()
        for length in range(self._together(at, lexicon.longest.get(self.tokens[at].folded, 0)), 0, -1):
            entry = lexicon.phrases.get(tuple(token.folded for token in self.tokens[at : at + length]))
            if entry is not None and self._counts(at, length, entry, last):
                return length, entry
        return None

    def _elliptic(self, at: int, last: int) -> _Entry | None:
        """What token ``at`` names with the rest of the name after "and" or "or"."""
        if self._together(at, 3) < 3 or self.tokens[at + 1].folded not in ("and", "or"):
            return None
        length, full = self._longest(at + 2, last) or (0, None)
        if full is None or not full.country:
            return None
        rest = (token.folded for token in self.tokens[at + 3 : at + 2 + length])
        entry = _lexicon().phrases.get((self.tokens[at].folded, *rest))
        return entry if entry is not None and entry.form == full.form and entry.country != full.country else None

    def _counts(self, at: int, length: int, entry: _Entry, last: int) -> bool:
        end = self.tokens[at + length - 1].end
        surface = self.plain[self.tokens[at].start : end]
        if entry.form == "code":
            is_money = self.plain.startswith("$", end)
            is_word = entry.letters in _CODES_THAT_ARE_WORDS and len(self.tokens) > length and self.plain.isupper()
            return surface.replace(".", "") == entry.letters and not is_word and not is_money
        return surface not in _WORDS_TOO or self._place_expected(at, last)

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
