"""Who did it, and to whom."""

from collections.abc import Sequence
from itertools import pairwise

from rag.grounding import lexicon
from rag.grounding.claim import Claim
from rag.grounding.names import TITLES, key
from rag.grounding.numbers import MONTHS
from rag.grounding.reading import Reading
from rag.grounding.thesaurus import BASES
from rag.grounding.tokens import Token

_BE = frozenset("was were is are been be being".split())


def reversed_roles(claim: Claim) -> str | None:
    """Subject and object of a verb do not change places ("was attacked by a guard", "attacked a guard")."""
    for reach in _REACHES:
        theirs = _events(claim.evidence, reach)
        for verb, agents, patients in _events(claim.statement, reach):
            for other, their_agents, their_patients in theirs:
                if _base(verb) == _base(other) and _crossed(agents, patients, their_agents, their_patients, reach):
                    return f"who did it and to whom is the other way round at {verb.raw!r}"
    return None


def object_acting(claim: Claim) -> str | None:
    """Whom the evidence names as the one that something is done to does not do it ("X detained a policeman")."""
    theirs = _direct(claim.evidence)
    for verb, subject, _ in _direct(claim.statement):
        others = [found for found in theirs if found[0].folded == verb.folded]
        if len(others) != 1:
            continue
        _, their_subject, their_object = others[0]
        elsewhere = {t.stem for t in claim.evidence.content if t not in their_object}
        acting = [token for token in subject if token.stem in _stems(their_object) - elsewhere]
        if all(token.folded in _PRONOUNS for token in their_subject):
            # "She hit a policeman" names the one that is hit alone.
            acting += [token for token in subject if any(token.meets(other) for other in their_object)]
        if acting and not any(token.meets(other) for token in subject for other in their_subject):
            return f"{acting[0].raw!r} is whom they {verb.raw!r} in the cited sentences"
    return None


def _direct(reading: Reading) -> list[tuple[Token, list[Token], list[Token]]]:
    """Active verbs with the phrase right before them, "she" included, and the one right after them."""
    found = []
    tokens = reading.tokens
    for number, verb in enumerate(tokens[1:-1], 1):
        past = verb.folded.endswith("ed") or verb.folded in BASES or verb.folded in lexicon.IRREGULAR
        before, after = tokens[number - 1], tokens[number + 1]
        if verb.capital or not past or not (before.content or before.folded in _PRONOUNS):
            continue
        if not (after.content or after.folded in _DETERMINERS) or after.folded.endswith("ly"):
            continue
        phrase: list[Token] = []
        for token in reversed(tokens[:number]):
            if not (token.content or token.folded in _PRONOUNS):
                break
            phrase.append(token)
        objects: list[Token] = []
        for token in tokens[number + 1 : number + 9]:
            if not token.content and token.folded not in _DETERMINERS:
                break
            if token.content:
                objects.append(token)
        found.append((verb, phrase, objects))
    return found


_PRONOUNS = frozenset("he she they who it".split())


def changed_agent(claim: Claim) -> str | None:
    """Who does it "by" the evidence does it in the statement, where the evidence gives the other another part."""
    theirs, mine = _agents(claim.evidence), _agents(claim.statement)
    known = {token.stem for token in claim.evidence.content}
    for verb, agent in mine:
        others = [other for their_verb, other in theirs if their_verb.stem == verb.stem]
        stated = {stem for my_verb, other in mine if my_verb.stem == verb.stem for stem in _stems(other)}
        if len(others) == 1 and stated and not stated & _stems(others[0]) and _stems(agent) <= known:
            return f"{verb.raw!r} by {' '.join(token.raw for token in others[0])!r} in the cited sentences"
    return None


