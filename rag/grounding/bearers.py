"""Who is what: an office, an age, an act that the evidence gives to one bearer stays with that one."""

import re
from collections.abc import Sequence

from rag.grounding.claim import Claim
from rag.grounding.names import key
from rag.grounding.numbers import MONTHS
from rag.grounding.reading import Reading
from rag.grounding.tokens import Token

_BE = frozenset("was were is are been be being".split())


def merged_bearers(claim: Claim) -> str | None:
    """What the evidence says of one person beside the name is not said of another."""
    theirs = [*_described(claim.evidence), *_described(claim.context)]
    mine = _described(claim.statement)
    for name, words in mine:
        own = {word for other, their_words in theirs if other == name for word in their_words}
        for other, their_words in theirs:
            if other == name:
                continue
            taken = (words & their_words) - own
            if len(taken) >= 2 and len(taken) * 2 >= len(words - own):
                return f"{' '.join(sorted(taken))!r} is said of somebody else in the cited sentences"
    return None


def joined_bearers(claim: Claim) -> str | None:
    """What the evidence gives to two bearers, one each, is not "both" of one."""
    if "both" in claim.evidence.folded:
        return None
    tokens = claim.statement.tokens
    for number, token in enumerate(tokens):
        if token.folded != "both":
            continue
        rest = tokens[number + 1 :]
        middle = next((at for at, each in enumerate(rest) if each.folded == "and"), None)
        if middle is None:
            continue
        last = min(_places(claim.evidence, rest[middle : middle + 4]), default=-1)
        first = max((at for at in _places(claim.evidence, rest[:middle]) if at < last), default=-1)
        between = claim.evidence.tokens[first + 1 : last] if first >= 0 else ()
        named = {key(each.folded) for each in tokens}
        if any(each.capital and each.content and key(each.folded) in named for each in between):
            return "the cited sentences give that to two, one each"
    return None


def _places(reading: Reading, words: Sequence[Token]) -> list[int]:
    stems = {word.stem for word in words if word.content}
    return [at for at, token in enumerate(reading.tokens) if token.content and token.stem in stems]


def _predicate(tokens: Sequence[Token], first: int) -> set[str]:
    """What "was a" or "is an" says of the first name of a sentence."""
    for token in reversed(tokens[:first]):
        if token.raw == ".":
            break
        if token.capital and token.content:
            return set()
    for at in range(first + 1, len(tokens) - 1):
        if tokens[at].raw in ".;":
            break
        beside = tokens[at - 1].raw == "," or tokens[at - 1].capital
        if beside and tokens[at].folded in ("was", "is") and tokens[at + 1].folded in ("a", "an", "the"):
            return _until_mark(tokens[at + 2 : at + 14])
    return set()


def _until_mark(tokens: Sequence[Token]) -> set[str]:
    found: set[str] = set()
    for token in tokens:
        if token.raw in ",.;" or token.folded in ("who", "which"):
            break
        if token.folded in _FINITE:
            return set()
        if token.content and not token.capital:
            found.add(token.stem)
    return found


_FINITE = _BE | frozenset("did does do has have had will would may must can could should".split())
"""What follows a comma with one of these in it is a clause of its own, no apposition."""
_OPENINGS = frozenset("the a an , by with of against from for in to and included".split()) - {"and", "in"}


def _described(reading: Reading) -> list[tuple[str, frozenset[str]]]:
    """Last word of each name with the stems of its apposition: "X, a well-known attorney," or "activist X"."""
    found: list[tuple[str, frozenset[str]]] = []
    tokens = reading.tokens
    number = 0
    while number < len(tokens):
        if not (tokens[number].capital and tokens[number].content) or tokens[number].folded in MONTHS:
            number += 1
            continue
        first = number
        while number + 1 < len(tokens) and tokens[number + 1].capital and tokens[number + 1].content:
            number += 1
        words = {token.stem for token in tokens[first:number]}
        placed = first > 0 and tokens[first - 1].folded in ("in", "at", "near", "on", "from", "(")
        run = tokens[max(0, first - 6) : first]
        opening = max((at for at, token in enumerate(run) if token.folded in _OPENINGS), default=-1)
        if (
            opening >= 0
            and not run[-1].folded.endswith(("ed", "ing"))
            and all(not token.capital for token in run[opening + 1 :])
        ):
            words |= {token.stem for token in run[opening + 1 :] if token.content}
        if (
            number + 2 < len(tokens)
            and tokens[number + 1].raw == ","
            and tokens[number + 2].folded in ("a", "an", "the", "who")
            and not placed
        ):
            words |= _until_mark(tokens[number + 3 : number + 14])
        words = set() if placed else words | _predicate(tokens, first)
        if words:
            found.append((key(tokens[number].folded), frozenset(words)))
        number += 1
    return found


def direction_changed(claim: Claim) -> str | None:
    """Who came from a place did not go to it, nor the other way round."""
    theirs = _directions(claim.evidence.text)
    for name, ways in _directions(claim.statement.text).items():
        if name in theirs and len(ways) == len(theirs[name]) == 1 and ways != theirs[name]:
            return f"the cited sentences say {min(theirs[name])} {name}"
    return None


_WAY = re.compile(r"\b(?P<way>to|from) (?:the )?(?P<name>[A-Z][\w-]+(?: [A-Z][\w-]+)*)")


def _directions(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for match in _WAY.finditer(text):
        found.setdefault(match["name"], set()).add(match["way"])
    return found
