"""How surely: what may, should or will be, is asked for, planned or under way, is not said to be so, nor to be over."""

import re
from collections import Counter
from collections.abc import Sequence

from rag.grounding import lexicon
from rag.grounding.claim import Claim
from rag.grounding.reading import Reading
from rag.grounding.tokens import Token
from rag.quotes import fold
from rag.text.words import stem


def possibility(claim: Claim) -> str | None:
    """What may happen is not said to happen, nor what must happen to be free."""
    mine, theirs = fold(claim.statement.text).text, fold(claim.evidence.text).text
    if (must := lexicon.MUST.search(mine)) and not lexicon.NECESSARY.search(theirs):
        return f"the cited sentences do not say {must.group()!r}"
    required, permitted = (_governed(claim.evidence, w) for w in (lexicon.NECESSARY_WORDS, lexicon.POSSIBLE_WORDS))
    for theirs_governed, words in ((required, lexicon.POSSIBLE_WORDS), (permitted, lexicon.NECESSARY_WORDS)):
        for verb in _governed(claim.statement, words):
            if any(verb.stem == other.stem for other in theirs_governed):
                return f"{verb.raw!r} is what may be on one side and must be on the other"
    for match in lexicon.OBLIGED.finditer(theirs):
        free = [verb for verb in _governed(claim.statement, lexicon.POSSIBLE_WORDS) if verb.stem == stem(match["verb"])]
        if free and not free[0].negated and not lexicon.NECESSARY.search(mine):
            return f"the cited sentences say {match.group()!r}"
    if lexicon.FREE.search(mine) and not lexicon.NECESSARY.search(mine):
        for verb in _governed(claim.evidence, lexicon.NECESSARY_WORDS):
            if any(token.meets(verb) for token in claim.statement.content):
                return f"the cited sentences say {verb.raw!r} must be"
    if not lexicon.POSSIBLE.search(mine):
        tokens = claim.evidence.tokens
        for number, token in enumerate(tokens):
            if token.stem == "possibl" and _kept_after(claim, tokens[number + 1 : number + 5]):
                return f"the cited sentences say {token.raw!r}"
        for verb in _governed(claim.evidence, lexicon.POSSIBLE_WORDS):
            if not verb.negated and any(token.stem == verb.stem for token in claim.statement.content):
                return f"the cited sentences say {verb.raw!r} may be"
    return None


def _kept_after(claim: Claim, tokens: Sequence[Token]) -> bool:
    following = [token for token in tokens if token.content][:1]
    return any(token.meets(other) for token in following for other in claim.statement.content)


def _governed(reading: Reading, modals: frozenset[str]) -> list[Token]:
    """The first content word after each of ``modals``, adverbs left out, that stands nowhere without one."""
    found = []
    for number, token in enumerate(reading.tokens):
        denied = reading.after(number) in ("not", "never")
        if token.folded in modals and not token.capital and not (denied and modals is lexicon.NECESSARY_WORDS):
            verb = next(
                (t for t in reading.tokens[number + 1 : number + 6] if t.content and not t.folded.endswith("ly")), None
            )
            if verb:
                found.append(verb)
                at = reading.tokens.index(verb)
                if reading.after(at) == "to" and at + 2 < len(reading.tokens) and reading.tokens[at + 2].content:
                    found.append(reading.tokens[at + 2])
    counts = Counter(token.stem for token in reading.content)
    return [verb for verb in found if counts[verb.stem] <= sum(other.stem == verb.stem for other in found)]


