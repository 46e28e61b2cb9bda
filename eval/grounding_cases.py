"""True and false statements made from the reports' own sentences, one kind of change each.

A false statement differs from its sentence in exactly one thing that the reports do not say; a true one says the same
in other words, or less. Everything is drawn with one seed, so that the same reports give the same cases.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from rag import passages
from rag.types import Passage, Report

MONTHS = "January February March April May June July August September October November December".split()
NUMBER_WORDS = "two three four five six seven eight nine ten eleven twelve".split()
_MONTH = "|".join(MONTHS)
_DATE = re.compile(rf"\b({_MONTH}) (\d{{1,2}})\b(?!,? \d{{4}})")
_PLACES = "Almaty Karaganda Pavlodar Aktau Kapshagay Taraz Kostanay Kokshetau Astana Nur-Sultan Rome".split()
_NAME = re.compile(
    r"\b(?!(?:The|In|On|According|Human|During|Prosecutor)\b)[A-Z][a-z]+ "
    r"(?!(?:Party|Region|Court|Office)\b)[A-Z][a-z]{3,}(?![\w-]| [A-Z])"
)
_UNITS = {
    "hours": "days",
    "days": "weeks",
    "months": "years",
    "years": "months",
    "percent": "percentage of the budget, tenge",
    "month": "year",
    "tenge": "dollars",
}
_SAYS = re.compile(
    r"^(?:[A-Z][^,;]{2,70}?) "
    r"(?:stated|reported|claimed|alleged|asserted|noted|said|believed|denied|insisted|complained) (?:that )?(?=\w)"
)
_OPENING = re.compile(r"^(?:On|In|During|After) [^,]{3,40}, (?=[a-z])")


@dataclass(frozen=True, slots=True)
class Case:
    """A statement, the sentences that it cites, and whether they support it."""

    kind: str
    supported: bool
    statement: str
    cites: tuple[tuple[Passage, int], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence that cases are made of."""

    passage: Passage
    index: int
    text: str

    @property
    def cite(self) -> tuple[tuple[Passage, int], ...]:
        return ((self.passage, self.index),)


Change = Callable[[str, Random], str | None]
"""The changed sentence, or None where it offers nothing to change."""


def sources(reports: Sequence[Report]) -> list[Source]:
    """Every sentence of six words or more, once for each report."""
    found: dict[tuple[str, str], Source] = {}
    for report in reports:
        for passage in passages.split(report):
            for index in range(len(passage.sentences)):
                text = passage.sentence(index)
                if len(text.split()) >= 6 and text[-1] in ".”":
                    found.setdefault((passage.report, text), Source(passage, index, text))
    return list(found.values())


def generate(reports: Sequence[Report], seed: int = 0) -> Iterator[Case]:
    """All cases of all kinds, in order of the sentences."""
    listed = sources(reports)
    years = {report.info.id: report.info.year for report in reports}
    names = sorted({match.group() for source in listed for match in _NAME.finditer(source.text)})
    for position, source in enumerate(listed):
        random = Random(f"{seed} {position}")  # noqa: S311 - repeatable cases, no secret
        for kind, supported, change in (
            *((k, False, c) for k, c in FALSE.items()),
            *((k, True, c) for k, c in TRUE.items()),
        ):
            changed = change(source.text, random)
            if changed and changed != source.text:
                yield Case(kind, supported, changed, source.cite)
        yield Case("copy", True, source.text, source.cite)
        yield from _of_edition(source, years, random)
        yield from _of_names(source, names, random)
        yield from _of_neighbours(source, listed, position, random)


def _of_edition(source: Source, years: dict[str, int], random: Random) -> Iterator[Case]:
    year = years[source.passage.report]
    lowered = _lowered(source.text)
    if lowered is None or re.search(r"\b(?:19|20)\d\d\b", source.text):
        return
    others = [other for other in sorted({*years.values()} - {year}) if str(other) not in source.passage.text] or [
        year - 9
    ]
    yield Case("wrong_edition", False, f"In {random.choice(others)}, {lowered}", source.cite)
    yield Case(
        "wrong_country", False, f"In {random.choice(['Uzbekistan', 'Tajikistan', 'Armenia'])}, {lowered}", source.cite
    )
    yield Case("edition_named", True, f"According to the {year} report, {lowered}", source.cite)
    yield Case("country_named", True, f"In {source.passage.report.split('-')[0].title()}, {lowered}", source.cite)


