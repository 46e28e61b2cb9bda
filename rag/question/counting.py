"""Questions that count, list or rank over the collection: every report would have to be read for them."""

import re

_ALL = r"(?:(?:countries|states|nations|governments)\b(?!\s+of\s+emergency))"
_VISITOR = (
    r"\s+(?:did|does|do|has|had|have|was|were|is|are|can|could|may|must|will)\s+"
    r"(?:(?:the|a|an|this|that|these|his|her|its|their|your)\s+(?!(?:law|death|police|media|press|government)\b)"
    r"|he\b|she\b|they\b|it\b|(?-i:[A-Z])|\w*(?:migrants|refugees|workers|victims|seekers|citizens|women|children)\b)"
)
"""What follows "which countries" where somebody's own countries are asked for: "did the minister visit"."""
_BY_MANY = rf"(?:{_ALL}(?!{_VISITOR}))"
_MOST = (
    r"\b(?:(?:the|has|have|had|with)\s+(?:\w+\s+)?(?:most|least|fewest|largest|biggest|smallest)"
    r"|highest|lowest|worst|best)\b"
)
_COUNTS = re.compile(
    rf"""\b(?:how\s+many|(?:total\s+|what\s+)?number\s+of|what\s+(?:share|percentage|proportion|percent)\s+of)\s+
         (?:other\s+|of\s+(?:the|these|all)\s+)?(?:\w+\s+)?{_BY_MANY}
      # "How many reports of torture were there?" asks what a report says.
      | \b(?:how\s+many|number\s+of)\s+(?:of\s+the\s+)?reports\s+(?:mention|say|state|speak|describe|cover
        |discuss|do\s+you|does\s+(?:the|this|your)|are\s+(?:there\s*(?:\?|$)|in\b)|have\s+you|exist|is\b|was\b)
      # "From which country do most refugees come?" asks what a report says.
      | \b(?:which|what)\s+(?:\w+\s+)?(?:{_ALL}|country|nation)\b.*{_MOST}
      | (?:^|[.,;:]\s*|\bin\s+)(?:which|what)\s+(?:other\s+|of\s+the\s+)?
        (?:african\s+|asian\s+|european\s+|arab\s+)?{_BY_MANY}
      | \b(?:list|name|give|show|tell|find|enumerate)\b(?:\s+(?:me|us|all|every|the|each|a|list|of|top|ten|five|\d+))*
        \s+{_ALL}
      | \b(?:list|table|ranking|top\s+\w+)\s+(?:of\s+)?(?:the\s+|all\s+)?{_ALL}
      | \brank(?:ing|ed|s)?\b(?:\s+\w+){{0,4}}?\s+{_ALL} | ^rank\b
      | \b(?:all|across|every|worldwide|globally|around\s+the\s+world)\s+(?:the\s+|of\s+the\s+|your\s+|other\s+)?
        (?:{_ALL}|country\b|reports\s+(?:in|of)\s+the\s+collection|collection\b)
      | \b(?:average|total|sum|median)\b.*\b(?:across|over|worldwide|in\s+all|globally|whole\s+collection)\b
      | \bwhere\s+in\s+the\s+world\b | \bworldwide\b
      | \b(?:which|what)\s+reports?\s+(?:has|have)\s+the\s+most\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_RANKS = re.compile(r"^rank\b|\brank(?:ing)?\s+(?:the\s+|all\s+)?(?:countries|states|nations)\b", re.IGNORECASE)
_WITHIN = re.compile(r"\b(?:according\s+to|in|from)\s+(?:the|this|its|that)\s+(?:\S+\s+){0,4}?report\b", re.IGNORECASE)


def counts(question: str, *, about_one: bool) -> bool:
    """Whether ``question`` counts, lists or ranks over reports.

    ``about_one``: it names the country that it asks about; then it asks what that country's report tells of others.
    """
    if _RANKS.search(question):
        return True
    return not about_one and not _WITHIN.search(question) and bool(_COUNTS.search(question))
