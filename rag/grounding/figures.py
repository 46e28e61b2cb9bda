"""Numbers and dates of a statement must stand in the evidence, with their unit and in their role."""

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.grounding.claim import Claim
from rag.grounding.numbers import CODE, SMALL, UNITS, Quantity, dates, quantities, years
from rag.grounding.reading import Reading
from rag.grounding.thesaurus import BASES
from rag.grounding.tokens import Token
from rag.quotes import fold

_OF_THE_YEAR = re.compile(r"\b(?:the|this) (?:reporting )?year\b|\byear['’]s\b|\bcompared\b")
"""The evidence tells of its edition's year without naming it."""
_MEASURES = frozenset({"time", "calendar", "share", "miles", "km", "m", "tenge", "$", "€", "ruble", "som", "ordinal"})


def number_missing(claim: Claim) -> str | None:
    """Every number of the statement stands in the evidence with the same unit."""
    there = quantities(claim.evidence.text)
    named_years = years(claim.evidence.text)
    for quantity in quantities(claim.statement.text):
        if (
            not any(_same(quantity, other) for other in there)
            and not (
                quantity.unit == ""
                and (
                    quantity.value in named_years
                    or (quantity.value == 1 and "one" in claim.evidence.folded)
                    or _pointing(claim, quantity)
                    or _counted(claim, quantity)
                    or _numbered(claim, quantity)
                )
            )
            and not (quantity.plain == 1 and quantity.unit == "calendar" and _single(claim, quantity))
        ):
            return f"{quantity.text.strip()!r} is not in the cited sentences"
    return None


def _same(mine: Quantity, other: Quantity) -> bool:
    if mine.value != other.value:
        # "Then six" is said of somebody "six years" old.
        return mine.plain == other.plain and "calendar" in (mine.unit, other.unit) and "" in (mine.unit, other.unit)
    if mine.unit == other.unit:
        return True
    if mine.unit in _MEASURES and other.unit in _MEASURES:
        return False
    return mine.unit == "" or (mine.unit == "times" and other.unit == "") or other.unit == ""


def _numbered(claim: Claim, quantity: Quantity) -> bool:
    """A number that is a name ("Article 174", "Unit 32363"), which may stand in the context like any name."""
    name = claim.statement.text[: quantity.start].split()[-1:]
    return (
        bool(name)
        and name[0][0].isalpha()
        and f"{name[0]} {quantity.text.strip()}".lower() in claim.context.text.lower()
    )


def _pointing(claim: Claim, quantity: Quantity) -> bool:
    """Whether "the two" has no noun, and stands for two just spoken of."""
    before, after = claim.statement.text[: quantity.start], claim.statement.text[quantity.end :].split()[:1]
    word = fold(after[0].strip(".,;")).text.lower() if after else ""
    return (
        quantity.value == 2
        and before.rstrip().lower().endswith("the")
        and (not word or word in BASES or word in ("were", "had", "have", "are"))
    )


def _single(claim: Claim, quantity: Quantity) -> bool:
    """Whether the evidence says "a year" for one year."""
    unit = claim.statement.text[quantity.end :].split()[:1]
    return (
        bool(unit) and re.search(rf"\ban? {re.escape(unit[0].strip('.,;').lower())}\b", claim.evidence.text) is not None
    )


def _counted(claim: Claim, quantity: Quantity) -> bool:
    """Two, where the evidence says "both" or "either"."""
    return quantity.value == 2 and not claim.evidence.folded.isdisjoint(("both", "either", "neither", "pair", "couple"))


def code_missing(claim: Claim) -> str | None:
    """A name that holds digits, such as a prison's or a unit's, stands in the evidence or before it."""
    known = f"{claim.evidence.text} {claim.context.text} {claim.headings}".casefold()
    for match in CODE.finditer(claim.statement.text):
        if match.group().casefold() not in known and "covid" not in match.group().casefold():
            return f"{match.group()!r} is not in the cited sentences"
    return None


