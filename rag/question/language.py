"""Whether a question is in another language than English."""

import re
import unicodedata

from rag.text.words import STOP_WORDS, words

_ASKING = frozenset(
    """combien quel quelle quels quelles sont pourquoi comment cual cuales cuanto cuantos cuanta cuantas quien quienes
    donde cuando fue fueron wie viele wer wann warum gibt gab ist sind wurde wurden qual quais quantos quantas foi
    foram quanti quante perche sono hoeveel wie waarom zijn nedir kac skolko kto kogda pochemu""".split()
)
_LINKING = frozenset(
    """le la les des du est que qui pour dans avec sur une aux ont ete par el los las del una por como se der das dem
    den ein eine und uber von im es auf um uma nao lo gli chi della dei nel het een van ve bir icin na po za""".split()
)
"""Frequent words of other languages that are no English ones, folded: those that ask or state, and those that link."""


def is_foreign(question: str) -> bool:
    """Whether a question is clearly in another language. Single names in Cyrillic letters are no language."""
    letters = [unicodedata.name(letter, "") for letter in question if letter.isalpha()]
    cyrillic = sum(name.startswith("CYRILLIC") for name in letters)
    latin = sum(name.startswith("LATIN") for name in letters)
    found = [word.folded for word in words(question)]
    if len(letters) > 5 * latin:
        return len(letters) > 2 * cyrillic or len(found) > 2
    pieces = [piece for word in found for piece in re.split(r"['-]", word)]
    asking, linking = (sum(piece in known for piece in pieces) for known in (_ASKING, _LINKING))
    return bool(asking) and asking + linking > 1 + sum(piece in STOP_WORDS for piece in pieces if len(piece) > 1)
