"""Whether an answer contains a required string, in whatever typography and with numbers as figures or words."""

import re
from collections.abc import Sequence
from decimal import Decimal

from rag.quotes import fold
from rag.text.words import fold as fold_word

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['.][^\W\d_]+)*|[%$€£]")
_UNITS = {
    word: number
    for number, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen""".split()
    )
}
_TENS = {
    word: 10 * number
    for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}


def contains_all(text: str, required: Sequence[str]) -> bool:
    """Whether each string of ``required`` stands in ``text``, on word boundaries.

    >>> contains_all("The court authorized a two‑month arrest of 1,200 people.", ["2-month", "1200"])
    True
    """
    tokens = tokenised(text)
    return all(_within(tokenised(string), tokens) for string in required)


def tokenised(text: str) -> list[str]:
    """Words without case, accents or hyphens; numbers as figures without separators; per cent as %.

    >>> tokenised("Twenty-five per cent of $1.2 million")
    ['25', '%', 'of', '$', '1200000']
    """
    plain = fold(text).text.replace("per cent", "%").replace("percent", "%")
    return _numbers([fold_word(token) for token in _TOKEN.findall(plain)])


def _within(needle: list[str], tokens: list[str]) -> bool:
    return any(tokens[at : at + len(needle)] == needle for at in range(len(tokens) - len(needle) + 1))


def _numbers(tokens: list[str]) -> list[str]:
    """Runs of number words, and figures before a scale word, as one figure each."""
    found: list[str] = []
    at = 0
    while at < len(tokens):
        value, following = _number(tokens, at)
        found.append(tokens[at] if value is None else f"{value.normalize():f}")
        at = following
    return found


def _number(tokens: list[str], start: int) -> tuple[Decimal | None, int]:
    """The number that begins at ``start`` and the position after it; no number: ``None`` and the next position."""
    total, group, at = Decimal(0), _simple(tokens, start), start + 1
    if group is None:
        return None, at
    if tokens[start] in _TENS and 0 < _UNITS.get(_at(tokens, at), 0) < 10:
        group, at = group + _UNITS[tokens[at]], at + 1
    while (scale := _SCALES.get(_at(tokens, at))) is not None:
        group, at = group * scale, at + 1
        joined = at + 1 if _at(tokens, at) == "and" else at
        if scale > 100:
            total, group = total + group, Decimal(0)
        if _at(tokens, joined) in _UNITS or _at(tokens, joined) in _TENS:
            more, at = _number_below_hundred(tokens, joined)
            group += more
    return total + group, at


def _number_below_hundred(tokens: list[str], at: int) -> tuple[Decimal, int]:
    if tokens[at] in _TENS and 0 < _UNITS.get(_at(tokens, at + 1), 0) < 10:
        return Decimal(_TENS[tokens[at]] + _UNITS[tokens[at + 1]]), at + 2
    return Decimal(_TENS.get(tokens[at], 0) + _UNITS.get(tokens[at], 0)), at + 1


def _simple(tokens: list[str], at: int) -> Decimal | None:
    word = tokens[at]
    if word in _UNITS or word in _TENS:
        return Decimal(_UNITS.get(word, _TENS.get(word, 0)))
    return Decimal(word) if re.fullmatch(r"\d+(?:\.\d+)?", word) else None


def _at(tokens: list[str], at: int) -> str:
    return tokens[at] if at < len(tokens) else ""
