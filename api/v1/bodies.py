"""The JSON that comes in and goes out, with examples; the answer itself is that of ``rag.records.schema``."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from rag.answer import LONGEST_QUESTION
from rag.export import FORMATS
from rag.interfaces import Turn
from rag.question import conversation
from rag.types import Filters

LONGEST_TEXT = 20_000
"""Characters of a quotation, or of a statement of an earlier turn."""

_LETTERS = "0-9A-Za-zªµºÀ-ÖØ-öø-ˁͰ-ͳΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-Ֆա-ևא-תؠ-يٮ-ۓऄ-हก-ะა-ჰḀ-ἕぁ-ゖァ-ヺ一-鿿가-힣"
"""Of the scripts that people write in; a question needs one."""

AskedText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_QUESTION, pattern=f"[{_LETTERS}]"),
    Field(description="In English, with a letter or digit in it", examples=["Who banned the Koshe Party in 2020?"]),
]
CountryName = Annotated[str, StringConstraints(min_length=1, max_length=100), Field(examples=["Kazakhstan"])]


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: 2020.0 is as whole as 2020."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Edition = Annotated[int, Field(ge=1, le=9999, examples=[2020]), BeforeValidator(_whole)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class AskedFilters(_Body):
    """Only these countries and editions; an empty list means all."""

    countries: list[CountryName] = Field(default=[], max_length=300)
    years: list[Edition] = Field(default=[], max_length=300)


class EarlierTurn(_Body):
    """A question of the same conversation with what was shown for it."""

    question: str = Field(max_length=LONGEST_TEXT, description="standalone_question of its answer")
    statements: list[Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]] = Field(default=[], max_length=100)
    countries: list[CountryName] = Field(
        default=[], max_length=300, description="filters.countries of its answer where those were inferred"
    )
    years: list[Edition] = Field(default=[], max_length=300)

    def turn(self) -> Turn:
        return Turn(self.question, tuple(self.statements), tuple(self.countries), tuple(self.years))


class Asked(_Body):
    """A question, the reports that it is asked of, and what was asked before it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "question": "And in 2020?",
                    "filters": {"countries": ["Kazakhstan"], "years": []},
                    "conversation": [
                        {
                            "question": "How many complaints of torture did the ombudsman receive in 2016?",
                            "statements": [],
                            "countries": [],
                            "years": [2016],
                        }
                    ],
                }
            ]
        },
    )

    question: AskedText
    filters: AskedFilters | None = None
    conversation: list[EarlierTurn] | None = Field(default=None, max_length=20, description="Oldest turn first")

    def restriction(self) -> Filters:
        return Filters(tuple(self.filters.countries), tuple(self.filters.years)) if self.filters else Filters()

    def earlier(self) -> tuple[Turn, ...]:
        return conversation.bounded([one.turn() for one in self.conversation or ()])

    def text(self) -> str:
        return plain(self.question)


def plain(question: str) -> str:
    """A pasted question without what cannot be seen in it: soft hyphens, marks of direction, control characters."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "" for c in question)


class FoundPassage(BaseModel):
    """A passage that a search found."""

    report: str = Field(examples=["kazakhstan-2020"])
    paragraph: int
    section: str
    start: int = Field(description="In code points of the report's text, as is end")
    end: int
    text: str
    score: float = Field(description="Higher is better, on no absolute scale")
    citation: str
    url: str | None


class Found(BaseModel):
    query: str
    hits: list[FoundPassage]


class _Report(BaseModel):
    id: str = Field(examples=["kazakhstan-2020"])
    country: str
    year: int
    title: str
    publisher: str
    licence: str
    url: str | None
    sha256: str = Field(description="Of the source file")
    sections: list[str] = Field(description="Top headings as printed: what the copy held has")


class HeldReport(_Report):
    """What is known of a report besides its text."""

    paragraphs: int


class ServedIndex(BaseModel):
    generation: str
    corpus_sha256: str
    encoder: str


class ServedModel(BaseModel):
    provider: str = Field(examples=["extractive"])
    name: str


class Collection(BaseModel):
    """What the index holds, and who writes the answers."""

    reports: list[HeldReport]
    countries: list[str]
    years: list[int]
    index: ServedIndex
    model: ServedModel


class Heading(BaseModel):
    heading: str
    level: int = Field(description="From 1, the outermost")
    paragraph: int = Field(description="The first one under it")


class Place(BaseModel):
    """A paragraph's number and range of code points."""

    number: int
    start: int
    end: int
    section: str
    outline: list[str]


class OutlinedReport(_Report):
    """The same with its headings, and where its paragraphs stand."""

    outline: list[Heading]
    paragraphs: list[Place]


class ForeignQuote(_Body):
    """A quotation from anywhere, and where it is said to stand."""

    quote: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)] = Field(
        examples=["the ombudsman’s office received 125 complaints"]
    )
    report: str | None = Field(default=None, max_length=200, examples=["kazakhstan-2020"])
    country: str | None = Field(default=None, max_length=100, examples=["Kazakhstan"])
    year: Edition | None = None


class SavedAnswer(_Body):
    """An answer that was kept, whatever became of it since."""

    answer: dict[str, Any] = Field(description="As /v1/ask gave it, or the file that 'rapporteur ask --save' wrote")


class Wanted(_Body):
    """An answer, and the format to have it in."""

    answer: dict[str, Any] = Field(description="As /v1/ask gave it")
    format: Literal[*FORMATS]  # type: ignore[valid-type]
