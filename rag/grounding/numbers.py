"""Numbers of a text with their units: digits, words, fractions, shares and money as one kind of thing."""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

_ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen""".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SMALL = {word: value for value, word in enumerate(_ONES)} | {word: 10 * (i + 2) for i, word in enumerate(_TENS)}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000, "trillion": 10**12}
_PARTS = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "thirds": 3,
    "quarter": 4,
    "quarters": 4,
    "fourth": 4,
    "fourths": 4,
    "fifth": 5,
    "fifths": 5,
    "sixth": 6,
    "tenth": 10,
    "tenths": 10,
}
_MULTIPLES = {
    "twice": 2,
    "double": 2,
    "doubled": 2,
    "doubling": 2,
    "twofold": 2,
    "triple": 3,
    "tripled": 3,
    "tripling": 3,
    "thrice": 3,
    "threefold": 3,
    "quadrupled": 4,
    "quadruple": 4,
    "fourfold": 4,
    "tenfold": 10,
}
_COUNTS = {"a": 1, "one": 1, "three": 3}
_VAGUE = frozenset("dozen dozens hundreds thousands millions billions scores".split())
_GLYPHS = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4), "⅓": Fraction(1, 3), "⅔": Fraction(2, 3)}
_ORDINALS = {
    word: value
    for value, word in enumerate(
        "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth".split(),
        3,
    )
}
MONTHS = "january february march april may june july august september october november december".split()
_MONTH = "|".join(MONTHS)
_OF_YEAR = r"(?:,?\s+(?:1[89]|20)\d\d)?"
_DATE = re.compile(
    rf"\b(?:(?:{_MONTH})\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\d){_OF_YEAR}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTH})\b{_OF_YEAR})",
    re.IGNORECASE,
)
YEAR = re.compile(r"(?<![\d,./$€£-])(?:1[89]|20)\d\d(?![\d,./]\d|\d|%)(?!\s*(?:tenge|percent|dollars))")
_SPAN_OF_YEARS = re.compile(r"\b((?:19|20)\d\d)\s?[-–/]\s?(\d\d(?:\d\d)?)\b")
_NUMERAL = re.compile(
    r"(?P<currency>US\$|[$€£¥])?\s?(?P<digits>\d{1,3}(?:,\s?\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<ordinal>st|nd|rd|th)?(?P<glyph>[½¼¾⅓⅔])?"
    r"|(?P<alone>[½¼¾⅓⅔])|(?P<word>[^\W\d_]+)|(?P<mark>%)"
)
UNITS = {
    **dict.fromkeys(("second", "seconds"), ("time", Fraction(1, 3600))),
    **dict.fromkeys(("minute", "minutes"), ("time", Fraction(1, 60))),
    **dict.fromkeys(("hour", "hours"), ("time", Fraction(1))),
    **dict.fromkeys(("day", "days"), ("time", Fraction(24))),
    **dict.fromkeys(("week", "weeks"), ("time", Fraction(168))),
    **dict.fromkeys(("month", "months"), ("calendar", Fraction(1))),
    **dict.fromkeys(("year", "years"), ("calendar", Fraction(12))),
    **dict.fromkeys(("decade", "decades"), ("calendar", Fraction(120))),
    **dict.fromkeys(("percent", "percentage", "pct"), ("share", Fraction(1))),
    **dict.fromkeys(("mile", "miles"), ("miles", Fraction(1))),
    **dict.fromkeys(("kilometer", "kilometers", "kilometre", "kilometres", "km"), ("km", Fraction(1))),
    **dict.fromkeys(("meter", "meters", "metre", "metres", "yards", "feet"), ("m", Fraction(1))),
    **dict.fromkeys(("tenge",), ("tenge", Fraction(1))),
    **dict.fromkeys(("dollar", "dollars", "usd"), ("$", Fraction(1))),
    **dict.fromkeys(("euro", "euros"), ("€", Fraction(1))),
    **dict.fromkeys(("ruble", "rubles", "rouble", "roubles"), ("ruble", Fraction(1))),
    **dict.fromkeys(("som", "soms"), ("som", Fraction(1))),
}


@dataclass(frozen=True, slots=True)
class Quantity:
    start: int
    end: int
    value: Fraction
    unit: str
    """"" or one of time (hours), calendar (months), share (percent), a currency, a measure, "ordinal", "vague"."""
    plain: Fraction
    """As written, before its unit was brought to the base of its kind."""
    text: str


@lru_cache(maxsize=8_192)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Numbers that are no part of a date or year, in order.

    "One" counts only with a unit, because it mostly is no number ("one of the guards").
    """
    plain = _mask(text)
    pieces = list(_NUMERAL.finditer(plain))
    found: list[Quantity] = []
    at = 0
    while at < len(pieces):
        quantity, at = _quantity(text, plain, pieces, at)
        if quantity:
            found.append(quantity)
    return tuple(found)


