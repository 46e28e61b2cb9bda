"""How many, how often: a statement claims no more than the evidence."""

import re
from collections import Counter
from itertools import pairwise

from rag.grounding import lexicon
from rag.grounding.claim import Claim
from rag.grounding.numbers import quantities
from rag.grounding.reading import Reading
from rag.quotes import fold

_BOUNDS = (
    "up to",
    "at most",
    "no more than",
    "maximum",
    "not more than",
    "as long as",
    "limit",
    "longest",
    "not exceed",
    "to as much as",
    "within",
    "as many as",
)


def universal(claim: Claim) -> str | None:
    """Words such as "all" and "always" stand in the statement only where the evidence speaks of all."""
    mine = [
        token
        for number, token in enumerate(claim.statement.tokens)
        if token.folded in lexicon.UNIVERSAL_WORDS
        and not _under(claim.statement, number)
        and token.folded not in claim.evidence.folded
        and not (token.folded == "all" and number and claim.statement.tokens[number - 1].folded in _BEFORE_ALL)
        and not (token.folded in ("all", "every") and claim.statement.after(number) in lexicon.PERIODS)
    ]
    anyone = claim.statement.folded & {"anyone", "anybody", "everyone", "everybody"}
    if anyone and "only" in claim.evidence.folded and "only" not in claim.statement.folded:
        return f"the cited sentences say 'only', the statement {min(anyone)!r}"
    whole = _WITHOUT_EXCEPTION.search(claim.statement.text)
    if whole and not _WITHOUT_EXCEPTION.search(claim.evidence.text):
        return f"the cited sentences do not say {whole.group()!r}"
    if mine and claim.evidence.folded.isdisjoint(lexicon.UNIVERSAL_GROUNDS):
        return f"the cited sentences do not say {mine[0].raw!r}"
    return None


_WITHOUT_EXCEPTION = re.compile(r"\bwithout (?:any )?exceptions?\b")
_BEFORE_ALL = frozenset("above at after of".split())
"""With "all" they say how much or what first ("half of all cases"), not that all are meant."""


def _under(reading: Reading, number: int) -> bool:
    """Whether a plain negation governs the word, or one like "denied" that does not stand right before it."""
    cue = reading.tokens[number].cue
    return cue >= 0 and (reading.tokens[cue].folded in lexicon.NEGATING_WORDS or number - cue > 1)


def majority(claim: Claim) -> str | None:
    """Words such as "most" and "often" need as much in the evidence."""
    tokens = claim.statement.tokens
    mine = [
        t
        for number, t in enumerate(tokens)
        if t.folded in lexicon.MOST_WORDS and not (number and tokens[number - 1].folded in _BEFORE_OFTEN)
    ]
    stems = {token.stem for token in claim.evidence.tokens}
    mine = [t for t in mine if t.stem not in stems]
    if mine and claim.evidence.folded.isdisjoint(lexicon.MOST_GROUNDS | lexicon.UNIVERSAL_GROUNDS):
        return f"the cited sentences do not say {mine[0].raw!r}"
    return None


_BEFORE_OFTEN = frozenset("more less as the".split())


def some_dropped(claim: Claim) -> str | None:
    """What is said of "some refugees" is not said of "refugees"."""
    tokens = claim.evidence.tokens
    for number, token in enumerate(tokens[:-1]):
        if token.folded not in lexicon.SOME_WORDS:
            continue
        noun = next((t for t in tokens[number + 1 : number + 4] if t.content), None)
        if noun is None or not noun.folded.endswith("s"):
            continue
        if sum(t.stem == noun.stem for t in tokens) > 1:
            continue
        for place, mine in enumerate(claim.statement.tokens):
            if mine.stem == noun.stem and (
                mine.initial or (place and claim.statement.tokens[place - 1].folded in (",", ";", "that"))
            ):
                return f"the cited sentences say {token.raw!r} of {noun.raw!r}"
    return None