def _agents(reading: Reading) -> list[tuple[Token, list[Token]]]:
    """Verbs in "-ed" with the words right after their "by"."""
    found = []
    for number, verb in enumerate(reading.tokens):
        by = _by(reading.tokens, number) if verb.folded.endswith("ed") else None
        if by and (by == number + 1 or _passive(reading.tokens, number)):
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
    pairs = [*_name_runs(claim.evidence), *_name_runs(claim.context)]
    for verb, subject, head in _subjects(claim.statement):
        others = [found for found in theirs if found[0].folded == verb.folded]
        mine = {key(token.folded) for token in subject if token.capital} - TITLES
        if (
            len(others) != 1
            or not mine
            or not head.capital
            or (head.initial and len(subject) == 1 and not mine & names)
        ):
            continue
        _, other, other_head = others[0]
        if not other_head.capital and any(_possessive(each) and key(each.folded) in mine for each in other):
            return f"{other_head.raw} {verb.raw!r} in the cited sentences"
        spoken = verb.stem in lexicon.SPEECH_STEMS or verb.folded in lexicon.SPEECH_FORMS
        if not mine & names and (spoken or not other_head.capital):
            continue
        run = {key(part) for pair in pairs for part in pair if any(t.folded in pair for t in other)}
        known = (run | {key(token.folded) for token in other}) - TITLES
        same = mine & known or any(token.meets(each) for token in subject for each in other if not token.capital)
        if not same and (any(t.capital for t in other) or other[0].folded not in lexicon.SUBJECT_WORDS):
            return f"{other_head.raw} {verb.raw!r} in the cited sentences"
    return None


def _possessive(token: Token) -> bool:
    return token.capital and token.raw.endswith(("’s", "'s"))


def _name_runs(reading: Reading) -> list[tuple[str, str]]:
    return [
        (first.folded, second.folded)
        for first, second in pairwise(reading.tokens)
        if first.capital and second.capital and second.start - first.end == 1
    ]


def _subjects(reading: Reading) -> list[tuple[Token, list[Token], Token]]:
    """Active verbs in "-ed" or irregular ones, with the words of the phrase right before them and its head."""
    found = []
    tokens = reading.tokens
    for number, verb in enumerate(tokens[1:], 1):
        if verb.capital or not verb.content or not (verb.folded.endswith("ed") or verb.folded in lexicon.IRREGULAR):
            continue
        at = number - 1
        while at > 0 and (tokens[at].folded.endswith("ly") or tokens[at].folded in _BEFORE_VERBS):
            at -= 1
        if reading.after(number) == "by" or not tokens[at].content or tokens[at].folded[0].isdigit():
            continue
        phrase: list[Token] = []
        head = tokens[at]
        while at >= 0 and (tokens[at].content or tokens[at].folded in _INSIDE) and not tokens[at].folded.endswith("ed"):
            if tokens[at].content:
                phrase.insert(0, tokens[at])
            elif tokens[at].folded in ("of", "in", "for", "at") and tokens[at - 1].content:
                head = tokens[at - 1]
            at -= 1
        if phrase and (at < 0 or tokens[at].folded not in _BEFORE_PLACES):
            found.append((verb, phrase, head))
    return found


_BEFORE_VERBS = frozenset("had has have also then later".split())
_INSIDE = frozenset("the a an of in for at and".split())
_BEFORE_PLACES = frozenset("under by with near from on against between to through".split())


def _base(verb: Token) -> str:
    return BASES.get(verb.folded, verb.stem)


def _crossed(
    agents: Sequence[Token],
    patients: Sequence[Token],
    their_agents: Sequence[Token],
    their_patients: Sequence[Token],
    reach: int,
) -> bool:
    mine, mine_too = _stems(agents), _stems(patients)
    theirs, theirs_too = _stems(their_agents), _stems(their_patients)
    taken = (mine & theirs_too) - theirs - mine_too
    given = (mine_too & theirs) - theirs_too - mine
    straight = (mine & theirs) - theirs_too
    if reach == _REACHES[1] and len(taken | given) < 4:
        straight |= (mine_too & theirs_too) - theirs
    if given and not taken and not mine & theirs and (reach <= _REACHES[1] or not mine & theirs_too):
        # "They sued her" names no one that she could be found among.
        named = any(token.capital for token in agents) or reach <= _REACHES[1]
        return bool(mine) and named and any(token.folded in _OBJECTS for token in their_patients[:4])
    return bool(taken and given) and not (reach > _REACHES[0] and straight)


