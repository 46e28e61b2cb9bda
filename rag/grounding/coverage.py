"""A statement says nothing that the evidence does not speak of."""

import re
from collections.abc import Sequence

from rag.grounding import idioms, kinship, lexicon
from rag.grounding.claim import Claim
from rag.grounding.numbers import SMALL
from rag.grounding.reading import Reading
from rag.grounding.similarity import Similarity
from rag.grounding.thesaurus import BASES, GENERAL
from rag.grounding.tokens import Token

COVERED = 0.5
"""Share of a statement's content words that evidence or context must hold."""
COVERED_IF_SIMILAR = 0.34
SIMILAR = 0.7
REWORDED = 4
"""New words of a statement that may be other words for some of the evidence, as far as the embedding model tells."""

_FRAME = frozenset("report edit state note cite people person take place happen occur fact matter".split())
"""Words of the frame around what is stated; they bring in nothing."""
_CAUSES = (
    "because",
    "due to",
    "as a result of",
    "thanks to",
    "in retaliation for",
    "owing to",
    "led to",
    "in response to",
    "on account of",
    "as a consequence of",
    "caused by",
    "in order to",
    "motivated by",
    "prompted by",
    "after pressure",
    "under pressure",
    "resulted from",
    "in exchange for",
    "in return for",
    "so that",
    "therefore",
    "resulting in",
)


_PURPOSES = ("in order to", "so that")
"""A mere "to" of the evidence says as much."""
_REASONS = tuple(" since , thus , hence , for not , for failing , in part , for having , reason, cause".split(","))
"""Further signs that the evidence gives a cause, none by itself in a statement."""


def uncovered(claim: Claim, similarity: Similarity | None) -> str | None:
    """Enough of the statement's words stand in the evidence or just before it, or mean the same."""
    content = [
        token
        for token in claim.statement.content
        if not token.folded[0].isdigit() and (token.concepts.isdisjoint(_FRAME) or token.capital)
    ]
    if not content:
        return None
    evident = sum(_evident(claim, token) for token in content) / len(content)
    if evident >= COVERED:
        return None
    if (
        similarity
        and evident >= COVERED_IF_SIMILAR
        and similarity(claim.statement.text, [claim.evidence.text])[0] >= SIMILAR
    ):
        return None
    return f"{evident:.0%} of the statement's words are in the cited sentences"


_FOR_DOING = re.compile(r"\bfor (?:\w+ )?\w+ing\b")


def _evident(claim: Claim, token: Token) -> bool:
    evidence = claim.evidence
    return (
        evidence.knows(token)
        or _derived(token, evidence)
        or evidence.touches(token)
        or idioms.told(claim.statement, token, evidence)
    )


def new_detail(claim: Claim, similarity: Similarity | None) -> str | None:
    """No word is about anything that neither the evidence nor its context speaks of.

    A few may be other words for some of theirs, where the embedding model holds them so.
    """
    new = fresh(claim)
    if not new or (similarity and reworded(claim, new, similarity)):
        return None
    return f"{new[0].raw!r} is not in the cited sentences"


def fresh(claim: Claim) -> list[Token]:
    """Words of the statement that no list and no letters connect with the evidence or what stands before it."""
    return [token for token in claim.statement.content if _fresh(claim, token)]


def reworded(claim: Claim, new: Sequence[Token], similarity: Similarity) -> bool:
    if len(new) > REWORDED or any(token.folded in _BODY or token.stem in kinship.SPECIFIC_STEMS for token in new):
        return False
    return kinship.score(kinship.signs(claim, new, similarity)) >= kinship.FLOOR


def _fresh(claim: Claim, token: Token) -> bool:
    """Whether a word, or each part of a hyphenated one, brings in something new."""
    if token.capital or token.folded[0].isdigit() or token.folded in SMALL or _general(token):
        return False
    if token.folded in _BODY:
        return not any(token.folded in reading.folded for reading in claim.surroundings)
    if token.folded in claim.evidence.text.casefold().replace("-", "") or _derived(token, claim.evidence):
        return False
    if idioms.told(claim.statement, token, claim.evidence):
        return False
    parts = [token, *(other for other in claim.statement.content if claim.statement.hyphenated(token, other))]
    return not any(r.knows(part) or r.touches(part) for r in claim.surroundings for part in parts)