def _of_names(source: Source, names: Sequence[str], random: Random) -> Iterator[Case]:
    match = _NAME.search(source.text)
    if match is None or not names:
        return
    other = random.choice([name for name in names if not set(name.split()) & set(source.passage.text.split())])
    yield Case("name_changed", False, source.text.replace(match.group(), other), source.cite)
    invented = f"{match.group().split()[0]} {random.choice(['Suleimenov', 'Abdrakhmanova', 'Dzhumabekov'])}"
    yield Case("surname_invented", False, source.text.replace(match.group(), invented), source.cite)


def _of_neighbours(source: Source, listed: Sequence[Source], position: int, random: Random) -> Iterator[Case]:
    far = random.choice(listed)
    shared = set(far.text.lower().split()) & set(source.text.lower().split())
    if far.passage.paragraph != source.passage.paragraph and len(shared) < 6:
        yield Case("unrelated", False, far.text, source.cite)
    following = listed[position + 1] if position + 1 < len(listed) else None
    if following is None or (following.passage.report, following.passage.paragraph) != (
        source.passage.report,
        source.passage.paragraph,
    ):
        return
    both = (*source.cite, *following.cite)
    yield Case("two_sentences", True, f"{source.text} {following.text}", both)
    if (lowered := _lowered(following.text)) and source.text.endswith("."):
        yield Case("joined", True, f"{source.text[:-1]}, and {lowered}", both)
    first, second = _NAME.search(source.text), _NAME.search(following.text)
    if (
        first
        and second
        and not set(first.group().split()) & set(following.text.split())
        and first.group() not in following.text
        and second.group() not in source.text
    ):
        yield Case("person_swapped", False, following.text.replace(second.group(), first.group()), both)


def _lowered(text: str) -> str | None:
    """With a small first letter, where the first word is no name and no anchor in time."""
    if text.partition(" ")[0].lower() not in _SMALL:
        return None
    return text[0].lower() + text[1:]


_SMALL = frozenset(
    """the a an there authorities police prosecutors courts observers activists journalists refugees prisoners some many
    most several human citizens individuals detainees media they he she it these this those such all""".split()
)


def _number(text: str, random: Random) -> str | None:
    found = list(
        re.finditer(
            rf"(?<![\w.,-])(?:\d[\d,]*(?:\.\d+)?|{'|'.join(NUMBER_WORDS)})(?![\w]|[.,]\d|-\d)", text, re.IGNORECASE
        )
    )
    found = [
        m
        for m in found
        if not re.search(rf"(?:{_MONTH}|Article|Section|Unit) $", text[: m.start()])
        and not re.fullmatch(r"(?:19|20)\d\d", m.group())
    ]
    if not found:
        return None
    match = random.choice(found)
    old = match.group()
    if old.lower() in NUMBER_WORDS:
        new = random.choice([word for word in NUMBER_WORDS if word != old.lower() and word not in text.lower().split()])
    else:
        at = random.choice([i for i, c in enumerate(old) if c.isdigit()])
        digit = random.choice([d for d in "123456789" if d != old[at]])
        new = old[:at] + digit + old[at + 1 :]
        if re.search(rf"(?<!\d){re.escape(new)}(?!\d)", text):
            return None
    return text[: match.start()] + new + text[match.end() :]


def _unit(text: str, _random: Random) -> str | None:
    match = re.search(rf"\b(?:\d[\d,.]*|{'|'.join(NUMBER_WORDS)})[ -](hours?|days?|months|years|tenge)\b", text)
    if match is None:
        return None
    unit = match[1]
    other = _UNITS.get(unit) or _UNITS[unit + "s"][:-1]
    return text[: match.start(1)] + other + text[match.end(1) :]


def _day(text: str, random: Random) -> str | None:
    match = _DATE.search(text)
    if match is None:
        return None
    day = random.choice([d for d in range(1, 29) if str(d) != match[2] and f"{match[1]} {d}" not in text])
    return text[: match.start(2)] + str(day) + text[match.end(2) :]