def number_swapped(claim: Claim) -> str | None:
    """A number stands beside words that the evidence has beside another number and not beside this one."""
    if "respectively" in claim.evidence.folded:
        return None
    mine, others = _windows(claim.statement), _windows(claim.evidence)
    doubtful = []
    for quantity, before, after in mine:
        own = [window for window in others if _same(quantity, window[0])]
        rivals = [
            window
            for window in others
            if window[0].value != quantity.value and (window[0].unit == quantity.unit or not window[0].unit)
        ]
        if not own or not rivals:
            continue
        placed = max(_shared(before, after, window) for window in own)
        anywhere = max(_near(before, after, window) for window in own)
        rival = max(_shared(before, after, window) for window in rivals)
        if rival > anywhere and (placed == 0 or rival >= anywhere + 2):
            doubtful.append((rival, quantity.text.strip()))
    if doubtful and (len(doubtful) > 1 or doubtful[0][0] > 1):
        return f"{doubtful[0][1]!r} stands for something else in the cited sentences"
    return None


_ORDERED = re.compile(
    r"\b([\w,]+) of (?:the|its|their|those|these) (?:\w+ )??([\w,]+)\b|\bfrom ([\w,.]+)(?: \w+)? to ([\w,.]+)"
)


def order_changed(claim: Claim) -> str | None:
    """Four of 350 are not 350 of four, nor is a change from one figure to another the one back."""
    there = _ordered(claim.evidence.text)
    for first, second in _ordered(claim.statement.text) - there:
        if (second, first) in there:
            return f"{second:g} and {first:g} stand the other way round in the cited sentences"
    return None


def _ordered(text: str) -> set[tuple[float, float]]:
    found = set()
    for match in _ORDERED.finditer(text):
        values = [quantity.value for part in match.groups() if part for quantity in quantities(part.rstrip(",."))]
        if len(values) == 2:
            found.add((float(values[0]), float(values[1])))
    return found


def _near(before: Sequence[Token], after: Sequence[Token], window: "_Window") -> int:
    there = (*window[1], *window[2])
    return sum(any(token.stem == other.stem for other in there) for token in (*before, *after))


_Window = tuple[Quantity, Sequence[Token], Sequence[Token]]


def _windows(reading: Reading) -> list[_Window]:
    """Each number with the two content words before it and the three after it, none beyond another number."""
    # A sum in parentheses says the same as the one before it in another currency.
    found = [
        quantity for quantity in quantities(reading.text) if reading.text[quantity.start - 1 : quantity.start] != "("
    ]
    windows: list[_Window] = []
    for number, quantity in enumerate(found):
        floor = found[number - 1].end if number else 0
        ceiling = found[number + 1].start if number + 1 < len(found) else len(reading.text)
        words = [token for token in reading.content if not token.folded[0].isdigit() and token.folded not in UNITS]
        before = [token for token in words if floor <= token.start and token.end <= quantity.start][-2:]
        after = [token for token in words if quantity.end <= token.start and token.end <= ceiling][:3]
        windows.append((quantity, before, after))
    return windows


def _shared(before: Sequence[Token], after: Sequence[Token], window: _Window) -> int:
    return sum(any(token.stem == other.stem for other in window[1]) for token in before) + sum(
        any(token.stem == other.stem for other in window[2]) for token in after
    )


def count_swapped(claim: Claim) -> str | None:
    """What the evidence counts with one number is not counted with another of its numbers."""
    theirs = _counted_nouns(claim.evidence)
    for number, noun in _counted_nouns(claim.statement):
        there = [found for found, other in theirs if other.stem == noun.stem]
        rivals = [other for found, other in theirs if found == number]
        if there and number not in there and rivals and not any(noun.meets(other) for other in rivals):
            return f"{number} {noun.raw!r} counts something else in the cited sentences"
    return None


def _counted_nouns(reading: Reading) -> list[tuple[int, Token]]:
    """Small numbers in words or digits with the noun right after each, which stands once."""
    stems = [token.stem for token in reading.content]
    found = []
    for token, noun in pairwise(reading.tokens):
        number = SMALL.get(token.folded, int(token.folded) if token.folded.isdecimal() else None)
        if number is not None and noun.content and noun.folded not in UNITS and stems.count(noun.stem) == 1:
            found.append((number, noun))
    return found


