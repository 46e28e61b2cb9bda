"""What kind of thing a question asks for, and whether a sentence holds such a thing."""

import re
from collections.abc import Set as AbstractSet
from types import MappingProxyType

from rag.text.words import words

_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?|half|third"
    "|quarter|percent|several|no"
)
_PERSON = (
    "activist|person|people|man|woman|judge|official|lawyer|attorney|officer|journalist|blogger|leader|president"
    "|minister|reporter|figure|defender"
)
_PLACE = "city|cities|town|village|region|province|oblast|place|country|prison|court|district|location|facility"
_REASON = "reasons?|grounds?|causes?|caused|charges?|purpose|motive|basis"
_WHICH = r"(?:what|which) (?:(?!(?:is|are|was|were|do|does|did|has|have|had)\b)\w+ )?"
"""Opens a question for a kind of thing; "what were prison conditions like" asks for no prison."""
_NAME = r"[A-Z][\w’'-]+"


def _asks(*wordings: str) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{wording})\b" for wording in wordings), re.IGNORECASE)


QUESTIONS = MappingProxyType(
    {
        "number": _asks(
            "how many",
            "(?:what|which) (?:number|share|percent\\w*|proportion|figure|fraction|turnout)",
            "numbers? of",
            "how (?:big|large|high|old|far|often)",
        ),
        "money": _asks("how much", "(?:what|which) (?:amount|fine|sum|bribe|compensation)"),
        "duration": _asks(
            "how long",
            "(?:how many|number of) (?:hours|days|weeks|months|years)",
            f"{_WHICH}(?:sentences?|terms?|period|time limit|deadline|punishment)",
        ),
        "date": _asks("when", "(?:what|which) (?:date|day|month|year)", "how recent\\w*"),
        "person": _asks("who(?:m|se)?", f"{_WHICH}(?:{_PERSON})s?", "names?"),
        "place": _asks("where", f"{_WHICH}(?:{_PLACE})s?"),
        "reason": _asks(
            "why",
            "how come",
            f"{_WHICH}(?:{_REASON})",
            "(?:charged|accused|convicted) (?:with|of) what",
        ),
    }
)
"""Kind of thing to the wordings that ask for it."""

THINGS = MappingProxyType(
    {
        "number": re.compile(rf"\d[\d.,]*|\b(?i:{_NUMBER_WORDS})\b"),
        "money": re.compile(
            r"[$€£]\s?\d[\d.,]*|\b\d[\d,. ]* ?(?:million|billion)? ?(?i:tenge|dollars|euros?|rubles?)\b"
        ),
        "duration": re.compile(
            rf"\b(?i:\d[\d,.]*|{_NUMBER_WORDS})(?:[- ](?:and[- ])?(?:a|one)[- ]half)?[- ]"
            r"(?:hour|day|week|month|year)s?\b"
            r"|\b(?:life (?:imprisonment|sentence)|indefinite|permanent)"
        ),
        "date": re.compile(rf"\b(?:{_MONTH})\b|\b(?:19|20)\d\d\b|\b[Dd]uring the year\b"),
        "person": re.compile(rf"\b{_NAME}(?: {_NAME})+"),
        "place": re.compile(
            rf"(?<=\b[io][nf] )(?:the )?{_NAME}|(?<=\bat )(?:the )?{_NAME}|(?<=\bto )(?:the )?{_NAME}"
            rf"|(?<=\bnear )(?:the )?{_NAME}|(?<=\bfrom )(?:the )?{_NAME}|\b{_NAME} (?:{_PLACE})\b"
        ),
        "reason": re.compile(
            r"\b(?i:because|due to|owing to|in order to|as a result|reasons?|grounds?|caus\w+|therefore|since|charg\w+"
            r"|accus\w+|convict\w+|suspicion|citing|alleg\w+|claim\w+|for \w+ing|of \w+ing)\b"
        ),
    }
)
"""Kind of thing to what it looks like in a sentence."""


def kinds(question: str) -> frozenset[str]:
    """The kinds of things that a question asks for; empty for many questions.

    >>> sorted(kinds("How many days may police hold a suspect?"))
    ['duration', 'number']
    """
    return frozenset(kind for kind, pattern in QUESTIONS.items() if pattern.search(question))


def holds(kind: str, sentence: str, known: AbstractSet[str]) -> bool:
    """Whether ``sentence`` holds a thing of ``kind`` that is news: not made of the ``known`` folded words alone.

    >>> holds("number", "A group of 13 organizations protested.", {"which", "13", "organizations"})
    False
    """
    found = THINGS[kind].finditer(sentence)
    return any(word.folded not in known for match in found for word in words(match.group()) if match.group())