def _month(text: str, random: Random) -> str | None:
    match = re.search(rf"\b(?:[Ii]n|[Oo]n|since|and) (?:early |late )?({_MONTH})\b", text)
    if match is None:
        return None
    month = random.choice([month for month in MONTHS if month not in text and month != "May"])
    return text[: match.start(1)] + month + text[match.end(1) :]


def _year(text: str, random: Random) -> str | None:
    match = re.search(r"\b(20\d\d)\b(?!-)", text)
    if match is None:
        return None
    year = random.choice([y for y in (2005, 2008, 2010, 2012) if str(y) not in text])
    return text[: match.start()] + str(year) + text[match.end() :]


def _place(text: str, random: Random) -> str | None:
    match = re.search(rf"\b(?:in|In|at|near) ({'|'.join(_PLACES)})\b", text)
    if match is None:
        return None
    other = random.choice(["Semey", "Aktobe", "Shymkent", "Oral", "Ekibastuz"])
    return text[: match.start(1)] + other + text[match.end(1) :]


def _negation_dropped(text: str, _random: Random) -> str | None:
    for pattern, plain in (
        (r"\bdid not (\w+)", r"did \1"),
        (r"\b(is|are|was|were|has|have|may|could|should|does|do) not\b", r"\1"),
        (r"\bThere were no\b", "There were"),
        (r"\b(?:have|had|has) no\b", "have"),
        (r"\bnever ", ""),
    ):
        if len(re.findall(pattern, text)) == 1 and len(re.findall(r"\b(?:not|no|never)\b", text)) == 1:
            return re.sub(pattern, plain, text)
    return None


def _negation_added(text: str, _random: Random) -> str | None:
    match = re.search(
        r"(?<!and )\b(was|were|is|are|has|have|may|must) (?!not|no|been|also|never)(?=[a-z]+(?:ed|en|ing)\b)", text
    )
    if match is None or re.search(r"\b(?:not|no|never|none)\b", text):
        return None
    return text[: match.end()] + "not " + text[match.end() :]


def _speaker_cut(text: str, _random: Random) -> str | None:
    for pattern in (_SAYS, re.compile(r"^According to [^,]{3,60}, ")):
        match = pattern.match(text)
        if (
            match
            and text[match.end() :].count(" ") > 3
            and not re.search(r"report|stat|said|alleg|claim|accord", text[match.end() :])
        ):
            rest = text[match.end() :]
            return rest[0].upper() + rest[1:]
    return None


def _speaker_changed(text: str, _random: Random) -> str | None:
    match = re.match(r"^(?:According to )(?:the )?([^,]{3,60}), ", text) or re.match(
        r"^([A-Z][\w’ ]{2,50}?) (?:stated|reported|claimed|alleged|asserted|noted|said|believed) that ", text
    )
    if match is None or match[1].lower().startswith(("she", "he ", "they", "it")):
        return None
    return text[: match.start(1)] + "Transparency International" + text[match.end(1) :]


def _hedge_dropped(text: str, _random: Random) -> str | None:
    if len(re.findall(r"\b(?:allegedly|reportedly)\b", text)) != 1 or re.search(
        r"according|stated|said|reported ", text
    ):
        return None
    return re.sub(r"\b(?:allegedly|reportedly) ", "", text)


def _scope_widened(text: str, _random: Random) -> str | None:
    if re.search(r"\b(?:all|every|always|each|any|no)\b", text, re.IGNORECASE):
        return None
    for pattern, wide in (
        (r"\b(?:Some|Many|Several|Most)\b", "All"),
        (r"\b(?:some|many|several|most)\b(?= [a-z]+s\b)", "all"),
        (r"\b(?:occasionally|sometimes|often|frequently|rarely)\b", "always"),
    ):
        if re.search(pattern, text):
            return re.sub(pattern, wide, text, count=1)
    return None


def _may_to_must(text: str, _random: Random) -> str | None:
    if re.search(r"\b(?:must|requir|oblig|mandat|only|need|forced|order)", text):
        return None
    changed = re.sub(r"\b(?:may|could|can)\b(?! not)", "must", text, count=1)
    return changed if changed != text else None


def _must_to_may(text: str, _random: Random) -> str | None:
    return (
        re.sub(r"\bmust\b", "may", text) if len(re.findall(r"\bmust\b", text)) == 1 and "requir" not in text else None
    )


