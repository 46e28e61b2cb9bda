"""Words that mean the same, are opposites, or are at least kindred: what ``thesaurus.txt``, ``kindred.txt`` and
``families.txt`` list.

A concept is the first word of its group. Opposites share a concept and differ in sign, so that "prohibits" and "does
not allow" meet, and "prohibits" and "allows" do not. Kindred words speak of one matter ("jail", "detained") and need
not mean the same: they show that a word brings in nothing new, never that two texts say the same.
"""

from functools import lru_cache
from pathlib import Path

from rag.text.words import stem

_HERE = Path(__file__).parent


def _lines() -> list[str]:
    text = (_HERE / "thesaurus.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _concepts() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in _lines():
        if "/" not in line and ":" not in line and not line.startswith("!"):
            group = line.split()
            for word in group:
                found.setdefault(stem(word), []).append(group[0])
    return {word: tuple(dict.fromkeys(groups)) for word, groups in found.items()}


def _signs() -> dict[str, tuple[tuple[str, bool], ...]]:
    found: dict[str, list[tuple[str, bool]]] = {}
    for line in _lines():
        positive, slash, negative = line.partition("/")
        for side, sign in ((positive, False), (negative, True)):
            for word in side.split() if slash else ():
                found.setdefault(word, []).append((positive.split()[0], sign))
    return {word: tuple(dict.fromkeys(pairs)) for word, pairs in found.items()}


def _bases() -> dict[str, str]:
    parted = [line.partition(":") for line in _lines()]
    return {form: stem(base) for base, colon, forms in parted if colon for form in forms.split()}


CONCEPTS = _concepts()
"""Stem to the groups that it belongs to."""
BASES = _bases()
"""Irregular past forms to the stem of their verb."""
GENERAL = frozenset(stem(word) for line in _lines() if line.startswith("!") for word in line.split()[1:])
"""Stems of words that bring in nothing that could be checked."""
_SIGNS = _signs()


def sides(folded: str) -> tuple[tuple[str, bool], ...]:
    """Pairs of opposites that a folded word belongs to, and whether to the second side."""
    for form in (folded, folded.removesuffix("s"), folded.removesuffix("ly")):
        if form in _SIGNS:
            return _SIGNS[form]
    return ()


def known(stemmed: str) -> bool:
    """Whether any list has the stem."""
    return stemmed in CONCEPTS or stemmed in _kindred()


def kindred(stemmed: str) -> frozenset[str]:
    """Stems of the words that speak of the same matter as a stem; none for one that is not listed."""
    return _kindred().get(stemmed, frozenset())


@lru_cache(maxsize=1)
def _kindred() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in (_HERE / "kindred.txt").read_text(encoding="utf-8").splitlines():
        first, *others = line.split()
        found.setdefault(first, set()).update(others)
        for other in others:
            found.setdefault(other, set()).add(first)
    for line in (_HERE / "families.txt").read_text(encoding="utf-8").splitlines():
        family = {} if line.startswith("#") else dict.fromkeys(map(stem, line.split()))
        for word in family:
            found.setdefault(word, set()).update(family.keys() - {word})
    return {word: frozenset(others) for word, others in found.items()}
