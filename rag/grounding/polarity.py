"""What the evidence affirms the statement does not deny, and the other way round."""

from rag.grounding import lexicon
from rag.grounding.claim import Claim
from rag.grounding.numbers import SMALL
from rag.grounding.reading import AMBIGUOUS, Reading
from rag.grounding.thesaurus import sides
from rag.quotes import fold

_PLAIN = frozenset("not no never none nobody nothing nowhere neither nor cannot".split())
_WEIGHTLESS = frozenset("report say state government country authority person case year individual number".split())


def opposite_outcome(claim: Claim) -> str | None:
    """Convicted and acquitted, upheld and overturned, increased and decreased: not one for the other.

    A negation on one side turns the sign: "did not uphold" is "overturned".
    """
    for token in claim.statement.content:
        for pair, sign in sides(token.folded):
            there = [
                (other_sign != other.negated, other)
                for other in claim.evidence.tokens
                for other_pair, other_sign in sides(other.folded)
                if other_pair == pair
            ]
            if any(other.stem == token.stem for _, other in there):
                continue
            if there and all(value != (sign != token.negated) for value, _ in there):
                return f"{token.raw!r} against {there[0][1].raw!r} in the cited sentences"
    return None


def negation_changed(claim: Claim) -> str | None:
    """The words that a negation governs on one side are governed by one on the other side too."""
    mine, theirs = _cues(claim.statement, claim.evidence), _cues(claim.evidence, claim.statement)
    for cues, here, there in ((mine, claim.statement, claim.evidence), (theirs, claim.evidence, claim.statement)):
        for cue in cues:
            if differing := _differing(cue, here, there):
                return f"{differing} is negated on one side only"
    plain = [token for number, token in claim.statement.cues.items() if number in mine and token.folded in _PLAIN]
    if plain and not lexicon.NEGATIVE.search(fold(claim.evidence.text).text):
        return f"the cited sentences hold no {plain[0].raw!r}"
    return None


def _cues(here: Reading, there: Reading) -> set[int]:
    """Negations of one side that the other side does not repeat in the same or a like verb."""
    others = {token.stem for token in there.cues.values() if token.folded not in _PLAIN} | {
        token.stem for number, token in enumerate(there.tokens) if token.stem in lexicon.NEGATING_STEMS
    }
    denied = not others.isdisjoint(lexicon.DENIALS) or "turned down" in there.text
    return {
        number
        for number, token in here.cues.items()
        if not (token.folded in lexicon.RARELY and not lexicon.RARELY.isdisjoint(there.folded))
        and (token.folded in _PLAIN or not (token.stem in others or (denied and token.stem in lexicon.DENIALS)))
    }


def _differing(cue: int, here: Reading, there: Reading) -> str:
    """Words that only this side negates, where they outnumber those that both negate."""
    matching, differing = 0, []
    for head in here.heads(cue):
        if head.stem in _WEIGHTLESS or head.folded in SMALL or head.folded[0].isdigit():
            continue
        others = [token for token in there.content if token.stem == head.stem] or [
            token for token in there.content if token.meets(head)
        ]
        if not others:
            continue
        if any(token.cue == AMBIGUOUS for token in others):
            continue
        if any(token.negated for token in others):
            matching += 1
        elif all(token.negated for token in here.content if token.stem == head.stem):
            differing.append(head.raw)
    heads = here.heads(cue)
    if here.tokens[cue].folded not in _PLAIN and 2 * len(differing) < len(heads):
        return ""
    return ", ".join(map(repr, differing)) if len(differing) > matching else ""
