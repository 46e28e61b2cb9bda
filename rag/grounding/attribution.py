"""What somebody says, believes or denies stays theirs."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from rag.grounding import lexicon
from rag.grounding.acronyms import ACRONYMS
from rag.grounding.claim import Claim
from rag.grounding.names import key
from rag.grounding.numbers import MONTHS
from rag.grounding.reading import Reading
from rag.grounding.thesaurus import BASES
from rag.grounding.tokens import Token, speaks

_BE = frozenset("was were been be being is are".split())
_PUBLISHER = frozenset("report reports edition state department us country kazakhstan human rights practices".split())
_SPEAKERS = (
    frozenset("observer monitor activist advocate defender group ngo organization expert critic opponent".split()),
    frozenset("official authority government ministry police officer prosecutor".split()),
    frozenset("media press journalist outlet account".split()),
    frozenset("supporter backer ally follower sympathizer".split()),
    frozenset("people individual person resident citizen".split()),
    frozenset("lawyer attorney counsel".split()),
    frozenset("inmate prisoner detainee".split()),
    frozenset("brief court foundation".split()),
    frozenset("ombudsman commissioner azimova office".split()),
)
"""Kinds of speaker that paraphrases exchange for one another."""


def attribution_dropped(claim: Claim) -> str | None:
    """A statement made of what somebody said says who, or at least that it was said."""
    # A speaker inside somebody's words ("media reported that she said") does not stand for that one.
    inner = {token.folded for token in claim.evidence.tokens if token.attributed and token.content} - {
        token.folded for token in claim.evidence.tokens if not token.attributed
    }
    if _attributes(claim.statement, inner):
        return None
    there = [
        others
        for token, others in claim.aligned
        if others
        and token.stem not in lexicon.SPEECH_STEMS
        and token.folded not in _TIMES
        and token.folded[0].isalpha()
    ]
    spoken = sum(all(other.attributed for other in others) for others in there)
    acts = [others for token, others in claim.aligned if others and _act(token)]
    told = len(acts) > 0 and all(other.attributed for others in acts for other in others)
    if len(there) >= 2 and (spoken / len(there) > 0.6 or (told and spoken >= 2)):
        return "the cited sentences do not say this themselves: they say who said it"
    return None


def _act(token: Token) -> bool:
    """Whether a word is a past tense or participle, which carries what a clause asserts."""
    return (
        (token.folded.endswith("ed") or token.folded in BASES)
        and not token.capital
        and token.stem not in lexicon.SPEECH_STEMS
    )


def _attributes(reading: Reading, inner: AbstractSet[str]) -> bool:
    """Whether a text says that somebody says it, in other words than ``inner``."""
    said = [
        token
        for number, token in enumerate(reading.tokens)
        if speaks(token, reading.after(number), list(reading.tokens[max(0, number - 1) : number]))
    ]
    acts = lexicon.REPORT_WORDS | lexicon.RECORD_WORDS | lexicon.SPOKEN_WORDS | lexicon.SPEECH_ACTS
    return (
        any(token.folded not in inner for token in said)
        or (not said and any(token.attributed for token in reading.tokens))
        or bool(lexicon.VIEWS.search(reading.text.lower()))
        or any(
            token.folded in acts or token.stem in lexicon.DENIALS | lexicon.FACTIVE_STEMS
            for token in reading.tokens
            if token.folded not in inner
        )
    )


def allegation_dropped(claim: Claim) -> str | None:
    """What is "allegedly" so in the evidence is not plainly so in the statement."""
    for number, token in enumerate(claim.evidence.tokens):
        if token.folded not in lexicon.REPORT_WORDS:
            continue
        following = [t for t in claim.evidence.tokens[number + 1 : number + 6] if t.content][:2]
        roots = {following[0].stem, BASES.get(following[0].folded)} if following else set()
        said = [t for t in claim.statement.content if t.stem in roots or (following and t.meets(following[0]))]
        if said and not any(t.attributed for t in said) and lexicon.REPORT_WORDS.isdisjoint(claim.statement.folded):
            return f"the cited sentences say {token.raw!r} {following[0].raw!r}"
    return None


def vouched(claim: Claim) -> str | None:
    """No "confirmed" or "admitted" is said where the evidence only has somebody's claim."""
    mine = [
        token
        for token in claim.statement.tokens
        if token.stem in lexicon.FACTIVE_STEMS
        and not token.folded.startswith(("demonstrator", "demonstration", "establishment"))
        and not token.negated
        and not (any(token.meets(other) for other in claim.evidence.content) and _forced(claim.statement, token))
    ]
    there = {token.stem for token in claim.evidence.tokens}
    if mine and any(token.attributed for token in claim.evidence.tokens) and there.isdisjoint(lexicon.FACTIVE_STEMS):
        return f"{mine[0].raw!r} vouches for what the cited sentences only report"
    return None


