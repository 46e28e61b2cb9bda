"""True and false statements made from the reports' own sentences, one kind of change each.

A false statement differs from its sentence in exactly one thing that the reports do not say; a true one says the same
in other words, or less. Everything is drawn with one seed, so that the same reports give the same cases.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from eval.suites.grounding_changes import FALSE, TRUE
from rag.corpus import passages
from rag.types import Passage, Report

_NAME = re.compile(
    r"\b(?!(?:The|In|On|According|Human|During|Prosecutor)\b)[A-Z][a-z]+ "
    r"(?!(?:Party|Region|Court|Office)\b)[A-Z][a-z]{3,}(?![\w-]| [A-Z])"
)


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
