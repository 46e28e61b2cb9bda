"""Who did it to whom, and who is what."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from rag.grounding import lexicon
from rag.grounding.claim import Claim
from rag.grounding.names import key
from rag.grounding.reading import Reading, Token
from rag.grounding.thesaurus import BASES

_BE = frozenset("was were is are been be being".split())


def reversed_roles(claim: Claim) -> str | None:
    """Subject and object of a verb do not change places ("was attacked by a guard", "attacked a guard")."""
    for reach in (2, 4):
        theirs = _events(claim.evidence, reach)
        for verb, agents, patients in _events(claim.statement, reach):
            for other, their_agents, their_patients in theirs:
                if _base(verb) == _base(other) and _crossed(
                    agents, patients, their_agents, their_patients, strict=reach > 2
                ):
                    return f"who did it and to whom is the other way round at {verb.raw!r}"
    return None


def changed_agent(claim: Claim) -> str | None:
    """Who does it "by" the evidence does it in the statement, where the evidence gives the other another part."""
    theirs = _agents(claim.evidence)
    for verb, agent in _agents(claim.statement):
        others = [other for their_verb, other in theirs if their_verb.stem == verb.stem]
        for other in others:
            known = {token.stem for token in claim.evidence.content}
            mine = _stems(agent)
            if mine and len(others) == 1 and not mine & _stems(other) and mine <= known:
                return f"{verb.raw!r} by {' '.join(token.raw for token in other)!r} in the cited sentences"
    return None


def _agents(reading: Reading) -> list[tuple[Token, list[Token]]]:
    """Verbs in "-ed" with the words right after their "by"."""
    found = []
    for number, verb in enumerate(reading.tokens):
        by = _by(reading.tokens, number) if verb.folded.endswith("ed") else None
        if by:
            agent: list[Token] = []
            for token in reading.tokens[by + 1 : by + 7]:
                if not token.content and (agent or token.folded not in ("the", "a", "an")):
                    break
                if token.content:
                    agent.append(token)
            if agent and not agent[0].folded.endswith("ing"):
                found.append((verb, agent))
    return found


def changed_subject(claim: Claim) -> str | None:
    """The name before a verb is the evidence's subject of that verb, not somebody whom it names elsewhere."""
    theirs = _subjects(claim.evidence)
    names = {key(token.folded) for token in claim.evidence.tokens if token.capital}
    for verb, subject in _subjects(claim.statement):
        others = [other for their_verb, other in theirs if their_verb.folded == verb.folded]
        if len(others) != 1 or not subject.capital or key(subject.folded) not in names:
            continue
        other = others[0]
        run = {key(part) for pair in _name_runs(claim.evidence) if other.folded in pair for part in pair}
        same = key(subject.folded) in run | {key(other.folded)} or other.meets(subject)
        if not same and (other.capital or other.folded not in lexicon.SUBJECT_WORDS):
            return f"{other.raw} {verb.raw!r} in the cited sentences"
    return None


def _name_runs(reading: Reading) -> list[tuple[str, str]]:
    return [
        (first.folded, second.folded)
        for first, second in pairwise(reading.tokens)
        if first.capital and second.capital and second.start - first.end == 1
    ]


def _subjects(reading: Reading) -> list[tuple[Token, Token]]:
    """Active verbs in "-ed" or irregular ones with the content word right before them."""
    found = []
    for number, verb in enumerate(reading.tokens[1:], 1):
        if verb.capital or not verb.content or not (verb.folded.endswith("ed") or verb.folded in lexicon.IRREGULAR):
            continue
        at = number - 1
        while at > 0 and (
            reading.tokens[at].folded.endswith("ly") or reading.tokens[at].folded in ("had", "also", "has")
        ):
            at -= 1
        before = reading.tokens[at]
        if before.content and not before.folded[0].isdigit():
            found.append((verb, before))
    return found


def _base(verb: Token) -> str:
    return BASES.get(verb.folded, verb.stem)


def _crossed(
    agents: Sequence[Token],
    patients: Sequence[Token],
    their_agents: Sequence[Token],
    their_patients: Sequence[Token],
    *,
    strict: bool,
) -> bool:
    mine, mine_too = _stems(agents), _stems(patients)
    theirs, theirs_too = _stems(their_agents), _stems(their_patients)
    swapped = (mine & theirs_too) - theirs - mine_too and (mine_too & theirs) - theirs_too - mine
    straight = (mine & theirs) - theirs_too or (mine_too & theirs_too) - theirs
    return bool(swapped) and not (strict and straight)


def _stems(tokens: Sequence[Token]) -> set[str]:
    return {token.stem for token in tokens if not token.folded.endswith(("ed", "ing", "ly"))}


_Event = tuple[Token, Sequence[Token], Sequence[Token]]


def _events(reading: Reading, reach: int) -> list[_Event]:
    """Words in "-ed" or after "to" with those before and after them in reach, turned round for a passive with "by"."""
    found: list[_Event] = []
    tokens = reading.tokens
    for number, verb in enumerate(tokens):
        if not verb.content or verb.capital or not _verbal(tokens, number):
            continue
        before = _near(reversed(tokens[:number]), reach)
        after = _near(iter(tokens[number + 1 :]), reach)
        passive = folded_verb(verb) and any(token.folded in _BE for token in tokens[max(0, number - 3) : number])
        by = _by(tokens, number)
        if passive or by == number + 1:
            found.append((verb, _near(iter(tokens[by + 1 :]), reach) if by else [], before))
        else:
            found.append((verb, before, after))
    return found


def _by(tokens: Sequence[Token], number: int) -> int | None:
    """Position of the "by" that belongs to the verb at ``number``."""
    for place in range(number + 1, min(number + 9, len(tokens))):
        if tokens[place].raw in ",.;:":
            return None
        if tokens[place].folded == "by":
            return place
    return None


def folded_verb(verb: Token) -> bool:
    return verb.folded not in ("part", "member", "successor")


def _verbal(tokens: Sequence[Token], number: int) -> bool:
    folded = tokens[number].folded
    if folded in ("part", "member", "successor"):
        return bool(_BE & {token.folded for token in tokens[max(0, number - 2) : number]})
    if folded == "failed":
        return False
    return (
        folded.endswith("ed")
        or folded in BASES
        or folded in ("beat", "hit")
        or (number > 0 and tokens[number - 1].folded == "to")
    )


def _near(tokens: Iterable[Token], reach: int) -> list[Token]:
    found: list[Token] = []
    for token in tokens:
        if token.raw in ".;:()":
            break
        if token.content:
            found.append(token)
        if len(found) == reach:
            break
    return found


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
        if beside and tokens[at].folded in ("was", "is") and tokens[at + 1].folded in ("a", "an"):
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
        if not (tokens[number].capital and tokens[number].content):
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
