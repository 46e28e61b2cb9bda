"""Names and words that the asker spells otherwise than the reports: Bokaev, Majilis, goverment.

A word of the question that the collection lacks is replaced by the one it holds that sounds alike in transliteration,
or that differs by a slip of the pen. A word that the collection holds is never touched.
"""

import re
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from rag.text.words import STOP_WORDS, stem, words

FARTHEST = 3
"""Most letters by which two spellings of one name may differ."""

_SOUNDS = (
    (re.compile(r"[^a-z]"), ""),
    (re.compile(r"^q|q|c?kh|ck|gh(?=[aeiou])"), "k"),
    (re.compile(r"dzh|zh|dj"), "j"),
    (re.compile(r"shch|tsch|tch|ch"), "c"),
    (re.compile(r"sh|sch"), "s"),
    (re.compile(r"ts|tz"), "z"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"ks|x"), "k"),
    (re.compile(r"w"), "v"),
    (re.compile(r"(?<=[aeiouy])h(?=[aeiouy])|h$"), ""),
    (re.compile(r"[iyj]+(?=[aeou])"), ""),
    (re.compile(r"(?<=[aeou])[iy]+"), ""),
    (re.compile(r"[yie]+"), "i"),
    (re.compile(r"[ou]+"), "u"),
    (re.compile(r"(.)\1+"), r"\1"),
)
_POSSESSIVE = re.compile(r"['’]s$")
_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі",
        "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch . y . e yu ya a g k n o u u h i".split(),
        strict=True,
    )
)


@lru_cache(65_536)
def sound(word: str) -> str:
    """Skeleton of a folded word under the usual Latin transliterations of Slavic and Turkic names.

    >>> sound("bokaev") == sound("bokayev"), sound("majilis") == sound("mazhilis")
    (True, True)
    """
    skeleton = word
    for pattern, replacement in _SOUNDS:
        skeleton = pattern.sub(replacement, skeleton)
    return skeleton


def same_name(one: str, other: str) -> bool:
    """Whether two folded words may spell one name: alike in sound, or a letter apart where they are long.

    >>> same_name("max", "maks"), same_name("harkova", "kharkova"), same_name("spain", "spanish")
    (True, True, False)
    """
    return sound(one) == sound(other) or (len(one) > 5 and DamerauLevenshtein.distance(one, other, score_cutoff=1) < 2)


def latin(text: str) -> str:
    """Cyrillic letters in Latin transliteration; everything else as it is."""
    return "".join(_latin(letter) if letter.lower() in _CYRILLIC else letter for letter in text)


def _latin(letter: str) -> str:
    plain = _CYRILLIC[letter.lower()].replace(".", "")
    return plain.capitalize() if letter.isupper() else plain


class Speller:
    """Corrects questions against the words of a collection."""

    def __init__(
        self, vocabulary: Sequence[str], frequency: Callable[[str], int], knows: Callable[[str], bool]
    ) -> None:
        """``frequency`` of a term, as in ``PassageStore``: other forms of a word of the collection are no slips.

        ``knows``, as in ``QuestionEncoder``: neither are words of the language that the collection lacks.
        """
        self._vocabulary = vocabulary
        self._frequency = frequency
        self._knows = knows

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self._vocabulary)

    @cached_property
    def _joined(self) -> dict[str, str]:
        """Hyphenated words of the collection by their joined letters: "nursultan" for "nur-sultan"."""
        return {word.replace("-", ""): word for word in self._vocabulary if "-" in word}

    def stands(self, word: str) -> bool:
        """Whether a folded word stands in the collection as it is."""
        return word in self._known

    def correct(self, question: str) -> str:
        """The question with its unknown words replaced where exactly one spelling suggests itself."""
        question = latin(question)
        pieces: list[str] = []
        position = 0
        for word in words(question):
            better = self.suggest(word.folded)
            if better:
                named = question[word.start].isupper()
                ending = _POSSESSIVE.search(question, word.start, word.end)
                spelled = (better.title() if named else better) + (ending.group() if ending else "")
                pieces += [question[position : word.start], spelled]
                position = word.end
        return "".join([*pieces, question[position:]])

    def suggest(self, word: str) -> str | None:
        """The collection's spelling of a folded word; ``None`` where it is known, or resembles nothing."""
        if len(word) < 4 or word in STOP_WORDS or any(c.isdigit() for c in word):
            return None
        if word in self._known or self._frequency(stem(word)) or self._knows(word):
            return None
        if word in self._joined:
            return self._joined[word]
        plain = word.replace("-", "")
        if "-" in word and (plain in self._known or all(part in self._known for part in word.split("-"))):
            return plain if plain in self._known else None
        near = process.extract(
            plain, self._vocabulary, scorer=DamerauLevenshtein.distance, score_cutoff=FARTHEST, limit=None
        )
        slip = 1 if len(plain) < 8 else 2
        alike = [other for other, _, _ in near if len(other) > 3 and sound(other) == sound(plain)] or [
            other for other, distance, _ in near if distance <= slip and other[0] == plain[0] and other[:-1] != plain
        ]
        return max(alike, key=lambda other: JaroWinkler.similarity(plain, other)) if alike else None