def _forced(reading: Reading, token: Token) -> bool:
    """Whether a word is what somebody is brought to do ("to admit")."""
    return reading.text[: token.start].endswith(" to ")


def speaker_changed(claim: Claim) -> str | None:
    """Somebody who speaks in the statement speaks in the evidence, or a pronoun there may stand for them."""
    mine, theirs = speakers(claim.statement, 8), speakers(claim.evidence, 40)
    if not mine or not theirs:
        return None
    pool = [token for speaker in theirs for token in speaker]
    pronouns = any(not speaker for speaker in theirs)
    context = {key(token.folded) for token in claim.context.tokens} if pronouns else set()
    opening = [t for t in claim.statement.content if not t.attributed and t.folded not in _TIMES][:4]
    if any(_alike(token, other) for token in opening for other in theirs[0]):
        return None
    for speaker in mine:
        if not speaker or all(token.folded in _PUBLISHER or token.folded.isdigit() for token in speaker):
            return None
        if any(_alike(token, other) for token in speaker for other in pool) or _spelled(speaker, pool):
            return None
        if any(key(token.folded) in context for token in speaker):
            return None
    shown = " ".join(token.raw for token in sorted(mine[0], key=lambda token: token.start))
    return f"{shown!r} is not who says it in the cited sentences"


def _spelled(mine: Sequence[Token], theirs: Sequence[Token]) -> bool:
    """Whether one side has the other's acronym."""
    spelled = {part for t in theirs if t.raw.isupper() for name in ACRONYMS.get(t.folded, ()) for part in name.split()}
    if any(token.folded in spelled for token in mine):
        return True
    for short, long in ((mine, theirs), (theirs, mine)):
        initials = "".join(token.raw[0].lower() for token in sorted(long, key=lambda token: token.start))
        if any(token.raw.isupper() and len(token.raw) > 1 and token.folded in initials for token in short):
            return True
    return False


def _alike(mine: Token, other: Token) -> bool:
    one, two = mine.folded.removesuffix("s"), other.folded.removesuffix("s")
    return one == two or key(one) == key(two) or any(one in kind and two in kind for kind in _SPEAKERS)


def speakers(reading: Reading, reach: int) -> list[Sequence[Token]]:
    """Words that name each speaker; an empty run where a pronoun does."""
    found: list[Sequence[Token]] = []
    tokens = reading.tokens
    for number, token in enumerate(tokens):
        before = tokens[max(0, number - 2) : number]
        if token.folded in _VIEW and [t.folded for t in before] == ["in", "the"]:
            found.append([t for t in _until_break(tokens[number + 2 : number + 12]) if t.content])
            continue
        if not speaks(token, reading.after(number), list(before)) or any(t.folded in _BE for t in before):
            continue
        if token.folded == "according":
            named = _until_break(tokens[number + 2 : number + 12])
        else:
            named = _until_break(tokens[max(0, number - reach) : number][::-1], "." if reach > 8 else _BREAKS)
        found.append(
            [t for t in named if t.content and t.folded not in _MANNERS | lexicon.SOME_WORDS | lexicon.MOST_WORDS]
        )
    return found


_TIMES = frozenset(MONTHS) | frozenset(
    "day week month year morning evening night next early late later same during following".split()
)
"""They tell when it was said as often as when it was."""
_MANNERS = frozenset("further also later then again".split())
_VIEW = frozenset("view words opinion eyes assessment".split())
_BREAKS = ',;:.()"“”'


def _until_break(tokens: Sequence[Token], marks: str = _BREAKS) -> list[Token]:
    found: list[Token] = []
    for token in tokens:
        if token.raw in marks or (marks != "." and token.folded in ("that", "which", "who", "but", "although")):
            break
        found.append(token)
    return found
