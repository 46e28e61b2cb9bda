"""More and less: a comparison is the evidence's own, or can be read off the numbers of two editions."""

import re
from collections.abc import Iterable

from rag.grounding.claim import Claim
from rag.grounding.numbers import Quantity, quantities
from rag.grounding.thesaurus import sides

_THAN = re.compile(
    r"(?<!no )(?<!not )\b(?:more|fewer|less|higher|lower|longer|shorter|greater|smaller|larger|most|fewest)\b"
    r".{1,140}?\bthan\b(?! (?:\d|half|one|two|three|a |an ))",
    re.IGNORECASE,
)
_DIRECTIONS = {"increase": 1, "higher": 1, "lengthen": 1}


def invented_comparison(claim: Claim) -> str | None:
    """A rise or fall between two editions agrees with their numbers; within one, the evidence says it itself."""
    direction = _direction(claim.statement.folded)
    if not direction or _direction(claim.evidence.folded) or "than" in claim.evidence.folded:
        return None
    years = sorted({info.year for info in claim.reports.values()})
    if len(years) < 2:
        match = _THAN.search(claim.statement.text)
        return f"the cited sentences do not compare: {match.group()!r}" if match else None
    first = _only(q for info, reading in claim.cited if info.year == years[0] for q in quantities(reading.text))
    last = _only(q for info, reading in claim.cited if info.year == years[-1] for q in quantities(reading.text))
    if first and last and first.unit == last.unit and (last.value - first.value) * direction < 0:
        return f"{first.text.strip()} in {years[0]}, {last.text.strip()} in {years[-1]}"
    return None


_COMPARED = re.compile(r"(?P<one>[^;]*?),? (?:as )?compared (?:to|with) (?P<other>[^;]*)")


def turned_comparison(claim: Claim) -> str | None:
    """What the evidence compares ("125, compared to 84") rises or falls as its numbers do."""
    direction, match = _direction(claim.statement.folded), _COMPARED.search(claim.evidence.text)
    if not direction or not match or _direction(claim.evidence.folded):
        return None
    one, other = (_counts(match[side]) for side in ("one", "other"))
    if one and other and (one[-1] - other[0]) * direction < 0:
        return f"{one[-1]:g}, compared to {other[0]:g}, in the cited sentences"
    return None


def _counts(text: str) -> list[float]:
    return [float(quantity.value) for quantity in quantities(text) if quantity.unit in ("", "percent")]


def inverted_comparison(claim: Claim) -> str | None:
    """Of two editions, the one said to have more has the greater number."""
    text = claim.statement.text
    match = _THAN.search(text)
    named = [(found.start(), int(found.group())) for found in re.finditer(r"\b20\d\d\b", text)]
    than = match.end() if match else 0
    before = [year for at, year in named if at < than]
    after = [year for at, year in named if at >= than]
    numbers = {
        info.year: _only(
            q for other, reading in claim.cited if other.year == info.year for q in quantities(reading.text)
        )
        for info, _ in claim.cited
    }
    direction = _direction(claim.statement.folded)
    first, last = (numbers.get(years[-1]) if years else None for years in (before, after))
    if direction and first and last and first.unit == last.unit and (first.value - last.value) * direction < 0:
        return f"{first.text.strip()} in {before[-1]}, {last.text.strip()} in {after[-1]}"
    return None


def _direction(folded: Iterable[str]) -> int:
    """1 for more, -1 for less, 0 for neither or both."""
    signs = {-1 if second else 1 for word in folded for name, second in sides(word) if name in _DIRECTIONS}
    return signs.pop() if len(signs) == 1 else 0


def _only(found: Iterable[Quantity]) -> Quantity | None:
    listed = list(found)
    return listed[0] if len(listed) == 1 else None
