"""How many, how often, how surely: a statement claims no more than the evidence."""

import re
from collections import Counter
from collections.abc import Sequence

from rag.grounding import lexicon
from rag.grounding.claim import Claim
from rag.grounding.numbers import quantities
from rag.grounding.reading import Reading, Token
from rag.quotes import fold
from rag.words import stem

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
        and not token.negated
        and token.folded not in claim.evidence.folded
        and not (token.folded in ("all", "every") and claim.statement.after(number) in lexicon.PERIODS)
    ]
    if mine and claim.evidence.folded.isdisjoint(lexicon.UNIVERSAL_GROUNDS):
        return f"the cited sentences do not say {mine[0].raw!r}"
    return None


def majority(claim: Claim) -> str | None:
    """Words such as "most" and "often" need as much in the evidence."""
    mine = [t for t in claim.statement.tokens if t.folded in lexicon.MOST_WORDS]
    if mine and claim.evidence.folded.isdisjoint(lexicon.MOST_GROUNDS | lexicon.UNIVERSAL_GROUNDS):
        return f"the cited sentences do not say {mine[0].raw!r}"
    return None


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
            if any(token.stem == verb.stem for token in claim.statement.content):
                return f"the cited sentences say {verb.raw!r} may be"
    return None


def _kept_after(claim: Claim, tokens: Sequence[Token]) -> bool:
    following = [token for token in tokens if token.content][:1]
    return any(token.meets(other) for token in following for other in claim.statement.content)


def _governed(reading: Reading, modals: frozenset[str]) -> list[Token]:
    """The first content word after each of ``modals``, adverbs left out, that stands nowhere without one."""
    found = []
    for number, token in enumerate(reading.tokens):
        if token.folded in modals and not token.capital:
            verb = next(
                (t for t in reading.tokens[number + 1 : number + 6] if t.content and not t.folded.endswith("ly")), None
            )
            if verb:
                found.append(verb)
    counts = Counter(token.stem for token in reading.content)
    return [verb for verb in found if counts[verb.stem] <= sum(other.stem == verb.stem for other in found)]


def unreal(claim: Claim) -> str | None:
    """What was promised, planned, tried or is under way is not said to be done."""
    mine, theirs = fold(claim.statement.text).text, fold(claim.evidence.text).text
    stems = {token.stem for token in claim.statement.content}
    if not lexicon.UNREAL.search(mine):
        for match in lexicon.UNREAL_BEFORE_TO.finditer(theirs):
            if stem(match["verb"]) in stems and len(re.findall(rf"\b{match['verb']}", theirs)) == 1:
                return f"the cited sentences say {match.group()!r}"
        for token in claim.evidence.tokens:
            if lexicon.PROPOSED.fullmatch(token.folded) and _kept(claim, token):
                return f"the cited sentences say {token.raw!r}"
    for match in lexicon.UNDER_WAY.finditer(theirs):
        root = stem(match["verb"])
        done = [t for t in claim.statement.content if t.stem == root and t.folded.endswith("ed")]
        if done and not re.search(r"\b(?:being|continu|under|ongoing)", mine):
            return f"the cited sentences say {match.group()!r}"
    return None


lexicon.UNDER_WAY = re.compile(r"\b(?:is|are) (?P<verb>\w+ing)\b")


def _kept(claim: Claim, token: Token) -> bool:
    """Whether the statement has most of the words beside ``token``."""
    beside = [t for t in claim.evidence.content if t.clause in (token.clause, token.clause + 1) and t is not token][:6]
    return sum(any(t.stem == other.stem for other in claim.statement.content) for t in beside) * 2 > len(beside)


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