@lru_cache(maxsize=8_192)
def years(text: str) -> frozenset[int]:
    """Years named in ``text``; "2017-18" names both."""
    found = {int(match.group()) for match in YEAR.finditer(_SPAN_OF_YEARS.sub(" ", text))}
    for match in _SPAN_OF_YEARS.finditer(text):
        first, second = match.groups()
        found |= {int(first), int(second if len(second) == 4 else first[:2] + second)}
    return frozenset(found)


@lru_cache(maxsize=8_192)
def dates(text: str) -> frozenset[tuple[int, int]]:
    """(month, day), the day 0 where only a month is named. "May" counts capitalised, not at a sentence's beginning
    before a verb's subject ("May 5", "in May").
    """
    found: set[tuple[int, int]] = set()
    rest = text
    for match in _DATE.finditer(text):
        month = next(n for n, name in enumerate(MONTHS, 1) if name in match.group().lower())
        day = int(next(d for d in re.findall(r"\d+", match.group()) if len(d) < 3))
        found.add((month, day))
        rest = rest[: match.start()] + " " * len(match.group()) + rest[match.end() :]
    for match in re.finditer(rf"\b(?:{_MONTH})\b", rest, re.IGNORECASE):
        if match.group()[0].isupper():
            month = MONTHS.index(match.group().lower()) + 1
            found.add((month, 0))
    return frozenset(found)


def _mask(text: str) -> str:
    """Dates, years, and names that hold digits ("LA-155/18", "COVID-19", "101TV.kz") blanked out."""
    for pattern in (_DATE, _SPAN_OF_YEARS, YEAR, CODE):
        text = pattern.sub(lambda match: " " * len(match.group()), text)
    return text


CODE = re.compile(
    r"\b(?:[A-Z]+[-–/]\d+(?:[/-]\d+)*|\d+[A-Za-z]{2,}[\w.]*(?<!th)(?<!st)(?<!nd)(?<!rd)|[A-Za-z]+\d+\w*)\b"
)


def _quantity(text: str, plain: str, pieces: list[re.Match[str]], at: int) -> tuple[Quantity | None, int]:
    first = pieces[at]
    value, after, unit = _value(plain, pieces, at)
    if value is None:
        return None, at + 1
    last = pieces[after - 1]
    if first["currency"]:
        unit = "$" if "$" in first["currency"] else first["currency"]
    scale = Fraction(1)
    if not unit:
        for look in range(after, min(after + 2, len(pieces))):
            piece = pieces[look]
            between = plain[pieces[look - 1].end() : piece.start()]
            if re.search(r"[,.;:()]", between) or not (piece["word"] or piece["mark"]):
                break
            name = (piece["word"] or piece["mark"]).lower()
            if name == "per" and look + 1 < len(pieces) and (pieces[look + 1]["word"] or "").lower() == "cent":
                unit, scale = "share", Fraction(1)
                break
            if name == "%" or name in UNITS:
                unit, scale = ("share", Fraction(1)) if name == "%" else UNITS[name]
                break
            if name not in ("full", "more", "additional", "calendar", "consecutive", "and", "a", "an", "us", "of"):
                break
    if value == 1 and (first["word"] or "").lower() == "one" and unit in ("", "ordinal"):
        return None, after
    if unit == "" and value == Fraction(1, 2):
        unit, value = "share", Fraction(50)
    elif unit == "" and 0 < value < 1 and first["word"]:
        unit, value = "share", value * 100
    return Quantity(first.start(), last.end(), value * scale, unit, value, text[first.start() : last.end()]), after


