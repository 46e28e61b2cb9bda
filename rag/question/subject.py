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

    PARTY = 1
    """Somebody's own country abroad, or what another one is measured by."""
    WAY = 2
    """Where people or things come from or go to."""
    PEOPLE = 3
    """Where the people come from that it speaks of: mostly, but not always, the country that they are in."""
    TOPIC = 4
    """Nothing in the wording speaks against it."""
    PLACE = 5
    """Where it asks what there is."""
    ACTING = 6
    """What it asks about does something."""
    REPORT = 7
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


_ABROAD = """refugees? migrants? immigrants? asylum[- ]seekers? fighters? mercenaries tourists? visitors? advisers?
    advisors? investors? expatriates? exiles? returnees? deportees? diaspora descent speakers? origin tongue language
    border(?!\\s+(?:police|guard)) embassy embassies consulates? bases? ambassadors? diplomats? envoys? passports?
    oppositionists? dollars?"""
_PEOPLE = """citizens? nationals? troops forces persons? people man men woman women mothers? fathers? parents?
    wi(?:fe|ves) husbands? child children boys? girls? famil(?:y|ies) workers? laborers? labourers?
    soldiers? journalists? students? nurses? doctors? players? teenagers? youths? victims? dissidents?
    minorit(?:y|ies) couples? businessm[ae]n engineers? priests? imams? activists? bloggers? compan(?:y|ies)
    firms? ships? vessels? prisoners? inmates? detainees? lawyers? reporters? partners? friends? officers?
    officials?"""
_QUALIFIED = (
    r"\s+(?:(?:ethnic|national|young|displaced|registered|female|male|armed|born|legal|military|security)\s+)?(?:{})\b"
)
_ABROAD_AFTER = re.compile(_QUALIFIED.format("|".join(_ABROAD.split())), re.IGNORECASE)
_OUTSIDE_AFTER = re.compile(
    r"(?:['’]s?)?\s+(?:embass(?:y|ies)|consulates?|ambassadors?|envoys?)\b"
    r"|[-–](?:born|based|backed|led|owned|made|trained|speaking|funded|registered|style|sponsored|occupied)\b",
    re.IGNORECASE,
)
_PEOPLE_AFTER = re.compile(_QUALIFIED.format("|".join(_PEOPLE.split())), re.IGNORECASE)
_MOVING = re.compile(
    r"\b(?:asylum|refuge|refugees?|extradit\w*|deport\w*|expel\w*|expulsion|repatriat\w*|emigrat\w*|immigra\w*"
    r"|traffick\w*|smuggl\w*)\b",
    re.IGNORECASE,
)
"""What a question is about in which people are seldom at home."""
_REPORT_AFTER = re.compile(
    r"(?:['’]s?)?\s+(?:\(?(?:19|20)\d\d\)?\s+)?(?:(?:country|human[- ]rights|annual|latest|state\s+department)\s+)*"
    r"(?:reports?|editions?)\b(?!\s+(?:by|from|of)\b)",
    re.IGNORECASE,
)
_REPORT_BEFORE = re.compile(
    r"\b(?:reports?|editions?)\s+(?:(?:for|from|of|in)\s+(?:19|20)\d\d\s+)?(?:on|for|about|covering)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_FLED = re.compile(r"\b(?:fled|flee|fleeing|leaving|left|entering)\s+(?:the\s+|neighbou?ring\s+)?$", re.IGNORECASE)
_PARTY_BEFORE = re.compile(
    r"\b(?:against|than|like|unlike|ethnic|occupied|borders?\s+with"
    r"|(?:asylum|exiled?|trained|training|stud(?:y|ied|ying)|born|resid(?:ed?|ing)|bases?|embassy|war|conflict"
    r"|fighting|fight|fought|abroad|(?:take|took|taken|seek|sought|find|found)\s+refuge)\s+in"
    r"|(?:refugees?|migrants?|borders?|invasion|occupation|annexation|recognition|president|envoy|ambassador|embassy)"
    r"\s+of)\s+(?:the\s+|neighbou?ring\s+)?$",
    re.IGNORECASE,
)
_WAY_BEFORE = re.compile(
    r"\b(?:to|from|into|onto|with|by|via|towards?|near)\s+(?:the\s+|neighbou?ring\s+)?$", re.IGNORECASE
)
_PEOPLE_BEFORE = re.compile(r"\b(?:citizens?|nationals?|natives?)\s+of\s+(?:the\s+)?$", re.IGNORECASE)
_PLACE_BEFORE = re.compile(
    r"\b(?:in|inside|within|across|throughout|of|about|regarding|concerning|on)\s+(?:the\s+|all\s+)?$", re.IGNORECASE
)
_ACTING_BEFORE = re.compile(
    r"\b(?:did|does|do|has|had|have|is|was|are|were|can|could|may|might|must|will|would|should)\s+"
    r"(?:(?:the|an|a|any|all|most|some|many)\s+)?$",
    re.IGNORECASE,
)
_BECOMING = re.compile(r"\bbecom(?:e|es|ing)\s+(?:an?\s+)?$", re.IGNORECASE)
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
            if alike:
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
    highest = max((one.role for one in mentioned), default=Role.PARTY)
    if highest <= Role.WAY:
        return []
    least = highest if highest in (Role.REPORT, Role.PEOPLE) else Role.TOPIC
    return [one for one in mentioned if one.role >= least]


def searched(mentioned: Sequence[Named]) -> list[Named]:
    """Those whose reports may answer: what it asks about, and the other end of a way where neither acts."""
    asked = subjects(mentioned)
    acts = any(one.role >= Role.ACTING for one in asked)
    return [one for one in mentioned if one in asked or (one.role is Role.WAY and asked and not acts)]


def _role(question: str, mention: Mention) -> Role:
    before, after = question[: mention.start], question[mention.end :]
    if _REPORT_BEFORE.search(before) or _REPORT_AFTER.match(after):
        return Role.REPORT
    if mention.form == "adjective":
        return _role_of_adjective(question, mention)
    if _FLED.search(before):
        return Role.WAY
    if mention.country == _STATE and mention.form == "code" and after[:1] == " ":
        return Role.PARTY
    if _OUTSIDE_AFTER.match(after):
        return Role.PARTY
    if _OWNING.match(after):
        return Role.PLACE
    if _PARTY_BEFORE.search(before):
        return Role.PARTY
    if _PEOPLE_BEFORE.search(before):
        return _people(question)
    if _WAY_BEFORE.search(before):
        return Role.WAY
    if _ACTING_BEFORE.search(before):
        return Role.ACTING
    return Role.PLACE if _PLACE_BEFORE.search(before) else Role.TOPIC


def _role_of_adjective(question: str, mention: Mention) -> Role:
    before, after = question[: mention.start], question[mention.end :]
    if mention.country == _STATE or _ABROAD_AFTER.match(after) or _OUTSIDE_AFTER.match(after):
        return Role.PARTY
    if _BECOMING.search(before):
        return Role.TOPIC
    if _PEOPLE_AFTER.match(after) or not after[:1].isspace():
        return _people(question)
    if question[mention.start : mention.end].endswith("s"):
        return Role.TOPIC if _ACTING_BEFORE.search(before) else _people(question)
    return Role.ACTING if _ACTING_BEFORE.search(before) else Role.TOPIC


def _people(question: str) -> Role:
    return Role.PARTY if _MOVING.search(question) else Role.PEOPLE
