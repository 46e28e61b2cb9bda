"""Of two that the evidence tells apart, each keeps its own: number, owner, part, or what is done to it."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from rag.grounding.claim import Claim
from rag.grounding.names import TITLES, key
from rag.grounding.numbers import MONTHS, UNITS, Quantity, quantities
from rag.grounding.reading import Reading
from rag.grounding.tokens import Token

_BE = frozenset("was were is are been be being".split())
_PARTING = frozenset(", ; and while whereas but or after before".split())
_BESIDE = 2
"""Content words on each side of a number that say what it counts."""


def crossed_numbers(claim: Claim) -> str | None:
    """Two numbers do not change places between what they count ("32 dismissed and two disciplined")."""
    for first, second in pairwise(_numbers(claim.statement)):
        stated = _sides(claim.statement, first, second)
        for _, reading in claim.cited:
            there = _numbers(reading)
            one, other = (next((q for q in there if _equal(q, number)), None) for number in (first, second))
            if one is None or other is None or one.unit != other.unit:
                continue
            told = _sides(reading, one, other)
            agreeing = [{way for theirs, way in told if word.meets(theirs)} for word, _ in stated]
            ways = [way in found for (_, way), found in zip(stated, agreeing, strict=True) if len(found) == 1]
            if ways and not any(ways):
                return (
                    f"{first.text.strip()} and {second.text.strip()} stand the other way round in the cited sentences"
                )
    return None


def _equal(one: Quantity, other: Quantity) -> bool:
    return one.value == other.value and one.unit == other.unit


def _numbers(reading: Reading) -> list[Quantity]:
    """Numbers that stand once; a sum in parentheses repeats the one before it."""
    found = [q for q in quantities(reading.text) if reading.text[q.start - 1 : q.start] != "("]
    return [q for q in found if sum(q.value == other.value for other in found) == 1]


def _sides(reading: Reading, one: Quantity, other: Quantity) -> list[tuple[Token, bool]]:
    """Words beside two numbers, each with whether it stands beside the first of the two as given.

    Where nothing parts the two, only what adjoins them counts of the words between ("out of a sentence of").
    """
    left, right = sorted((one, other), key=lambda quantity: quantity.start)
    between = [t for t in reading.tokens if left.end <= t.start and t.end <= right.start]
    parting = [number for number, t in enumerate(between) if t.raw.lower() in _PARTING]
    before, after = (between[: parting[-1]], between[parting[-1] :]) if parting else ([], [])
    words = [t for t in reading.content if not t.folded[0].isdigit() and t.folded not in UNITS]
    beside = [
        (left, [t for t in words if t.end <= left.start][-_BESIDE:]),
        (left, [t for t in words if t in (before if parting else between[:2])][:_BESIDE]),
        (right, [t for t in words if t in (after if parting else between[-2:])][-_BESIDE:]),
        (right, [t for t in words if right.end <= t.start][:_BESIDE]),
    ]
    return [(word, number is one) for number, run in beside for word in run]


def name_in_anothers_place(claim: Claim) -> str | None:
    """Where the statement runs along a cited sentence, word for word, it has that one's name there and no other."""
    mine = claim.statement.tokens
    said = {key(token.folded) for token in mine}
    for _, reading in claim.cited:
        theirs = reading.tokens
        if len(theirs) < 2 * _ALONG or all(key(t.folded) in said for t in theirs if t.capital and t.content):
            continue
        matcher = SequenceMatcher(None, [t.folded for t in mine], [t.folded for t in theirs], autojunk=False)
        blocks = matcher.get_matching_blocks()
        for before, after in pairwise(blocks):
            own = mine[before.a + before.size : after.a]
            other = theirs[before.b + before.size : after.b]
            along = min(before.size, _ALONG) + min(after.size, _ALONG)
            if along >= _ALONG + 1 and before.size and after.size and _another(own, other, reading):
                return f"{_raw(own)!r} stands in the place of {_raw(other)!r}"
    return None


_ALONG = 3
"""Words that must agree before or after a name; on the other side one is enough."""


def _another(own: Sequence[Token], other: Sequence[Token], reading: Reading) -> bool:
    """Whether both are names, each of words that the other's text does not use for it."""
    if not own or not other or not all(t.capital and t.content for t in (*own, *other)) or own[0].folded in MONTHS:
        return False
    known = {key(token.folded) for token in reading.tokens}
    initials = {"".join(t.folded[0] for t in name) for name in (own, other)} & {t.folded for t in (*own, *other)}
    plain = all(key(t.folded) in TITLES for t in other)
    spelled = [re.sub("[aeiou]", "", " ".join(key(t.folded) for t in name)) for name in (own, other)]
    return spelled[0] != spelled[1] and not initials and not plain and not any(key(t.folded) in known for t in own)