def _stems(tokens: Sequence[Token]) -> set[str]:
    return {
        token.stem
        for token in tokens
        if token.content
        and (token.capital or not token.folded.endswith(("ed", "ing", "ly")))
        and token.folded not in MONTHS
        and token.folded not in _MODAL_NOUNS
        and not token.folded[0].isdigit()
    }


_Event = tuple[Token, Sequence[Token], Sequence[Token]]


def _events(reading: Reading, reach: int) -> list[_Event]:
    """Verbs with the words before and after them in reach, turned round for a passive with "by"."""
    found: list[_Event] = []
    tokens = reading.tokens
    for number, verb in enumerate(tokens):
        if not verb.content or verb.capital or not _verbal(tokens, number):
            continue
        before = _near(tokens[:number][::-1], reach)
        after = _near(tokens[number + 1 :], reach)
        by = _by(tokens, number)
        if number and tokens[number - 1].folded in _DETERMINERS:
            continue
        if number + 2 < len(tokens) and tokens[number + 1].folded in _PARTICLES and tokens[number + 2].folded == "to":
            continue  # "Soldiers brought in to search" did not bring in anybody.
        if (by and _adjoining(tokens, number, by)) or (
            verb.folded not in _OFFICES and not verb.folded.endswith("ing") and _passive(tokens, number)
        ):
            found.append((verb, _near(tokens[by + 1 :], reach) if by else [], before))
        else:
            found.append((verb, before, after))
    return found


def _adjoining(tokens: Sequence[Token], number: int, by: int) -> bool:
    """Whether "by" stands right after its verb, or after its particle ("brought in by")."""
    return by == number + 1 or (by == number + 2 and tokens[number + 1].folded in _PARTICLES)


def _passive(tokens: Sequence[Token], number: int) -> bool:
    return any(token.folded in _BE for token in tokens[max(0, number - 3) : number])


def _by(tokens: Sequence[Token], number: int) -> int | None:
    """Position of the "by" that belongs to the verb at ``number``."""
    for place in range(number + 1, min(number + 9, len(tokens))):
        if tokens[place].raw in ",.;:":
            return None
        if tokens[place].folded == "by":
            return place
    return None


def _verbal(tokens: Sequence[Token], number: int) -> bool:
    folded = tokens[number].folded
    before = tokens[number - 1].folded if number else ""
    if folded in _OFFICES:
        return bool(_BE & {token.folded for token in tokens[max(0, number - 2) : number]})
    if folded == "failed" or folded.startswith("un"):
        return False
    if folded.endswith("s") and number + 1 < len(tokens):
        following = tokens[number + 1]
        return following.folded in _DETERMINERS and bool(number) and tokens[number - 1].content
    return (
        folded.endswith("ed")
        or (folded.endswith("ing") and before in ("of", "for"))
        or folded in BASES
        or folded in ("beat", "hit", "cut")
        or before in _BEFORE_INFINITIVES
    )


def _near(tokens: Sequence[Token], reach: int) -> list[Token]:
    """The first content words and object pronouns, parentheses passed over."""
    found: list[Token] = []
    depth = 0
    for place, token in enumerate(tokens):
        if token.raw in "()":
            depth = 0 if depth or place > 3 else 1
            if place > 3 and not depth and token.raw == "(":
                break
            continue
        if depth:
            continue
        if token.raw in ".;:" or (reach > _REACHES[0] and token.folded in lexicon.CLAUSE_WORDS | {"that"}):
            break
        if token.content or token.folded in _OBJECTS:
            found.append(token)
        if sum(not each.folded.endswith("ly") for each in found) == reach:
            break
    return found


_REACHES = (2, 4, 10)
"""Content words on each side of a verb; in the farthest only those of the same clause count."""
_OFFICES = frozenset("part member successor".split())
_PARTICLES = frozenset("in out up off down".split())
_OBJECTS = frozenset("her him".split())
_MODAL_NOUNS = frozenset("power powers right rights authority ability obligation duty order orders".split())
_DETERMINERS = frozenset("the a an his her its their all any every".split())
_BEFORE_INFINITIVES = frozenset("to must may might can could will would shall should".split())
