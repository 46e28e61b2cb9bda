"""What a question is about, without the words that only say where to look: countries, reports, editions, comparison."""

import re
from collections.abc import Collection

from rag import countries

_YEAR = r"(?:19|20)\d\d"
_YEARS = rf"{_YEAR}(?:\s*(?:,|-|–|and|or|to|vs\.?|versus|with|against)\s*(?:the\s+)?{_YEAR})*"
_REPORTS = re.compile(
    rf"""\b(?:according\s+to\s+|based\s+on\s+|(?:in|of|from|by|between|across|per|does|do|did)\s+)?
      (?:the\s+|both\s+|each\s+|either\s+|all\s+|two\s+|these\s+|those\s+|this\s+|that\s+|your\s+|any\s+|latest\s+|last
        |newest|most\s+recent\s+|earlier\s+|later\s+|first\s+|second\s+)*
      (?:{_YEARS}\s+)?
      (?:(?:u\.?s\.?|us|united\s+states)\s+)?
      (?:state\s+department(?:['’]s)?\s+|usdos\s+|country\s+|human[- ]rights\s+|annual\s+)*
      (?:reports?|editions?)\b(?!\s+(?:of|that|to|on)\s+(?:abuse|torture|tortur|violence|killing|corruption))
      (?:\s+(?:of|from|for)\s+(?:the\s+years?\s+)?{_YEARS})?
      (?:\s+(?:says?|said|states?|notes?|mentions?|tells?|describes?|covers?|reports?)\b)?""",
    re.VERBOSE | re.IGNORECASE,
)
"""Talk about the reports themselves; "reports of torture" speaks of torture."""
_SAYING = re.compile(
    r"\b(?:says?|said|tells?|told|mentions?|describes?|states?)\s+(?:\w+\s+)?(?:about|on|of|regarding|concerning)\b",
    re.IGNORECASE,
)
_SIDES = re.compile(
    rf"""\b(?:compare[ds]?|comparing|comparison|contrast(?:ed|ing)?|differences?|differ(?:s|ed|ent|ently)?
      |versus|vs\.?
      |similarit(?:y|ies)
      |side\s+by\s+side|chang(?:e[ds]?|ing)|evolv(?:e[ds]?|ing))\b(?:\s+(?:between|of|in|from|with|to)\b)?
      |\bbetween\s+(?:the\s+)?{_YEARS}\b
      |\b(?:from|since|in|of|for)\s+{_YEAR}\s+(?:to|and|until|versus|vs\.?)\s+{_YEAR}\b""",
    re.VERBOSE | re.IGNORECASE,
)


def topic(question: str, own: Collection[str], *, compares: bool = False) -> str:
    """``question`` with talk about the reports blanked out, and each name of a country of ``own``, those searched.

    Where it ``compares``, the words that set side by side go as well. Places stay; where nothing is left, all does.

    >>> topic("What does the 2016 report say about Kazakhstan’s prisons?", {"Kazakhstan"}).split()
    ['What', 'about', 'prisons?']
    """
    text = question
    for mention in countries.mentions(question):
        if mention.country in own and not mention.part:
            text = _blank(text, mention.start, mention.end)
    for pattern in (_REPORTS, _SAYING, *((_SIDES,) if compares else ())):
        for match in pattern.finditer(text):
            text = _blank(text, *match.span())
    return text if any(character.isalnum() for character in text) else question


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]
