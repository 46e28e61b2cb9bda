"""A question of a conversation, made to stand alone by rules: country, edition and person are carried over.

Only the asker's own words and statements that were verified enter, and of them no more than ``bounded`` leaves.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag import countries
from rag.interfaces import Turn
from rag.question import country_spelling
from rag.question.wording import topic
from rag.text.words import STOP_WORDS, fold, terms, words
from rag.types import Answer

MOST_TURNS = 6
MOST_STATEMENTS = 4
"""Of one turn."""
LONGEST = 400
"""Characters of one question or statement that are kept."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ELLIPSIS = re.compile(
    r"(?:and|but|so|or|then|what about|how about|and what about|and how about|same for)\b[\s,:]*", re.IGNORECASE
)
_CLAUSE = re.compile(
    r"(?:what|who|whom|whose|which|when|where|why|how|is|are|was|were|did|does|do|has|have|had|can|could|may|must|will"
    r"|under|on what|in what|for what|by whom|to whom)\b",
    re.IGNORECASE,
)
_HE = re.compile(r"\b(?:he|she|him)\b", re.IGNORECASE)
_HIS = re.compile(r"\b(?:his|hers)\b", re.IGNORECASE)
_HER = re.compile(r"\bher\b(?P<noun>\s+[a-z]{3,})?", re.IGNORECASE)
_THEY = re.compile(r"\b(?:they|them|their|theirs|it|its|this|that|these|those|such|the same)\b", re.IGNORECASE)
_ELIDED = re.compile(
    r"^(?:how many|how much|which|who|what)\s+(?:were|was|are|is|of|did|died|had|got)\b", re.IGNORECASE
)
_OF_THE_CASE = re.compile(r"(?:was|were|is|are|has|have|did)\s+(?:there|the|any(?:one|body)?)\b", re.IGNORECASE)
"""Opens a question that is about whatever case was spoken of."""
_REGARDING = ", with regard to "
_ASKS = re.compile(
    r"^(?:(?:what|who|whom|whose|which|when|where|why|how)(?:\s+(?:many|much|long|often))?\s+)?"
    r"(?:(?:does|do|did|is|are|was|were|has|have|had|can|could|may|must|will|happened\s+to)\s+)?",
    re.IGNORECASE,
)
_WRAPPING = re.compile(r"^(?:about|on|of|regarding)\s+|\s+(?:say|says|said|states?|mentions?)$", re.IGNORECASE)
_ACRONYM = re.compile(r"\b[A-Z]{2,}\b")
_NAME = re.compile(r"[A-Z][\w’'-]+(?:\s+(?:(?:al|bin|ibn|de|van|von|el)[\s-])?[A-Z][\w’'-]+)+")
_SURNAME = re.compile(r"(?<=[a-z,] )[A-Z][\w’'-]{2,}")
_NO_PERSON = frozenset(
    """act agency article association center centre church city code collection commission committee constitution
    council country court department district foundation general government group human international law league
    media ministry movement national network nations news newspaper office ombudsman organization parliament party
    police president prime prison prosecutor radio region report reports republic rights section service state
    states supreme tv union united university january february march april may june july august september october
    november december monday tuesday wednesday thursday friday saturday sunday""".split()
)


def turn(answer: Answer) -> Turn:
    """What a conversation remembers of an answer: nothing that was withheld, nothing that was not checked."""
    inferred = answer.filters.inferred
    return Turn(
        answer.standalone_question,
        tuple(statement.text for statement in answer.statements),
        answer.filters.countries if inferred else (),
        answer.filters.years if inferred else (),
    )


def bounded(earlier: Sequence[Turn]) -> tuple[Turn, ...]:
    """The latest turns, their texts cut to a length that no conversation can stretch."""
    return tuple(
        replace(
            one,
            question=one.question[:LONGEST],
            statements=tuple(text[:LONGEST] for text in one.statements[:MOST_STATEMENTS]),
        )
        for one in earlier[-MOST_TURNS:]
    )


class RuleRewriter:
    """Rewrites by rules, without a language model."""

    def standalone(self, question: str, earlier: Sequence[Turn]) -> str:
        """``question`` with what it leaves out.

        >>> asked = Turn("Why was Max Bokayev arrested in 2016?")
        >>> RuleRewriter().standalone("And in 2020?", [asked])
        'Why was Max Bokayev arrested in 2020?'
        >>> RuleRewriter().standalone("What sentence did he get?", [asked])
        'What sentence did Max Bokayev get in 2016?'
        """
        known = bounded(earlier)
        question = country_spelling.written_out(question)
        if not known:
            return question
        last = known[-1]
        opening = _ELLIPSIS.match(question)
        rest = question[opening.end() :] if opening else question
        if opening and not _CLAUSE.match(rest):
            return _varied(last.question, rest.strip(" ?.!"))
        if _OF_THE_CASE.match(rest) and len(set(terms(rest))) <= 2 and not _names(rest) and _names(last.question):
            return _added(rest[:1].upper() + rest[1:], f"in the case of {_names(last.question)[0]}")
        whole = rest[:1].upper() + rest[1:]
        named = _with_person(whole, known)
        leans = named != whole or bool(opening) or bool(_ELIDED.match(whole))
        if named == whole and _THEY.search(_without_names(whole)) and not _names(whole):
            return _about(whole, last)
        return _placed(named, last, leans=leans)