def respectively(claim: Claim) -> str | None:
    """Of two names that share two numbers "respectively", each keeps its own."""
    for _, reading in claim.cited:
        end = reading.text.find("respectively")
        found = [quantity for quantity in quantities(reading.text) if quantity.start < end]
        names = [token for token in reading.tokens if found and token.capital and token.end < found[0].start]
        names = [token for token in names if token.folded in claim.statement.folded]
        if end < 0 or len(found) < 2 or found[0].value == found[-1].value or len(names) < 2:
            continue
        for name, wrong in ((names[0], found[-1]), (names[-1], found[0])):
            at = next(token.end for token in claim.statement.tokens if token.folded == name.folded)
            following = next((q for q in quantities(claim.statement.text) if q.start >= at), None)
            if following and "respectively" not in claim.statement.folded and _same(following, wrong):
                between = claim.statement.text[at : following.start]
                if not any(other.raw in between for other in names if other.folded != name.folded):
                    return f"{following.text.strip()!r} is not {name.raw}'s in the cited sentences"
    return None


def date_missing(claim: Claim) -> str | None:
    """Every date of the statement stands in the evidence; in the context only where the evidence has none."""
    there = dates(claim.evidence.text)
    months = {month for month, _ in there}
    if not there:
        there = dates(claim.context.text)
        months = {month for month, _ in there}
    for month, day in dates(claim.statement.text):
        if (month, day) not in there and not (day == 0 and month in months):
            return f"the date with month {month}{f' and day {day}' if day else ''} is not in the cited sentences"
    return None


def year_missing(claim: Claim) -> str | None:
    """A year of the statement is the edition of a cited report, or stands in the evidence or before it."""
    text = claim.evidence.text
    fitting = years(text) | {info.year for info in claim.reports.values()}
    plain = {int(quantity.value) for quantity in quantities(text) if quantity.unit == ""}
    if not years(text):
        fitting |= years(claim.context.text)
    mine, there = years(claim.statement.text), years(text)
    editions = {info.year for info in claim.reports.values()}
    dated = re.match(r"(?:During|In) (?:19|20)\d\d\b", text)
    if there - mine and (dated or not _OF_THE_YEAR.search(text)):
        for year in sorted((mine & editions) - there):
            if re.search(rf"\b{year}\b(?!['’]?s? (?:\w+ )?(?:report|edition))", claim.statement.text):
                return f"the cited sentences say {min(there - mine)}, the statement {year}"
    for year in sorted(years(claim.statement.text) - fitting - plain):
        if year not in {info.year for info in claim.editions.values()}:
            return f"the year {year} is not in the cited sentences"
    return None


_RATE = re.compile(
    r"\b(?:per|a|each|every) (day|week|month|year|quarter|hour)\b|\b(dai|week|month|year|quarter|annual)ly\b"
)
_VAGUE_SPAN = re.compile(r"\bfor (hours|days|weeks|months|years|decades)\b")
_ADVERBS = {"dai": "day", "annual": "year"}


def rate_changed(claim: Claim) -> str | None:
    """So many a month are not so many a year."""
    vague = {match[1] for match in _VAGUE_SPAN.finditer(claim.statement.text)}
    if missing := vague - claim.evidence.folded - {unit + "s" for unit in claim.evidence.folded}:
        return f"the cited sentences do not say for {min(missing)}"
    mine, theirs = _rates(claim.statement.text), _rates(claim.evidence.text)
    if theirs and (foreign := mine - theirs) and any(word in claim.evidence.folded for word in ("per", "average")):
        return f"the cited sentences count by the {min(theirs)}, the statement by the {min(foreign)}"
    return None


def _rates(text: str) -> set[str]:
    found = {match[1] or match[2] for match in _RATE.finditer(text.lower())}
    return {_ADVERBS.get(word, word) for word in found}
