"""Names of countries as people type them: ISO codes and slips of the pen, written out before a question is read."""

import re
from collections.abc import Callable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag import countries
from rag.question import towns
from rag.text.words import fold

_WORD = re.compile(r"(?<![\w.@/-])[^\W\d_]+(?![\w@/]|\.\w)")
"""No part of a compound, nor of an address such as "panorama.pub"."""
_PLACE_BEFORE = frozenset("across for from in inside of on outside throughout to vs within".split())
_REPORT_AFTER = re.compile(r"(?:['’]s)?\s+(?:(?:19|20)\d\d|(?:country\s+|human[- ]rights\s+)?reports?)\b")
_CODES_THAT_MEAN_MORE = frozenset(
    """AG AI AL AM AND ARE ARM AS AT BE BEN BY CAN CAP CD CHE COD COM DE DO DOM EST FIN GAB GEO GIN HR ID IN IO IS IT
    LA LIE MAC MAR ME MP MUS MY NER NO NOR PA PAN PER PM POL PR PRI PS SC SEN SO SUR TO TON TV UK UN US""".split()
)
"""Words in capitals, titles, parties and devices."""
_NO_SLIPS = frozenset(
    """albany algiers argent auspices begin bosniak bosniaks breach bruneis brunel brunet chain child childs chili
    creation crime crimes cypress fine fines frances francis franco francs georgina greed green greene guineas
    indiana israelites jordon liberal liberals liberty malign monica nigel norman panamera panorama philippe polis
    polishers polishing romani romans romany rowanda sedan serbo spaniel standard standards statues swati swatis turkic
    turner turnkey wage wages""".split()
)
"""Words and names a letter away from a country's."""
_REACH = 40
"""Characters before a code in which the word before it stands."""
_SHORTEST = 5
_SHORTEST_TWICE_WRONG = 8
"""Letters of a word in which one, and two, of them may be wrong."""


def written_out(question: str, stands: Callable[[str], bool] = lambda _: False) -> str:
    """``question`` with misspelt countries and ISO codes replaced by names that ``countries.mentions`` knows.

    No word is touched that ``stands`` somewhere in what is asked, folded, or that is the name of a town.

    >>> written_out("Are the courts of Azerbajan, unlike those in KGZ, open to Romani?")
    'Are the courts of Azerbaijan, unlike those in Kyrgyzstan, open to Romani?'
    """
    if not question.isupper():
        named = [(one.start, one.end) for one in countries.mentions(question)]
        question = _CODE.sub(lambda match: _name_of_code(match, named), question)
    for word in reversed(list(_WORD.finditer(question))):
        better = _corrected(word, question, stands)
        if better is not None:
            question = better
    return question


_CODE = re.compile(r"\b[A-Z]{2,3}\b(?!\.\w|[-&/$])")


def _name_of_code(match: re.Match[str], named: Sequence[tuple[int, int]]) -> str:
    code, text = match.group(), match.string
    country = countries.of_code(code)
    if country is None or any(start <= match.start() < end for start, end in named):
        return code
    before = _WORD.findall(text[max(0, match.start() - _REACH) : match.start()])
    placed = bool(before) and before[-1].lower() in _PLACE_BEFORE
    if code in _CODES_THAT_MEAN_MORE:
        return country if placed and len(code) == 3 and _REPORT_AFTER.match(text, match.end()) else code
    return country if placed or len(code) == 3 or _REPORT_AFTER.match(text, match.end()) else code


def _corrected(word: re.Match[str], question: str, stands: Callable[[str], bool]) -> str | None:
    """``question`` with one word set right, where that makes it part of a country's name."""
    typed = word.group()
    meant = suggestion(typed)
    if meant is None or stands(fold(typed)) or countries.folded_word(typed) in towns.words():
        return None
    spelled = meant.title() if typed[0].isupper() else meant
    better = question[: word.start()] + spelled + question[word.end() :]
    found = next((one for one in countries.mentions(better) if one.start <= word.start() < one.end), None)
    if found is None:
        return None
    whole = found.end - found.start > len(spelled)
    near = OSA.distance(countries.folded_word(typed), meant) == 1
    return better if whole or (found.form != "code" and _stands_alone(word, question, near=near)) else None


def suggestion(typed: str) -> str | None:
    """The word of a country's name that ``typed`` is a slip of the pen away from, where there is one alone."""
    plain = countries.folded_word(typed)
    known = countries.name_words()
    if len(plain) < _SHORTEST or plain in known or plain in _NO_SLIPS or plain.removesuffix("s") in known:
        return None
    most = 2 if len(plain) >= _SHORTEST_TWICE_WRONG else 1
    near = process.extract(plain, list(known), scorer=OSA.distance, score_cutoff=most, limit=None)
    ranked = sorted((distance, known[word], word) for word, distance, _ in near if _resembles(word, plain))
    return _single([word for *rank, word in ranked if rank == list(ranked[0][:2])])


def _resembles(word: str, plain: str) -> bool:
    """Whether a slip is likely: the first letter is right, and in a short word no letter stands for another."""
    replaced = len(word) == len(plain) and sorted(word) != sorted(plain)
    return word[0] == plain[0] and not (replaced and len(plain) <= _SHORTEST)


def _single(words: Sequence[str]) -> str | None:
    return words[0] if len(words) == 1 and len(words[0]) >= _SHORTEST else None


def _stands_alone(word: re.Match[str], question: str, *, near: bool) -> bool:
    """Whether a word is written as a place is: after "in", or capitalised and no part of a longer name."""
    before = question[: word.start()].split()
    after = question[word.end() :].split()
    if before and before[-1].lower() in _PLACE_BEFORE:
        return True
    if not word.group()[0].isupper():
        return len(word.group()) >= _SHORTEST_TWICE_WRONG
    if near and len(word.group()) >= _SHORTEST_TWICE_WRONG:
        return True
    joined = len(before) > 1 and before[-1][0].isupper() and before[-1][-1].isalpha() and before[-1] != "The"
    return len(word.group()) > _SHORTEST and not joined and not (after and after[0][0].isupper())