def faithful(rewritten: str, question: str, earlier: Sequence[Turn]) -> bool:
    """Whether a rewritten question says nothing that question, earlier ones and verified statements do not say."""
    said = [question, *(text for one in earlier for text in (one.question, *one.statements))]
    said += [text for one in earlier for text in (*one.countries, *map(str, one.years))]
    known = {term for text in said for term in terms(text)}
    mine = set(terms(rewritten))
    return bool(mine) and mine <= known and rewritten.isprintable() and len(rewritten) <= 2 * LONGEST


def _varied(before: str, rest: str) -> str:
    """The earlier question with the year and the country of ``rest`` in place of its own, and what else it says."""
    other = _names(rest) or _ACRONYM.findall(rest)
    if other and not countries.mentions(rest):
        replaced = _names(before) or _ACRONYM.findall(before)
        return before.replace(replaced[0], other[0], 1) if replaced else f"What about {rest}?"
    question, left = before, rest
    for year in _YEAR.findall(rest)[:1]:
        one = len(set(_YEAR.findall(question))) == 1
        question = _YEAR.sub(year, question) if one else _added(question, f"in {year}")
        left = _YEAR.sub("", left)
    for there in countries.mentions(left)[:1]:
        name = left[there.start : there.end] if there.form != "adjective" else there.country
        mine = countries.mentions(question)
        if mine:
            question = question[: mine[0].start] + _in_form(name, mine[0], question) + question[mine[0].end :]
        else:
            question = _added(question, f"in {there.country}")
        left = left[: there.start] + left[there.end :]
    if not terms(left):
        return question
    return _added(question, f"– {rest}" if left == rest else rest)


def _in_form(name: str, replaced: countries.Mention, question: str) -> str:
    """A country's name so that it fits where another one stands: "Kenya’s" for "Ugandan"."""
    if replaced.form != "adjective":
        return name
    many = question[replaced.start : replaced.end].endswith("s")
    return f"people in {name}" if many else f"{name}’s"


def _with_person(question: str, known: Sequence[Turn]) -> str:
    """The question with the person last spoken of in place of a pronoun."""
    if _names(question) or not (_HE.search(question) or _HIS.search(question) or _HER.search(question)):
        return question
    person = _person(known)
    if person is None:
        return question
    owner = person + ("’" if person.endswith("s") else "’s")
    named = _HE.sub(person, question, count=1)
    if named == question:
        named = _HIS.sub(owner, question, count=1)
    if named == question:
        named = _HER.sub(lambda m: owner + m["noun"] if m["noun"] else person, question, count=1)
    return named


def _person(known: Sequence[Turn]) -> str | None:
    """Who was spoken of last: whom a question names, else whom the answer to it names first."""
    for one in reversed(known):
        for text in (one.question, *one.statements):
            found = _names(text) or (_surnames(text) if text == one.question else [])
            if found:
                return found[0]
    return None


def _names(text: str) -> list[str]:
    """Names of persons, in order: two capitalised words or more that are no country and no institution."""
    start = len(text) - len(text.lstrip("“\"'("))
    return [
        found
        for match in _NAME.finditer(text)
        if (found := _bare(match.group(), opens=match.start() == start)) and " " in found and _human(found)
    ]


def _surnames(text: str) -> list[str]:
    return [match.group() for match in _SURNAME.finditer(text) if _human(match.group())]


def _human(name: str) -> bool:
    return not countries.mentions(name) and _NO_PERSON.isdisjoint(word.folded for word in words(name))


def _bare(name: str, *, opens: bool) -> str:
    """A name without the ordinary word that opens its sentence, and without a possessive ending."""
    first, _, rest = name.partition(" ")
    kept = rest if opens and (fold(first) in STOP_WORDS or _CLAUSE.match(first)) else name
    return re.sub(r"['’]s?$", "", kept)


def _without_names(question: str) -> str:
    return _NAME.sub("", question)


def _about(question: str, last: Turn) -> str:
    """For what a pronoun other than a person's stands for there is no rule: what was asked about goes along."""
    asked, _, regarding = last.question.rstrip(" ?.!").partition(_REGARDING)
    matter = regarding or _WRAPPING.sub("", " ".join(topic(_ASKS.sub("", asked), ()).split()))
    years = _listed(last.years) if last.years and not _YEAR.search(matter) else ""
    edition = f" in the {years} report" if years else ""
    return f"{question.rstrip(' ?.!')}{edition}{_REGARDING}{matter}?"


def _placed(question: str, last: Turn, *, leans: bool) -> str:
    """With the country of the turn before; with its edition or year only where the question leans on it."""
    placed = question
    if not countries.mentions(question):
        there = list(last.countries) or [mention.country for mention in countries.mentions(last.question)][:1]
        placed = _added(placed, f"in {' and '.join(there)}") if there else placed
    if not _YEAR.search(question):
        years = _YEAR.findall(last.question)
        if last.years and leans:
            placed = _added(placed, f"in the {_listed(last.years)} report{'s' if len(last.years) > 1 else ''}")
        elif leans and len(set(years)) == 1:
            placed = _added(placed, f"in {years[0]}")
    return placed


def _listed(years: Iterable[int]) -> str:
    return " and ".join(map(str, years))


def _added(question: str, more: str) -> str:
    return f"{question.rstrip(' ?.!')} {more}?"
