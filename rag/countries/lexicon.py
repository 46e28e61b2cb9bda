"""What the data says of countries: their names, and which name stands for which."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

Form = Literal["name", "adjective", "code"]

TOKEN = re.compile(r"[^\W_]+|[&,]")
_PARTS = re.compile(r"\s+[-–—]\s+")
_PAGE_ENDING = re.compile(r"[\W_]+includes\b.*$|__trashed$|[\W_]+\d+$", re.IGNORECASE | re.DOTALL)


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
    keys = lexicon().keys
    name = lexicon().codes.get(name, name)
    parts = _PARTS.split(name)
    part = keys.get(_key(_bare(_folded(parts[-1])))) if len(parts) > 1 else None
    return part or keys.get(_key(_bare(_folded(_PAGE_ENDING.sub("", name)))), ())


def within(country: str) -> str | None:
    """Canonical name of the country in whose report a territory stands where it has none of its own."""
    return lexicon().within.get(country)


def slug(name: str) -> str:
    """``name`` as report ids have it: "cote-d-ivoire".

    >>> slug("Côte d'Ivoire")
    'cote-d-ivoire'
    """
    return "-".join(re.findall(r"[^\W_]+", plain_letters(name)[0].casefold()))


def of_code(code: str) -> str | None:
    """Name of the country or part of one with an ISO 3166 code of two or three capital letters."""
    return lexicon().codes.get(code)


def every() -> tuple[str, ...]:
    """Canonical names of all countries."""
    return tuple(row.own_name for row in _rows() if row.own_name and row.countries == (row.own_name,))


def forms(country: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Further names, and adjectives, of a country by its canonical name."""
    return next((row.names, row.adjectives) for row in _rows() if row.own_name == country)


def name_words() -> Mapping[str, int]:
    """Every word of a name, folded: 0 where it stands in a canonical one, 1 in an adjective, 2 in any other."""
    return lexicon().words


class Entry(NamedTuple):
    country: str
    """Empty for a phrase that holds a country's name and means none."""
    form: Form
    letters: str = ""
    """Of a short form, in their case."""
    others: tuple[str, ...] = ()
    part: str = ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    keys: Mapping[str, tuple[str, ...]]
    phrases: Mapping[tuple[str, ...], Entry]
    longest: Mapping[str, int]
    """Words in the longest phrase that begins with a word."""
    codes: Mapping[str, str]
    within: Mapping[str, str]
    words: Mapping[str, int]


@cache
def lexicon() -> Lexicon:
    keys: dict[str, tuple[str, ...]] = {}
    names: dict[tuple[str, ...], Entry] = {}
    adjectives: dict[tuple[str, ...], Entry] = {}
    codes: dict[str, str] = {}
    rows = list(_rows())
    for row in rows:
        country, *others = row.countries or ("",)
        aliases = [*row.names, *filter(None, (row.own_name,))]
        codes |= dict.fromkeys(row.codes, row.own_name)
        keys |= {code.lower(): row.countries for code in row.codes if len(code) == 2}
        entry = Entry(country, "name", others=tuple(others), part=row.own_name if row.own_name != country else "")
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
    return Lexicon(keys, phrases, longest, codes, {r.own_name: r.within for r in rows if r.within}, ranks)


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
    lines = files("rag.countries").joinpath("countries.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines[1:]:
        code, code3, country, within, names, adjectives = line.split("\t")
        listed = [tuple(field.split(";")) if field else () for field in (country, names, adjectives)]
        codes = tuple(one for one in (code, code3) if one.isalnum())
        own_name = country if len(listed[0]) == 1 else ""
        means = (within[1:],) if within.startswith("=") else listed[0]
        yield _Row(codes, own_name, means, within.lstrip("="), listed[1], listed[2])


def folded_word(word: str) -> str:
    """``word`` as ``name_words`` has it: in lower case, without accents."""
    return plain_letters(word)[0].lower()


def _is_code(name: str) -> bool:
    return " " not in name and "-" not in name and not name[1:].islower()


def plain_letters(text: str) -> tuple[str, Sequence[int]]:
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


def _folded(name: str) -> list[str]:
    words: list[str] = TOKEN.findall(plain_letters(name)[0].lower().replace("&", " and "))
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