_BODY = frozenset(
    """arm arms leg legs nose rib ribs finger fingers jaw skull kidney kidneys tooth teeth wrist wrists ankle neck
    spine shoulder elbow knee knees lung lungs liver stomach chest throat ear ears""".split()
)
"""Parts of the body, which nothing else stands for."""


def _derived(token: Token, reading: Reading) -> bool:
    """Whether a word here has the same root, as far as its letters tell ("resolved", "resolution")."""
    return any(
        other.stem[:_ROOT] == token.stem[:_ROOT] and len(token.stem) >= _ROOT and not other.capital
        for other in reading.content
    )


_ROOT = 5
"""Letters that words of one root share."""


def _general(token: Token) -> bool:
    return (
        token.stem in GENERAL
        or BASES.get(token.folded) in GENERAL
        or token.stem in lexicon.SPEECH_STEMS
        or token.folded in lexicon.SPEECH_FORMS
        or token.folded in lexicon.SPOKEN_WORDS
        or token.stem in lexicon.NEGATING_STEMS | lexicon.ENDING_STEMS
        or token.folded in lexicon.CLAUSE_WORDS
        or token.folded in lexicon.SHORT_NEGATIONS
    )


def _shown(words: Sequence[Token]) -> str:
    return repr(" ".join(token.raw for token in words))


def new_event(claim: Claim, similarity: Similarity | None) -> str | None:
    """No act, outcome or harm is told of which the evidence has neither the word nor one like it.

    A noun may point back to the context ("after the arrest"). An act that decides nobody's fate ("ignored", "hired")
    may be another word for one of the evidence's, where the embedding model holds it so.
    """
    new = events(claim)
    fateful = [token for token in new if token.stem in lexicon.FATES or token.folded in lexicon.FATES]
    if fateful or (new and not (similarity and reworded(claim, new, similarity))):
        return f"{(fateful or new)[0].raw!r} is not in the cited sentences"
    return None


def events(claim: Claim) -> list[Token]:
    """Words for acts, outcomes and harms that the evidence has in no listed form."""
    found = []
    for number, token in enumerate(claim.statement.tokens):
        weighty = token.stem in lexicon.EVENTS or token.folded in lexicon.EVENTS
        if not weighty or token.capital or (number and claim.statement.tokens[number - 1].folded == "in"):
            continue
        told = token.folded.endswith("ed") or token.folded in BASES
        known = claim.evidence.concepts if told else claim.evidence.concepts | claim.context.concepts
        if token.concepts.isdisjoint(known) and not idioms.told(claim.statement, token, claim.evidence):
            found.append(token)
    return found


def invented_cause(claim: Claim) -> str | None:
    """A cause is claimed only where the evidence gives one, in words that it has."""
    mine, there = claim.statement.text.lower(), " " + claim.evidence.text.lower()
    for cause in _CAUSES:
        found = re.search(rf"\b{cause}\b", mine)
        if not found or re.search(rf"\b{cause}\b", there):
            continue
        at = found.start()
        causal = any(other in there for other in (*_CAUSES, *_REASONS)) or bool(_FOR_DOING.search(there))
        causal = causal or (cause in _PURPOSES and " to " in there)
        words = [t for t in claim.statement.content if t.start >= at + len(cause)]
        clause = [t for t in words if t.clause == words[0].clause] if words else []
        evidence = claim.evidence
        near = [t for t in clause if causal and (_derived(t, evidence) or evidence.touches(t))]
        new = [t for t in clause if not evidence.knows(t) and t not in near]
        if clause and len(new) / len(clause) > (0.6 if causal else 0.4):
            return f"the cited sentences give no such cause: {cause!r}"
    return None