def _raw(tokens: Sequence[Token]) -> str:
    return " ".join(token.raw for token in tokens)


def changed_owner(claim: Claim) -> str | None:
    """What is one person's in the evidence ("Slekishina's lawyer") is not another's."""
    theirs = [*_owned(claim.evidence), *_owned(claim.context)]
    for owner, thing in _owned(claim.statement):
        owners = {other for other, their_thing in theirs if their_thing.stem == thing.stem}
        if owners and owner not in owners:
            return f"{thing.raw!r} is somebody else's in the cited sentences"
    return None


def _owned(reading: Reading) -> list[tuple[str, Token]]:
    """Names in the possessive with the word right after them, where that is no name."""
    return [
        (key(first.folded.removesuffix("'s").removesuffix("’s")), second)
        for first, second in pairwise(reading.tokens)
        if first.capital and first.raw.endswith(("’s", "'s")) and second.content and not second.capital
    ]


def changed_patient(claim: Claim) -> str | None:
    """To whom something "was done" in the evidence, and whom it names besides, do not change places."""
    theirs = _patients(claim.evidence)
    for verb, patient in _patients(claim.statement):
        others = [(their_verb, other) for their_verb, other in theirs if their_verb.stem == verb.stem]
        if len(others) != 1:
            continue
        their_verb, they = others[0]
        mine, them = _stems(patient), _stems(they)
        taken, left = mine - them, them - mine
        elsewhere = {t.stem for t in claim.evidence.content if t.start > their_verb.end}
        stated = {t.stem for t in claim.statement.content if t.start > verb.end}
        if taken and left and taken <= elsewhere and left <= stated and not left & _before(claim.statement, verb):
            return f"it is {' '.join(t.raw for t in they)!r} that was {verb.raw!r} in the cited sentences"
    return None


def _patients(reading: Reading) -> list[tuple[Token, Sequence[Token]]]:
    """Passive verbs with the words of the phrase right before their verb of being."""
    found: list[tuple[Token, Sequence[Token]]] = []
    tokens = reading.tokens
    for number, verb in enumerate(tokens):
        at = next((n for n in range(number - 1, max(-1, number - 3), -1) if tokens[n].folded in _BE), None)
        if at is None or not verb.content or not verb.folded.endswith("ed"):
            continue
        start = at
        while start and _within(tokens[start - 1]):
            start -= 1
        phrase = [t for t in tokens[start:at] if t.content]
        if phrase:
            found.append((verb, phrase))
    return found


def _within(token: Token) -> bool:
    return token.content or token.raw in '“”"' or token.folded in ("a", "an", "the", "had", "has", "have")


def _before(reading: Reading, verb: Token) -> set[str]:
    return {token.stem for token in reading.content if token.end <= verb.start}


def _stems(tokens: Sequence[Token]) -> set[str]:
    return {token.stem for token in tokens if not token.folded[0].isdigit()}


def changed_part(claim: Claim) -> str | None:
    """Where the evidence says what each of two may or must do, neither has the other's part."""
    for verb in claim.statement.content:
        places = [t for t in claim.evidence.content if t.stem == verb.stem and _modal(claim.evidence, t)]
        if not _modal(claim.statement, verb) or len(places) != 2 or places[0].clause == places[1].clause:
            continue
        parts = [_around(claim.evidence, place) for place in places]
        before, after = _around(claim.statement, verb)
        for (own, own_objects), (_, their_objects) in (parts, parts[::-1]):
            other = parts[1][0] if own is parts[0][0] else parts[0][0]
            subject = (before & own) - other
            given = (after & their_objects) - own_objects
            if subject and not before & other - own and given and not (after & own_objects) - their_objects:
                return f"the cited sentences say of somebody else that they {verb.raw!r} {' '.join(sorted(given))!r}"
    return None


def _modal(reading: Reading, verb: Token) -> bool:
    return reading.text[: verb.start].endswith((" must ", " may ", " shall ", " can ", " will "))


def _around(reading: Reading, verb: Token) -> tuple[set[str], set[str]]:
    """Stems before and after a verb in its clause, and in the clauses after it up to the next with a verb alike."""
    following = [t.clause for t in reading.content if t.stem == verb.stem and t.clause > verb.clause]
    end = min(following, default=10_000)
    before = {t.stem for t in reading.content if t.clause == verb.clause and t.end <= verb.start}
    return before, {t.stem for t in reading.content if t.start >= verb.end and t.clause < max(end, verb.clause + 1)}
