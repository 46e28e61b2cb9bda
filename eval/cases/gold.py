"""Questions with their gold: read from JSON lines, checked against the reports, refused by line number.

Invariant: every gold quote of a ``Case`` stands word for word in its report, at each of its places.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from eval.cases.library import Library
from eval.cases.places import Place
from rag.answer import checked
from rag.errors import QuestionError, UnknownReportError, UsageError
from rag.quotes import fold, occurrences
from rag.types import Filters


class CaseError(UsageError):
    """A line of a case file cannot be used."""


@dataclass(frozen=True, slots=True)
class Gold:
    """A sentence of a report that answers the question."""

    report: str
    year: int
    """The edition of the report."""
    text: str
    group: str
    """Quotes of one group are alternatives; distinct groups are all required."""
    places: tuple[Place, ...]
    """Everywhere in the report that it stands; never empty."""
    section: str
    """Of its first place, "" where none is certain."""


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    question: str
    countries: tuple[str, ...]
    years: tuple[int, ...]
    type: str
    answerable: bool
    quotes: tuple[Gold, ...]
    """Empty where the question is unanswerable."""
    must_contain: tuple[str, ...]
    notes: str

    @property
    def filters(self) -> Filters:
        return Filters(self.countries, self.years)

    @property
    def groups(self) -> Mapping[str, tuple[Place, ...]]:
        """Places of the alternatives of each required group."""
        found: dict[str, tuple[Place, ...]] = {}
        for gold in self.quotes:
            found[gold.group] = found.get(gold.group, ()) + gold.places
        return found


class GoldLine(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    report: str = Field(min_length=1)
    text: str = Field(min_length=1)
    group: str = "a"


class CaseLine(BaseModel):
    """One line of a case file. Only what a question cannot do without is required; further keys are left alone."""

    model_config = ConfigDict(extra="ignore", strict=True)

    id: str = Field(min_length=1, max_length=200)
    question: str
    countries: list[str] = []
    years: list[int] = []
    type: str = Field(default="question", min_length=1)
    answerable: bool
    quotes: list[GoldLine] = []
    must_contain: list[str] = []
    notes: str = ""

    @model_validator(mode="after")
    def _gold_where_answerable(self) -> "CaseLine":
        if self.answerable != bool(self.quotes):
            raise ValueError("an answerable question needs quotes, and an unanswerable one has none")
        return self


def read(paths: Iterable[Path], library: Library) -> tuple[Case, ...]:
    """All cases of the files in order. ``CaseError`` names the file, the line, and what to do."""
    cases: list[Case] = []
    seen: dict[str, str] = {}
    for path in paths:
        for number, line in _lines(path):
            place = f"{path.name} line {number}"
            case = _case(_parsed(line, place), library, place)
            if case.id in seen:
                raise CaseError(f"{place}: id {case.id!r} is that of {seen[case.id]}: give each case its own")
            seen[case.id] = place
            cases.append(case)
    if not cases:
        raise CaseError("there is no case to run: name at least one file with a JSON object per line")
    return tuple(cases)


def located(lines: Sequence[str], name: str) -> tuple[Case, ...]:
    """Cases that a run kept, their places included; ``CaseError`` naming the line that was altered."""
    adapter = TypeAdapter(Case)
    cases = []
    for number, line in enumerate(lines, start=1):
        try:
            cases.append(adapter.validate_json(line))
        except ValidationError as error:
            raise CaseError(f"{name} line {number}: {_fault(error)}: run the evaluation again") from error
    return tuple(cases)


def to_json(case: Case) -> dict[str, Any]:
    """As ``located`` reads it."""
    return asdict(case)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"{path} cannot be read ({error}): give a UTF-8 file of JSON lines") from error
    return ((number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())


def _parsed(line: str, place: str) -> CaseLine:
    try:
        return CaseLine.model_validate_json(line)
    except ValidationError as error:
        raise CaseError(f"{place}: {_fault(error)}: correct the line") from error


def _case(line: CaseLine, library: Library, place: str) -> Case:
    try:
        checked(line.question)
        quotes = tuple(_gold(gold, library) for gold in line.quotes)
    except (QuestionError, UnknownReportError) as error:
        raise CaseError(f"{place}: {error}") from error
    except _QuoteError as error:
        raise CaseError(f"{place}: {error}") from error
    return Case(
        id=line.id,
        question=line.question,
        countries=tuple(line.countries),
        years=tuple(line.years),
        type=line.type,
        answerable=line.answerable,
        quotes=quotes,
        must_contain=tuple(line.must_contain),
        notes=line.notes,
    )


class _QuoteError(CaseError):
    """A gold quote does not stand in its report."""


def _gold(gold: GoldLine, library: Library) -> Gold:
    text = library.text(gold.report)
    places = tuple(Place(gold.report, at, at + len(gold.text)) for at in occurrences(text, gold.text))
    if not places:
        raise _QuoteError(_elsewhere(gold, text))
    year = library.reports[gold.report].year
    return Gold(gold.report, year, gold.text, gold.group, places, library.section(places[0]))


def _elsewhere(gold: GoldLine, text: str) -> str:
    """Why a quote was not found, and what to write instead."""
    folded, wanted = fold(text), fold(gold.text).text.strip()
    at = next(occurrences(folded.text, wanted), None) if wanted else None
    if at is None:
        return f"{gold.report} does not hold the quote {gold.text!r}: copy the sentence from the report"
    actual = folded.source(at, at + len(wanted)).of(text)
    return f"{gold.report} has the quote {gold.text!r} in other typography: write {actual!r}"


def _fault(error: ValidationError) -> str:
    fault = error.errors()[0]
    where = ".".join(str(part) for part in fault["loc"])
    message = fault["msg"].removeprefix("Value error, ")
    return f"{where}: {message}" if where else message
