"""A word of a text with all that its sentence says about it, and what single words do to those after them."""

from dataclasses import dataclass
from functools import lru_cache

from rag.grounding import lexicon
from rag.grounding.thesaurus import BASES, CONCEPTS, known, sides
from rag.text import words

_LAWS = frozenset("law laws constitution code legislation article amendments".split())
"""What they "state" is so."""
_AGENT = ("ant", "ants", "er", "ers", "or", "ors", "able", "ably", "al")
"""Endings of nouns and adjectives that share a stem with a verb of saying."""
_NO_OBJECT = frozenset("by in from since further during and or compared over with while as after at for but".split())
"""After "declined": something fell, nothing was refused."""
_NO_NEGATION = frozenset("unrest under union unions unit units united unity nonprofit".split())

AMBIGUOUS = -2
"""Neither affirmed nor negated: between "prevented" and its "from", the verb before "no", the subject of "was not"."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or a mark between words, with all that its sentence says about it."""

    start: int
    end: int
    raw: str
    folded: str
    stem: str = ""
    meanings: frozenset[str] = frozenset()
    """Stem and thesaurus groups."""
    concepts: frozenset[str] = frozenset()
    """The same, and pairs of opposites, whichever side."""
    content: bool = False
    initial: bool = False
    """First word of a sentence or quotation."""
    clause: int = 0
    cue: int = -1
    """Position of the negation that governs the word, -1 where none does."""
    attributed: bool = False
    """Said, believed or alleged by somebody, not by the text itself."""

    @property
    def capital(self) -> bool:
        return self.raw[0].isupper()

    @property
    def negated(self) -> bool:
        return self.cue >= 0

    def meets(self, other: "Token") -> bool:
        """Whether both may mean the same."""
        return not self.meanings.isdisjoint(other.meanings)


@lru_cache(maxsize=16_384)
def meanings_of(folded: str) -> tuple[str, frozenset[str], frozenset[str]]:
    """Stem of a folded word, its meanings, and its concepts."""
    root = words.stem(folded)
    base = BASES.get(folded, root)
    bases = {root, base, words.stem(folded.removesuffix("est")) if folded.endswith("est") else root}
    meanings = frozenset(bases.union(*(CONCEPTS.get(each, ()) for each in bases)))
    positive = undone(folded)
    return root, meanings, meanings | {f"±{name}" for name, _ in sides(folded)} | ({positive} if positive else set())


@lru_cache(maxsize=16_384)
def undone(folded: str) -> str:
    """Stem of what a word in "un-" or "non-" negates ("unrecognized": "recogn"), "" for any other word."""
    for prefix in ("un", "non"):
        base = words.stem(folded.removeprefix(prefix))
        if folded.startswith(prefix) and len(folded) > len(prefix) + 3 and known(base) and folded not in _NO_NEGATION:
            return base
    return ""


def short_cue(folded: str) -> bool:
    return folded in lexicon.SHORT_NEGATIONS or (folded.startswith("non") and len(folded) > 8)


def negates(token: Token, following: str) -> bool:
    """Whether ``token`` turns what follows it into its opposite."""
    if (token.folded, following) == ("not", "only"):
        return False
    if token.folded == "no" and following in ("more", "less", "fewer", "later", "doubt"):
        return False
    if token.folded == "below":
        return following.isalpha()
    if token.folded == "short":
        return following == "of"
    if token.folded in ("ban", "bans"):
        return following in ("on", "the", "a", "all")
    if token.folded == "absence":
        return following == "of"
    if token.stem == "declin":
        return following.isalpha() and following not in _NO_OBJECT and not following.endswith("ly")
    lexical = token.stem in lexicon.NEGATING_STEMS or short_cue(token.folded)
    plain = token.folded in lexicon.NEGATING_WORDS or token.folded.endswith("n't")
    return plain or (lexical and following != "or")


def speaks(token: Token, following: str, before: list[Token]) -> bool:
    """Whether ``token`` opens somebody's words: "said", "reports that", "according to"."""
    if token.folded == "according":
        return following == "to"
    if token.folded in ("held", "found", "ruled"):
        return following == "that"
    if (token.stem not in lexicon.SPEECH_STEMS and token.folded not in lexicon.SPEECH_FORMS) or token.capital:
        return False
    previous = before[-1].folded if before else ""
    law = previous in _LAWS and before[-1].raw != "Law"
    if law or (token.folded.endswith(("ion", "ions")) and following not in ("that", "of", "by")):
        return False
    if token.folded.endswith(_AGENT) and token.stem != "consid":
        return False
    if previous == "so" or (token.stem == "call" and following in ("for", "on")):
        return False
    if token.folded == "accused" and previous in ("or", "and", "those", "persons", "people", "anyone"):
        return False
    if token.stem in ("conclud", "confirm", "rule"):
        return following == "that"
    if token.stem == "cite":
        return token.folded != "citing" and following in ("a", "an", "the", "several", "cases", "instances", "many")
    if token.stem == "deni":
        return following in ("that", "there", "it", "any", "having", "the", "being")
    if token.stem == "report" and token.folded not in ("reported", "reporting"):
        return following in ("that", "of", "the", "there") and previous not in ("a", "the", "that", "to", "its")
    if token.folded in lexicon.CRITICS:
        return False
    if token.folded in lexicon.SPEECH_NOUNS and (previous in lexicon.DETERMINERS or following == "of"):
        return False
    return previous not in ("to", "the", "a", "an") and token.folded not in ("suspect", "suspects", "note")
