"""Countries that a text names, under one name each: the one that the 2020 edition of the country reports uses.

A territory counts as the country in whose report it stands: Aruba is the Netherlands. Those that may have a report of
their own beside the country's are its parts: Hong Kong is China, Crimea is Ukraine. Overseas territories are countries
here, each ``within`` another. A name common to two countries means both ("Congo", "Korea"); "Dominican" is the
Dominican Republic.
"""

from rag.countries.lexicon import (
    Form,
    canonical,
    every,
    folded_word,
    forms,
    meanings,
    name_words,
    of_code,
    slug,
    within,
)
from rag.countries.scan import Mention, mentions

__all__ = [
    "Form",
    "Mention",
    "canonical",
    "every",
    "folded_word",
    "forms",
    "meanings",
    "mentions",
    "name_words",
    "of_code",
    "slug",
    "within",
]
