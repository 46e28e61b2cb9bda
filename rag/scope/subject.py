"""Which of the countries that a question names it asks about, and which it only mentions.

"How many Afghan refugees did Iran host?" asks about Iran. The wording around a name tells: "in X", "X's", "did X"
and "the X report" make it the subject; "to X", "from X", "X citizens" leave it a party to what is told.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from rag import countries
from rag.countries import Mention


class Role(IntEnum):
    """How surely a mention is what the question asks about, the least first."""

    PASSING = 1
    TOPIC = 2
    """Nothing in the wording speaks against it."""
    PLACE = 3
    """The wording says so."""
    REPORT = 4
    """Its report is asked for."""


@dataclass(frozen=True, slots=True)
class Named:
    """A country that a question names, in its foremost role."""

    country: str
    others: tuple[str, ...]
    """Further countries that the name may mean."""
    role: Role
    part: str
    """The part of it that is named each time, empty for the whole."""
    compared: bool
    """Whether it stands in a row with another one: "Kenya and Uganda", "Kenya vs. Uganda"."""


_PEOPLE = """citizens? nationals? refugees? migrants? immigrants? asylum[- ]seekers? persons? people man men woman women
    child children boys? girls? famil(?:y|ies) workers? laborers? labourers? soldiers? troops fighters? mercenaries
    journalists?\\s+(?:who|in) students? tourists? visitors? nurses? doctors? advisers? advisors? investors? players?
    teenagers? youths? victims? expatriates? exiles? dissidents? returnees? deportees? diaspora minorit(?:y|ies)
    speakers? descent origin couple businessm[ae]n engineers? priests? imams? oppositionists? activists?\\s+in
    bloggers?\\s+in language border embassy embassies consulates? base bases ambassadors? diplomats? compan(?:y|ies)
    firms? ships? vessels? passports? territory\\s+of origins?"""
_PERSONS = "|".join(_PEOPLE.split())
_AFTER_PASSING = re.compile(
    rf"\s+(?:(?:ethnic|national|young|displaced|registered|female|male|armed|born)\s+)?(?:{_PERSONS})\b"
    r"|[-–](?:born|based|backed|led|owned|made|trained|speaking|funded|registered|style|language|sponsored|occupied)\b",
    re.IGNORECASE,
)
_REPORT_AFTER = re.compile(
    r"(?:['’]s?)?\s+(?:\(?(?:19|20)\d\d\)?\s+)?(?:(?:country|human[- ]rights|annual|latest|state\s+department)\s+)*"
    r"(?:reports?|editions?)\b(?!\s+(?:by|from|of)\b)",
    re.IGNORECASE,
)
_REPORT_BEFORE = re.compile(
    r"\b(?:reports?|editions?)\s+(?:(?:for|from|of|in)\s+(?:19|20)\d\d\s+)?(?:on|for|about|covering)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_PASSING_BEFORE = re.compile(
    r"\b(?:to|from|into|onto|against|with|by|via|towards?|near|fled|flee|fleeing|leaving|left|entering|than|like"
    r"|unlike|ethnic|occupied"
    r"|(?:asylum|exile|refuge|trained|training|stud(?:y|ied|ying)|born|resid(?:ed?|ing)|bases?|embassy|war|conflict"
    r"|fighting|fight|fought|abroad|work|working|worked|employment|jobs)\s+in"
    r"|(?:citizens?|nationals?|natives?|refugees?|migrants?|border|borders|invasion|occupation|annexation|recognition"
    r"|president|envoy|ambassador|embassy)\s+of)\s+(?:the\s+|neighbou?ring\s+)?$",
    re.IGNORECASE,
)
_PLACE_BEFORE = re.compile(
    r"\b(?:in|inside|within|across|throughout|of|about|regarding|concerning|on)\s+(?:the\s+|all\s+)?$"
    r"|\b(?:did|does|do|has|had|have|is|was|are|were|can|could|may|might|must|will|would|should)\s+"
    r"(?:(?:the|an|a|any|all|most|some|many)\s+)?$",
    re.IGNORECASE,
)
_OWNING = re.compile(r"['’]")
_ROW = re.compile(r"(?:\s*(?:,|/|&|\band\b|\bor\b|\bversus\b|\bvs\b\.?|\bthe\b|\bin\b|\bwith\b|\bto\b|\bthan\b))+\s*")
_ROW_LINK = re.compile(r",|/|&|\band\b|\bor\b|\bversus\b|\bvs\b")
_COMPARED_LINK = re.compile(r"\bwith\b|\bto\b|\bthan\b")
_STATE = "United States"
"""The publisher's own country: "U.S. officials" are a party to many reports, and none is about it."""


def named(question: str, *, compares: bool = False) -> list[Named]:
    """Countries that ``question`` names, in order of first mention; ``compares`` where it sets some side by side."""
    mentions = countries.mentions(question)
    roles = [_role(question, mention) for mention in mentions]
    rowed = [False] * len(mentions)
    for at in range(1, len(mentions)):
        between = question[mentions[at - 1].end : mentions[at].start]
        measured = compares and _COMPARED_LINK.search(between)
        if _ROW.fullmatch(between) and (_ROW_LINK.search(between) or measured):
            alike = mentions[at].form == mentions[at - 1].form or measured
            if alike and not (_AFTER_PASSING.match(question, mentions[at].end) and not compares):
                roles[at - 1] = roles[at] = Role(max(roles[at - 1], roles[at])) if compares else roles[at - 1]
            rowed[at - 1] = rowed[at] = True
    found: dict[str, Named] = {}
    for mention, role, in_row in zip(mentions, roles, rowed, strict=True):
        before = found.get(mention.country)
        best = Role(max(role, before.role)) if before else role
        part = mention.part if before is None or before.part == mention.part else ""
        compared = in_row or bool(before and before.compared)
        found[mention.country] = Named(mention.country, mention.others, best, part, compared)
    return list(found.values())


def subjects(mentioned: Sequence[Named]) -> list[Named]:
    """Those that the question asks about: where a report is asked for that one; none where all are mere parties."""
    highest = max((one.role for one in mentioned), default=Role.PASSING)
    if highest is Role.PASSING:
        return []
    least = Role.REPORT if highest is Role.REPORT else Role.TOPIC
    return [one for one in mentioned if one.role >= least]


def _role(question: str, mention: Mention) -> Role:
    before, after = question[: mention.start], question[mention.end :]
    if _REPORT_BEFORE.search(before) or _REPORT_AFTER.match(after):
        return Role.REPORT
    if mention.form == "adjective":
        return _role_of_adjective(question, mention)
    if _AFTER_PASSING.match(after) or (mention.country == _STATE and mention.form == "code" and after[:1] == " "):
        return Role.PASSING
    if _OWNING.match(after):
        return Role.PLACE
    if _PASSING_BEFORE.search(before):
        return Role.PASSING
    return Role.PLACE if _PLACE_BEFORE.search(before) else Role.TOPIC


def _role_of_adjective(question: str, mention: Mention) -> Role:
    before, after = question[: mention.start], question[mention.end :]
    many = question[mention.start : mention.end].endswith("s")
    if mention.country == _STATE or _AFTER_PASSING.match(after):
        return Role.PASSING
    if many:
        return (
            Role.TOPIC if _PLACE_BEFORE.search(before) and not before.rstrip().endswith(("of", "in")) else Role.PASSING
        )
    return Role.TOPIC if after[:1].isspace() or _OWNING.match(after) else Role.PASSING