def unreal(claim: Claim) -> str | None:
    """What was promised, planned, tried or is under way is not said to be done."""
    mine, theirs = fold(claim.statement.text).text, fold(claim.evidence.text).text
    stems = {token.stem for token in claim.statement.content}
    if not lexicon.UNREAL.search(mine):
        for match in lexicon.UNREAL_BEFORE_TO.finditer(theirs):
            verb = match["verb"] or match["aim"]
            if match.group() not in mine and stem(verb) in stems and len(re.findall(rf"\b{verb}", theirs)) == 1:
                return f"the cited sentences say {match.group()!r}"
        for token in claim.evidence.tokens:
            if lexicon.PROPOSED.fullmatch(token.folded) and _kept(claim, token) and not _repeated(claim, token):
                return f"the cited sentences say {token.raw!r}"
    for match in lexicon.UNDER_WAY.finditer(theirs):
        root = stem(match["verb"])
        done = [t for t in claim.statement.content if t.stem == root and t.folded.endswith("ed")]
        past = re.search(rf"\b(?:had|has|have|after|once) (?:\w+ )?{re.escape(match['verb'][:4])}", mine)
        finished = not match.group().startswith("w") or past
        over = lexicon.OVER.search(mine) and root in stems
        if (over or (done and finished)) and not re.search(r"\b(?:being|continu|under|ongoing)", mine):
            return f"the cited sentences say {match.group()!r}"
    return None


def settled(claim: Claim) -> str | None:
    """What goes on in the evidence is not said to be resolved or finished."""
    mine, theirs = fold(claim.statement.text).text, fold(claim.evidence.text).text
    still, over = lexicon.STILL.search(theirs), lexicon.SETTLED.search(mine)
    if still and over and not lexicon.SETTLED.search(theirs) and not lexicon.NOT_YET.search(mine):
        return f"the cited sentences say {still.group()!r}"
    return None


def _repeated(claim: Claim, token: Token) -> bool:
    """Whether the evidence speaks a second time of what it calls planned."""
    noun = next((t for t in claim.evidence.content if t.start > token.end), None)
    return noun is not None and sum(t.stem == noun.stem for t in claim.evidence.content) > 1


def _kept(claim: Claim, token: Token) -> bool:
    """Whether the statement has most of the words beside ``token``."""
    beside = [t for t in claim.evidence.content if t.clause in (token.clause, token.clause + 1) and t is not token][:6]
    return sum(any(t.stem == other.stem for other in claim.statement.content) for t in beside) * 2 > len(beside)


def certainty(claim: Claim) -> str | None:
    """Nothing is called certain that the evidence does not call so."""
    match = lexicon.CERTAIN.search(fold(claim.statement.text).text)
    if match and not lexicon.CERTAIN.search(fold(claim.evidence.text).text):
        return f"the cited sentences do not say {match.group()!r}"
    return None


def desired(claim: Claim) -> str | None:
    """What should or will be is not said to have been."""
    mine, theirs = fold(claim.statement.text).text, fold(claim.evidence.text).text
    if (
        re.search(r"\bbe \w", mine)
        or lexicon.UNREAL.search(mine)
        or lexicon.NECESSARY.search(mine)
        or lexicon.POSSIBLE.search(mine)
    ):
        return None
    for match in lexicon.DESIRED.finditer(theirs):
        root = stem(match["verb"])
        done = [t for t in claim.statement.content if t.stem == root and t.folded.endswith("ed")]
        if done and sum(t.stem == root for t in claim.evidence.content) == 1:
            return f"the cited sentences say {match.group()!r}"
    return None


def request(claim: Claim) -> str | None:
    """What somebody asks for, or recommends, they do not order."""
    mine, theirs = fold(claim.statement.text).text, fold(claim.evidence.text).text
    asked, order = lexicon.REQUESTS.search(theirs), lexicon.ORDERS.search(mine)
    if asked and order and not lexicon.ORDERS.search(theirs) and not lexicon.REQUESTS.search(mine):
        return f"the cited sentences say {asked.group()!r}"
    return None


def pending(claim: Claim) -> str | None:
    """What is still to come, or under way, is not said to be over."""
    mine, theirs = fold(claim.statement.text).text, fold(claim.evidence.text).text
    match = lexicon.PENDING.search(theirs)
    ended = [found for found in lexicon.ENDED.findall(mine) if found not in theirs]
    if match and ended and not lexicon.NOT_YET.search(mine):
        noun = match["noun"]
        if noun and stem(noun) in {token.stem for token in claim.statement.content}:
            return f"the cited sentences say {match.group()!r}"
    return None
