"""The nouns of the product, all immutable.

Offsets everywhere are code points of a report's stored text, half open: ``text[start:end]``.
Text is derived from offsets and never used as a key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of code points in a report's stored text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a report's body.

    ``number`` counts the paragraphs of the whole report from 1. ``section`` and ``outline`` hold only
    what is certain: where a report lost its headings they end early instead of guessing.
    """

    number: int
    start: int
    body_start: int
    """After a run-in heading ("Pretrial Detention: "); equal to ``start`` where there is none."""
    end: int
    section: str
    """As cited: "Section 1.c.", "Section 3", or "" where no section is certain. From a file with pages it tells the
    page as well: "Section 1.c., p. 12", "pp. 3-4"."""
    outline: tuple[str, ...]
    """Headings over this paragraph as printed, outermost first, its own run-in heading last."""


@dataclass(frozen=True, slots=True)
class ReportInfo:
    """What is known of a report besides its text; mostly from the manifest."""

    id: str
    """Country and year in lower case, such as "kazakhstan-2020"; unique in a collection."""
    country: str
    year: int
    """The edition; the text itself need not state it."""
    title: str
    publisher: str
    licence: str
    url: str | None
    file: str
    """Name of the source file, without folders."""
    sha256: str
    """Of the source file's bytes."""
    pdf: str | None = None
    """Address of the same report as a PDF file."""
    sections: tuple[str, ...] = ()
    """Its top headings as printed, in order, which tell what this copy holds; none where no heading is certain."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "sections", tuple(self.sections))  # a list where it comes from JSON


@dataclass(frozen=True, slots=True)
class Report:
    info: ReportInfo
    text: str
    """Stored text. For a .txt file: the decoded file, unchanged. For others: blocks with a blank line between them."""
    paragraphs: tuple[Paragraph, ...]
    doubts: tuple[str, ...] = ()
    """What was left out of the file or may be wrong, a line each; told when it is added, and not kept in an index."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What is searched: a paragraph, or a run of whole sentences of a long one."""

    report: str
    paragraph: int
    start: int
    end: int
    section: str
    outline: tuple[str, ...]
    sentences: tuple[Span, ...]
    """In order, in the report's offsets; they tile the passage except for white space and a run-in heading."""
    text: str
    """Always the report's ``text[start:end]``, carried so that pure functions need no store."""

    def sentence(self, index: int) -> str:
        span = self.sentences[index]
        return self.text[span.start - self.start : span.end - self.start]


@dataclass(frozen=True, slots=True)
class Filters:
    """Restriction to countries (canonical names) and editions; empty means all."""

    countries: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    inferred: bool = False
    """True where the question's wording, not the asker's own setting, restricted the search."""

    def admits(self, report: ReportInfo) -> bool:
        return (not self.countries or report.country in self.countries) and (
            not self.years or report.year in self.years
        )


@dataclass(frozen=True, slots=True)
class Question:
    """A question that stands alone, with what its wording asks of the collection."""

    text: str
    """In the collection's spelling of names."""
    reports: tuple[ReportInfo, ...]
    """Those that it is asked of; never empty."""
    compares: bool = False
    """Whether it asks for each report's own answer."""
    foreign: tuple[str, ...] = ()
    """Countries that it names and no report is about; what answers it must speak of them."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that the retriever returned; a higher score is better, on no absolute scale."""

    passage: Passage
    score: float
    similarity: float
    """Cosine between question and passage, -1..1."""
    sentence_similarities: tuple[float, ...]
    """Cosine between question and each sentence of the passage, -1..1."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer the question; a higher score is better, on no absolute scale."""

    hit: Hit
    index: int
    """Position in ``hit.passage.sentences``."""
    score: float

    @property
    def span(self) -> Span:
        return self.hit.passage.sentences[self.index]

    @property
    def text(self) -> str:
        return self.hit.passage.sentence(self.index)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a question found: passages and sentences, both best first, and whether they answer it."""

    hits: tuple[Hit, ...] = ()
    sentences: tuple[Candidate, ...] = ()
    """Each place at most once, whatever the number of passages that hold it."""
    confidence: float = 0.0
    """0..1: calibrated probability that ``sentences[0]`` answers the question."""
    question: str = ""
    """As it was understood; "" before the spine says so."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Whole sentences of a report, checked to be its own slice."""

    report: str
    start: int
    end: int
    text: str
    section: str
    paragraph: int
    citation: str
    url: str | None
    report_sha256: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement as a model proposes it, with the sentences that it says it rests on."""

    text: str
    evidence: tuple[tuple[Passage, int], ...]
    """(passage, position of the sentence in it), the first one foremost."""


@dataclass(frozen=True, slots=True)
class Statement:
    text: str
    quotes: tuple[int, ...]
    """Positions in ``Answer.quotes``, the sentence that carries the statement first."""

    def __post_init__(self) -> None:
        if not self.quotes:
            raise ValueError(f"a statement needs a quote: {self.text!r}")


@dataclass(frozen=True, slots=True)
class Withheld:
    text: str
    verdict: str
    detail: str


@dataclass(frozen=True, slots=True)
class Silent:
    """A report that was asked about and searched, and says nothing."""

    report: str
    note: str = ""
    """Why its silence may mean less than it seems; mostly empty."""

    @property
    def told(self) -> str:
        """As one line of plain text."""
        return f"The report {self.report} says nothing about this that was found. {self.note}".rstrip()


@dataclass(frozen=True, slots=True)
class Searched:
    reports: int
    passages: int


DeclineReason = Literal[
    "silent", "not_in_collection", "nothing_verified", "cannot_count", "not_a_question", "about_the_reports"
]
"""The last one is no refusal: the question is about the reports themselves, and ``Decline.detail`` answers it."""


@dataclass(frozen=True, slots=True)
class Decline:
    reason: DeclineReason
    detail: str
    searched: Searched
    nearest: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class ModelInfo:
    provider: str
    name: str
    degraded: bool = False
    """True where another model than the configured one had to answer."""


@dataclass(frozen=True, slots=True)
class IndexInfo:
    generation: str
    corpus_sha256: str
    encoder: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One question's whole outcome; field for field the published JSON."""

    question: str
    standalone_question: str
    filters: Filters
    outcome: Literal["answered", "declined"]
    confidence: float
    """0..1: how sure it is that the reports answer the question."""
    statements: tuple[Statement, ...]
    quotes: tuple[Quote, ...]
    withheld: tuple[Withheld, ...]
    silent: tuple[Silent, ...]
    decline: Decline | None
    model: ModelInfo
    prompt_sha256: str | None
    index: IndexInfo
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.outcome == "answered") != bool(self.statements) or (self.outcome == "declined") != bool(self.decline):
            raise ValueError(f"outcome {self.outcome!r} contradicts the statements or the decline")
        if any(not 0 <= quote < len(self.quotes) for statement in self.statements for quote in statement.quotes):
            raise ValueError("a statement points to a quote that is not there")
