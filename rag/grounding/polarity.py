"""What the evidence affirms the statement does not deny, and the other way round."""

from collections import Counter
from collections.abc import Sequence

from rag.grounding import lexicon
from rag.grounding.claim import Claim
from rag.grounding.numbers import SMALL
from rag.grounding.reading import Reading
from rag.grounding.thesaurus import BASES, sides
from rag.grounding.tokens import AMBIGUOUS, Token, undone
from rag.quotes import fold

_PLAIN = frozenset("not no never none nobody nothing nowhere neither nor cannot".split())
_WEIGHTLESS = frozenset("report say state government country authority person case year individual number".split())


_SCARCE = frozenset("poor scarce scant constrained outside beyond".split())
"""They may stand for a negation ("outside its powers")."""


def opposite_outcome(claim: Claim) -> str | None:
    """Convicted and acquitted, upheld and overturned, increased and decreased: not one for the other.

    A negation on one side turns the sign: "did not uphold" is "overturned".
    """
    for token in claim.statement.content:
        for pair, sign in sides(token.folded):
            there = [
                (other_sign != (_turned(other, claim.evidence) and not _negative(other)), other)
                for other in claim.evidence.tokens
                for other_pair, other_sign in sides(other.folded)
                if other_pair == pair
            ]
            if any(_alike(token, other, pair, sign) for _, other in there):
                continue
            if there and all(value != (sign != _turned(token, claim.statement)) for value, _ in there):
                return f"{token.raw!r} against {there[0][1].raw!r} in the cited sentences"
    return None


def _turned(token: Token, reading: Reading) -> bool:
    """Whether a negation turns a word round; "insufficient" governs things, not what becomes of them."""
    return token.negated and not (
        token.folded.endswith("ed") and reading.tokens[token.cue].folded in lexicon.SHORT_NEGATIONS
    )


def _alike(token: Token, other: Token, pair: str, sign: bool) -> bool:
    """Whether both mean the same, so that a negation of one of them is for ``negation_changed``."""
    return token.stem == other.stem or ((pair, sign) in sides(other.folded) and token.meets(other))


def negation_changed(claim: Claim) -> str | None:
    """The words that a negation governs on one side are governed by one on the other side too.

    Where the clauses that tell of them hold an odd number of negative words each, or an even one, they agree.
    """
    mine, theirs = _cues(claim.statement, claim.evidence), _cues(claim.evidence, claim.statement)
    moved = [cue for cue in mine if _differing(cue, claim.statement, claim.evidence)]
    if moved and any(_differing(cue, claim.evidence, claim.statement) for cue in theirs):
        return f"{claim.statement.tokens[moved[0]].raw!r} negates something else in the cited sentences"
    for cues, here, there in ((mine, claim.statement, claim.evidence), (theirs, claim.evidence, claim.statement)):
        for cue in cues:
            differing = _differing(cue, here, there)
            if differing and not _balanced(cue, here, there):
                return f"{differing} is negated on one side only"
    plain = [token for number, token in claim.statement.cues.items() if number in mine and token.folded in _PLAIN]
    if plain and not lexicon.NEGATIVE.search(fold(claim.evidence.text).text) and _count(claim.statement.tokens) % 2:
        return f"the cited sentences hold no {plain[0].raw!r}"
    return None


def prefix_changed(claim: Claim) -> str | None:
    """What is "unregistered" on one side is not "registered" on the other."""
    for here, there in ((claim.statement, claim.evidence), (claim.evidence, claim.statement)):
        for token in here.content:
            base = undone(token.folded)
            if not base or token.negated or any(other.stem == token.stem for other in there.content):
                continue
            bare = [o for o in there.content if o.stem == base and not o.folded.startswith("authorit")]
            affirmed = bare and not any(other.negated or other.cue == AMBIGUOUS for other in bare)
            if affirmed and not any(other.stem == base for other in here.content):
                return f"{token.raw!r} against {bare[0].raw!r}"
    return None


def _balanced(cue: int, here: Reading, there: Reading) -> bool:
    """Whether the clause of a cue, and those of the other side that tell of it, come to the same yes or no."""
    mine = [token for token in here.tokens if token.clause == here.tokens[cue].clause]
    told = [token for token in mine if token.content and not _negative(token)]
    meeting = Counter(
        other.clause for other in there.content if any(t.stem == other.stem or t.meets(other) for t in told)
    )
    heads = {token.stem for token in here.heads(cue)}
    governed = Counter(token.clause for token in there.content if token.stem in heads)
    if not meeting or 2 * max(meeting.values()) < len(told):
        return False
    nearest = {clause for clause, count in meeting.items() if 2 * count > max(meeting.values())}
    nearest |= {clause for clause, count in governed.items() if count == max(governed.values())}
    theirs = [token for token in there.tokens if token.clause in nearest]
    one, other = _count(mine), _count(theirs)
    if one and other:
        return one % 2 == other % 2
    # Two plain ones side by side do not cancel out ("did not ask or did not get"); "cannot … without" does.
    return (one + other) % 2 == 0 and not all(t.folded in _PLAIN for t in (*mine, *theirs) if _negative(t))