def _outcome(text: str, _random: Random) -> str | None:
    for one, other in (
        ("convicted", "acquitted"),
        ("upheld", "overturned"),
        ("overturned", "upheld"),
        ("granted", "denied"),
        ("increased", "decreased"),
        ("prohibits", "permits"),
        ("rejected", "accepted"),
        ("banned", "authorized"),
        ("declined", "granted"),
    ):
        if len(re.findall(rf"\b{one}\b", text)) == 1 and other not in text:
            return re.sub(rf"\b{one}\b", other, text)
    return None


def _extra(text: str, random: Random) -> str | None:
    if not text.endswith(".") or len(text.split()) > 45:
        return None
    extra = random.choice(
        [
            ", including 37 women",
            " in the city of Semey",
            " on orders of General Akhmetov",
            ", at a cost of 4 billion tenge",
            " under Article 392",
            ", the European Union noted",
        ]
    )
    return f"{text[:-1]}{extra}."


def _cause(text: str, _random: Random) -> str | None:
    if (
        not text.endswith(".")
        or len(text.split()) > 40
        or re.search(r"\b(?:because|due to|as a result|in order)\b", text)
    ):
        return None
    return f"{text[:-1]} because of pressure from foreign investors."


def _forged(text: str, random: Random) -> str | None:
    words = text.split()
    if len(words) < 10 or any(mark in text for mark in "“”"):
        return None
    at = random.randrange(2, len(words) - 6)
    piece = [word.strip(".,;()") for word in words[at : at + 4]]
    if any(not word.islower() for word in piece):
        return None
    piece[random.randrange(1, 3)] = "utterly"
    return " ".join([*words[:at], f"“{' '.join(piece)}”", *words[at + 4 :]])


FALSE: dict[str, Change] = {
    "number": _number,
    "unit": _unit,
    "day": _day,
    "month": _month,
    "year": _year,
    "place": _place,
    "negation_dropped": _negation_dropped,
    "negation_added": _negation_added,
    "speaker_cut": _speaker_cut,
    "speaker_changed": _speaker_changed,
    "hedge_dropped": _hedge_dropped,
    "scope_widened": _scope_widened,
    "may_to_must": _may_to_must,
    "must_to_may": _must_to_may,
    "outcome": _outcome,
    "extra_specific": _extra,
    "invented_cause": _cause,
    "forged_quotation": _forged,
}


def _straight(text: str, _random: Random) -> str | None:
    return text.translate(str.maketrans("“”’–", '""\'-'))


def _number_word(text: str, _random: Random) -> str | None:
    match = re.search(rf"\b(?:{'|'.join(NUMBER_WORDS)})\b(?! (?:of|and)\b)(?!-)", text)
    return text[: match.start()] + str(NUMBER_WORDS.index(match.group()) + 2) + text[match.end() :] if match else None


def _percent(text: str, _random: Random) -> str | None:
    return re.sub(r"(?<=\d) percent\b", "%", text)


def _separator(text: str, _random: Random) -> str | None:
    return re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)


def _day_first(text: str, _random: Random) -> str | None:
    return _DATE.sub(r"\2 \1", text)


def _date_last(text: str, _random: Random) -> str | None:
    match = _OPENING.match(text)
    if match is None or not text.endswith(".") or not match.group().startswith(("On", "In ")) or len(text.split()) > 30:
        return None
    rest = text[match.end() : -1]
    anchor = match.group().strip(", ")
    return f"{rest[0].upper()}{rest[1:]} {anchor[0].lower()}{anchor[1:]}."


def _without_parenthesis(text: str, _random: Random) -> str | None:
    return re.sub(r" \([^()]*\)", "", text) if text.count("(") == 1 and not text.startswith("(") else None


def _first_clause(text: str, _random: Random) -> str | None:
    match = re.match(r"^([^,;]{40,}), (?:and|but) (?:the|they|he|she|it|some|authorities)\b[^;]*$", text)
    if match is None or re.search(r"\b(?:if|unless|except|only)\b", text):
        return None
    return match[1] + "."


TRUE: dict[str, Change] = {
    "straight_marks": _straight,
    "number_as_digits": _number_word,
    "percent_sign": _percent,
    "no_separator": _separator,
    "day_first": _day_first,
    "date_last": _date_last,
    "no_parenthesis": _without_parenthesis,
    "first_clause": _first_clause,
}
