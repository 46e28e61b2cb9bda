"""Whether new words of a statement are other words for what the evidence says, as far as an embedding model tells.

Four signs are weighed. Nearness: statement and evidence are alike as wholes. Foreignness: without a word that the
evidence does not bear out, a statement comes nearer to it; without a mere rewording it does not. Kinship: each new word
is close to some word of the evidence. Specificity: what names an office, a relative, an organ, a crime, a vehicle or
the like is no rewording, however close another of its class may stand.

The weights are a logistic regression over development statements: ``python -m eval.suites.grounding_kinship``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.grounding.claim import Claim
from rag.grounding.similarity import Similarity
from rag.grounding.tokens import Token
from rag.text.words import stem

SPECIFIC = tuple(
    """minister president governor mayor prosecutor ambassador rapporteur senator rector director bishop nephew brother
    daughter wife father cousin arm leg kidney skull ankle cancer tuberculosis diabetes pregnant university school
    hospital church airport journalist doctor teacher engineer farmer car bus aircraft ship gun knife bomb murder rape
    bribery theft drugs espionage american chinese german russian muslim christian jewish monday january winter north
    south east west football harvest wheat oil""".split()
)
"""Words of the classes whose members can be checked, and never stand for one another."""

SPECIFIC_STEMS = frozenset(map(stem, SPECIFIC))


@dataclass(frozen=True, slots=True)
class Signs:
    nearness: float
    """Cosine of statement and evidence."""
    foreignness: float
    """By how much the statement comes nearer without each of the new words, summed over those that part them; 0..2."""
    kinship: float
    """Cosine of the new word that is least like any word of the evidence with the one that it is most like."""
    specificity: float
    """Greatest cosine of a new word with one of ``SPECIFIC``."""


WEIGHTS = Signs(nearness=3.9, foreignness=-32.3, kinship=6.0, specificity=-4.5)
BIAS = -2.8
FLOOR = 0.2
"""Least score; at 0 true and false statements would count alike."""


def signs(claim: Claim, new: Sequence[Token], similarity: Similarity) -> Signs:
    """``new`` are words of the statement, one at least."""
    text = claim.statement.text
    without = [text[: token.start].rstrip() + text[token.end :] for token in new]
    whole, *parts = similarity(claim.evidence.text, [text, *without])
    words = sorted({token.folded for token in claim.evidence.content if not token.capital and token.folded.isalpha()})
    kinship, specificity = 1.0, -1.0
    for token in new:
        cosines = similarity(token.folded, [*SPECIFIC, *words])
        specificity = max(specificity, *cosines[: len(SPECIFIC)])
        kinship = min(kinship, max(cosines[len(SPECIFIC) :], default=0.0))
    return Signs(whole, sum(max(0.0, part - whole) for part in parts), kinship, specificity)


def score(found: Signs) -> float:
    """From ``FLOOR`` on the new words are taken for rewordings."""
    weighed = (
        WEIGHTS.nearness * found.nearness,
        WEIGHTS.foreignness * found.foreignness,
        WEIGHTS.kinship * found.kinship,
        WEIGHTS.specificity * found.specificity,
    )
    return BIAS + sum(weighed)