def _count(tokens: Sequence[Token]) -> int:
    """Negative words; "neither" and "nor" count once, and so do several wants of a list."""
    negative = [
        token
        for number, token in enumerate(tokens)
        if _negative(token)
        or (token.folded in ("keep", "keeps", "kept") and any(each.folded == "from" for each in tokens[number:]))
    ]
    repeated = sum(token.folded == "nor" for token in negative if len(negative) > 1)
    wanting = sum(token.folded in lexicon.SHORT_NEGATIONS for token in negative)
    return len(negative) - repeated - max(0, wanting - 1)


def _negative(token: Token) -> bool:
    return (
        token.folded in _PLAIN | {"without"}
        or token.folded.endswith("n't")
        or token.stem in lexicon.NEGATING_STEMS | lexicon.DENIALS | lexicon.ENDING_STEMS
        or BASES.get(token.folded) in lexicon.NEGATING_STEMS
        or token.folded in lexicon.SHORT_NEGATIONS
        or token.folded in _SCARCE
        or bool(undone(token.folded))
    )


def _cues(here: Reading, there: Reading) -> set[int]:
    """Negations of one side that the other side does not repeat in the same or a like verb."""
    others = {token.stem for token in there.cues.values() if token.folded not in _PLAIN} | {
        token.stem for number, token in enumerate(there.tokens) if token.stem in lexicon.NEGATING_STEMS
    }
    denied = not others.isdisjoint(lexicon.DENIALS) or "turned down" in there.text
    return {
        number
        for number, token in here.cues.items()
        if not (token.folded in lexicon.RARELY and not (lexicon.RARELY | {"limited"}).isdisjoint(there.folded))
        and (token.folded in _PLAIN or not (token.stem in others or (denied and token.stem in lexicon.DENIALS)))
    }


def _differing(cue: int, here: Reading, there: Reading) -> str:
    """Words that only this side negates, where they outnumber those that both negate."""
    matching, differing = 0, []
    for head in here.heads(cue):
        if head.stem in _WEIGHTLESS or head.folded in SMALL or head.folded[0].isdigit():
            continue
        others = [token for token in there.content if token.stem == head.stem] or [
            token
            for token in there.content
            if token.meets(head) and not any(token.stem == own.stem for own in here.content)
        ]
        if not others:
            continue
        if any(token.cue == AMBIGUOUS or _subject(token, there) for token in others):
            continue
        if any(token.negated for token in others) or any(_undoes(token, head) for token in there.content):
            matching += 1
        elif all(token.negated for token in here.content if token.stem == head.stem):
            differing.append(head.raw)
    heads = here.heads(cue)
    weighty = [head for head in heads if head.stem not in _WEIGHTLESS and not head.folded[0].isdigit()]
    if here.tokens[cue].folded not in _PLAIN and 2 * len(differing) < len(weighty):
        return ""
    if (
        not any(token.stem == head.stem for head in heads for token in there.content)
        and 2 * _told(cue, here, there) < 1
    ):
        return ""
    return ", ".join(map(repr, differing)) if len(differing) > matching else ""


def _undoes(token: Token, head: Token) -> bool:
    """Whether a word is another's opposite by its prefix ("untreated", "without treatment")."""
    base = undone(token.folded)
    return bool(base) and head.stem.startswith(base)


_AUXILIARY = frozenset("is are was were may can could does do did has have had must will would should".split())


def _subject(token: Token, reading: Reading) -> bool:
    """Whether a word stands before the plain "not" of its clause, which then denies something of it."""
    return any(
        other.clause == token.clause
        and other.start > token.end
        and (other.folded == "cannot" or (other.folded == "not" and reading.tokens[number - 1].folded in _AUXILIARY))
        for number, other in reading.cues.items()
    )


def _told(cue: int, here: Reading, there: Reading) -> float:
    """Share of the words of a cue's clause that the other side has."""
    clause = [token for token in here.content if token.clause == here.tokens[cue].clause]
    return sum(any(token.meets(other) for other in there.content) for token in clause) / max(1, len(clause))