def restriction_dropped(claim: Claim) -> str | None:
    """What happened "in some cases" or "occasionally" is not said to happen without them."""
    if lexicon.RESTRICTED.search(fold(claim.statement.text).text):
        return None
    for _, reading in claim.cited:
        for match in lexicon.RESTRICTION.finditer(fold(reading.text).text):
            following = [token for token in reading.content if token.start >= match.end()][:3]
            kept = sum(any(token.meets(other) for other in claim.statement.content) for token in following)
            if following and kept * 2 > len(following):
                return f"the cited sentences say {match.group()!r}"
    return None


def ladder(claim: Claim) -> str | None:
    """Few, some, many, most, all: of the same thing the statement takes no other step than the evidence.

    A lower step is implied by a higher one, but for "few", which says that there are not more.
    """
    theirs = _quantified(claim.evidence)
    for noun, step in _quantified(claim.statement).items():
        other = theirs.get(noun, step)
        if step > other or (step == 1 and other > 2):
            return f"the cited sentences say otherwise how many {noun!r}"
    if claim.evidence.folded.isdisjoint(lexicon.FULL):
        stated = {second.stem for first, second in pairwise(claim.statement.tokens) if first.folded in lexicon.FULL}
        for token, following in pairwise(claim.evidence.tokens):
            if token.folded in lexicon.PARTIAL and following.content and following.stem in stated:
                return f"the cited sentences say {token.raw!r} of {following.raw!r}"
    return None


_BE = frozenset("is are was were".split())


def _quantified(reading: Reading) -> dict[str, int]:
    """Stems of nouns that stand once in a text, with the step of the quantity word right before them."""
    counts = Counter(token.stem for token in reading.content)
    found = {}
    for number, token in enumerate(reading.tokens):
        step = lexicon.LADDER.get(token.folded)
        noun = next((t for t in reading.tokens[number + 1 : number + 4] if t.folded not in ("of", "the", "his")), None)
        if step and noun and noun.content and not token.negated and counts[noun.stem] == 1:
            found[noun.stem] = step
    return found


def exempted(claim: Claim) -> str | None:
    """What the evidence exempts from a rule is not put under it."""
    mine, theirs = fold(claim.statement.text).text, fold(claim.evidence.text).text
    match = lexicon.EXEMPT.search(theirs)
    if match is None or lexicon.EXEMPT.search(mine) or re.search(r"\b(?:not|no|only|unless)\b", mine):
        return None
    exempt = next(
        (t for was, t in pairwise(claim.evidence.tokens) if was.folded in _BE and t.stem == "exempt"),
        None,
    )
    if exempt:
        before = [t for t in claim.evidence.content if t.clause == exempt.clause and t.end < exempt.start]
        if any(t.stem == each.stem for t in before for each in claim.statement.content):
            return f"the cited sentences say {exempt.raw!r}"
    return None


def rarity(claim: Claim) -> str | None:
    """What is rarely so is not said never to be so."""
    never = [t for t in claim.statement.tokens if t.folded in ("never", "no", "none", "nobody") and not t.negated]
    rare = [token for token in claim.evidence.tokens if token.folded in lexicon.RARELY]
    plain = {"not", "no", "never", "none", "nobody", "neither", "nor", "without", "cannot"}
    if never and rare and plain.isdisjoint(claim.evidence.folded):
        return f"the cited sentences say {rare[0].raw!r}"
    return None


def bound_dropped(claim: Claim) -> str | None:
    """A bound such as "up to ten days" does not become "ten days"."""
    text, mine = claim.evidence.text.lower(), claim.statement.text.lower()
    if any(bound in mine for bound in _BOUNDS) or " may " in mine or " can " in mine:
        return None
    for quantity in quantities(claim.evidence.text):
        if text[: quantity.start].rstrip().endswith(("up to", "at most", "no more than")) and any(
            quantity.value == other.value for other in quantities(claim.statement.text)
        ):
            return f"the cited sentences say up to {quantity.text.strip()}"
    return None