def _value(plain: str, pieces: list[re.Match[str]], at: int) -> tuple[Fraction | None, int, str]:
    """(value, position after it, unit that the number itself implies)."""
    piece = pieces[at]
    if piece["alone"]:
        return _GLYPHS[piece["alone"]], at + 1, ""
    if piece["digits"]:
        value = Fraction(re.sub(r"[,\s]", "", piece["digits"]))
        if piece["glyph"]:
            value += _GLYPHS[piece["glyph"]]
        if piece["ordinal"]:
            return value, at + 1, "ordinal"
        return _scaled(plain, pieces, at + 1, value)
    word = (piece["word"] or "").lower()
    if word in _VAGUE:
        return Fraction(0), at + 1, f"vague {word.rstrip('s')}"
    if word in _MULTIPLES:
        return Fraction(_MULTIPLES[word]), at + 1, "times"
    if word in SMALL:
        return _worded(plain, pieces, at)
    if word == "half" and at and (pieces[at - 1]["word"] or "").lower() in ("first", "second"):
        return Fraction(6), at + 1, "calendar"
    if word in ("half", "quarter"):
        return Fraction(1, _PARTS[word]), at + 1, ""
    if word in _ORDINALS and not (at and (pieces[at - 1]["word"] or "").lower() in SMALL):
        return Fraction(_ORDINALS[word]), at + 1, "ordinal"
    return None, at + 1, ""


def _worded(plain: str, pieces: list[re.Match[str]], at: int) -> tuple[Fraction | None, int, str]:
    """Such as "twenty-five", "four and one-half", "two-thirds", "three-fold", "two hundred and six"."""
    total, at = Fraction(SMALL[pieces[at]["word"].lower()]), at + 1
    if total >= 20 and _word(plain, pieces, at, joined=True) in _ONES[1:10]:
        total, at = total + SMALL[pieces[at]["word"].lower()], at + 1
    following = _word(plain, pieces, at)
    if (following in _PARTS and total < 10 and following not in ("third", "fourth", "fifth", "sixth", "tenth")) or (
        following in _PARTS and total == 1
    ):
        return total / _PARTS[following], at + 1, ""
    if following == "fold":
        return total, at + 1, "times"
    return _scaled(plain, pieces, at, total)


def _scaled(plain: str, pieces: list[re.Match[str]], at: int, value: Fraction) -> tuple[Fraction, int, str]:
    while (scale := _word(plain, pieces, at)) in _SCALES:
        value, at = value * _SCALES[scale], at + 1
        if _word(plain, pieces, at) == "and" and _word(plain, pieces, at + 1) in SMALL:
            at += 1
        if _word(plain, pieces, at) in SMALL and (rest := _worded(plain, pieces, at))[0]:
            return value + rest[0], rest[1], ""
    if _word(plain, pieces, at) == "and" and (parts := _COUNTS.get(_word(plain, pieces, at + 1))):
        part = _word(plain, pieces, at + 2)
        if part in ("half", "quarter", "quarters"):
            return value + Fraction(parts, _PARTS[part]), at + 3, ""
    if _word(plain, pieces, at) == "fold":
        return value, at + 1, "times"
    return value, at, ""


def _word(plain: str, pieces: list[re.Match[str]], at: int, *, joined: bool = False) -> str:
    """Lower-case word at a position if only blanks or a hyphen stand before it (``joined``: a hyphen), else ""."""
    if at >= len(pieces) or not pieces[at]["word"]:
        return ""
    between = plain[pieces[at - 1].end() : pieces[at].start()]
    if between.strip(" \u00a0-–‑") or (joined and "-" not in between and "‑" not in between):
        return ""
    return str(pieces[at]["word"].lower())
