"""A saved answer held against the reports, and nothing else: no encoder, no vectors, no model.

Invariant: what cannot be checked never counts as holding. What reports cannot tell (the question, the confidence, who
answered, what was withheld, the times) is listed as ``UNCHECKED`` and no verdict covers it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from rag.corpus import passages
from rag.interfaces import Guard
from rag.quotes import check_slice, citation
from rag.records.report_texts import ReportTexts
from rag.records.schema import PublishedAnswer, PublishedQuote, PublishedStatement, Reading
from rag.text import sentences
from rag.types import Draft, Filters, Paragraph, Passage, Report, Span

VERDICTS = MappingProxyType(
    {
        "ok": (0, "Stands as saved."),
        "not_checked": (3, "Could not be checked, because what it rests on does not hold."),
        "report_changed": (4, "The report's file has other bytes than when it was quoted; the quote still stands."),
        "quote_moved": (5, "The quote stands in the report, at other offsets than it says."),
        "fields_edited": (6, "Report, section, paragraph, citation or link are not those of the quote's place."),
        "report_missing": (7, "The reports given hold no such report."),
        "quote_cut": (8, "The quote stands in the report, but it is not whole sentences of one paragraph."),
        "quote_gone": (9, "The report's file has other bytes, and the quote stands nowhere in it."),
        "quote_altered": (10, "The report is the one quoted, and these are not its words."),
        "answer_edited": (11, "A statement is not supported by its quotes, or parts of the answer contradict others."),
    }
)
"""Verdict to exit code and meaning, the gravest last. Exit codes 1 (failure) and 2 (misuse) are the command line's."""

UNCHECKED = (
    "question",
    "standalone_question",
    "confidence",
    "withheld",
    "decline.detail",
    "decline.searched",
    "model",
    "prompt_sha256",
    "index.encoder",
    "timings_ms",
)

EXTRACTIVE = "extractive"


@dataclass(frozen=True, slots=True)
class Checked:
    """One part of an answer and what was found of it."""

    part: str
    """"quote 1", "nearest 1", "statement 1" (counted from 1) or "answer"."""
    verdict: str
    details: tuple[str, ...] = ()
    citation: str = ""
    """Of a quote, as the reports have it now."""
    report: str | None = None
    place: Span | None = None
    """Where a quote stands now."""

    @property
    def exit_code(self) -> int:
        return VERDICTS[self.verdict][0]


@dataclass(frozen=True, slots=True)
class Verification:
    verdict: str
    """The gravest of ``parts``."""
    parts: tuple[Checked, ...]
    notes: tuple[str, ...]
    """What a reader should know and no verdict rests on."""

    @property
    def exit_code(self) -> int:
        return VERDICTS[self.verdict][0]


def verify(reading: Reading, texts: ReportTexts, guard: Guard) -> Verification:
    """Every quote, field and statement of a published answer, each with its own verdict."""
    parts: list[Checked] = []
    notes: list[str] = []
    if reading.faults:
        parts.append(Checked("answer", "answer_edited", reading.faults))
    if reading.answer is None:
        parts.append(Checked("quotes", "not_checked", ("the answer's fields cannot be read",)))
    else:
        found = reading.answer
        quotes = [_quote(f"quote {number}", quote, texts) for number, quote in enumerate(found.quotes, start=1)]
        nearest = found.decline.nearest if found.decline else []
        parts += [*quotes, *(_quote(f"nearest {number}", quote, texts) for number, quote in enumerate(nearest, 1))]
        parts += _statements(found, quotes, texts, guard)
        if contradictions := tuple(_contradictions(found, texts)):
            parts.append(Checked("answer", "answer_edited", contradictions))
        if found.index.corpus_sha256 != texts.corpus_sha256:
            notes.append("the collection is another than the one asked then: other reports were added or removed")
    gravest = max((part.verdict for part in parts), key=lambda verdict: VERDICTS[verdict][0], default="ok")
    return Verification(gravest, tuple(parts), tuple(notes))


def _quote(part: str, quote: PublishedQuote, texts: ReportTexts) -> Checked:
    name = texts.by_hash.get(quote.report_sha256, quote.report)
    if name not in texts.infos:
        return Checked(part, "report_missing", (f"there is no report {quote.report!r} here",), quote.citation)
    report = texts.report(name)
    changed = report.info.sha256 != quote.report_sha256
    found = check_slice(report.text, quote.start, quote.end, quote.text)
    if found.start is None or found.end is None:
        if changed:
            return Checked(part, "quote_gone", ("the file has other bytes", "the quote is not in it"), quote.citation)
        there = report.text[max(0, quote.start) : max(0, quote.end)][:200]
        return Checked(part, "quote_altered", (f"the report has there: {there!r}",), quote.citation, name)
    place = Span(found.start, found.end)
    moved = (place.start, place.start + len(quote.text)) != (quote.start, quote.end)
    faults = [("quote_moved", f"it stands at {place.start}-{place.end}, not at {quote.start}-{quote.end}")] * moved
    paragraph = _paragraph(report, place)
    if paragraph is None:
        faults.append(("quote_cut", "it does not lie within one paragraph of the report"))
    elif cut := _cut(report, paragraph, place):
        faults.append(("quote_cut", cut))
    faults += [("fields_edited", fault) for fault in _fields(quote, report, paragraph)]
    if changed:
        where = f"elsewhere, at {place.start}-{place.end}" if moved else "at its offsets"
        head = f"the file has other bytes; the quote still stands {where}"
        faults = [("report_changed", head), *(("report_changed", text) for _, text in faults[moved:])]
    verdict = max((verdict for verdict, _ in faults), key=lambda each: VERDICTS[each][0], default="ok")
    cited = citation.cite(report.info, paragraph.section, paragraph.number) if paragraph else ""
    return Checked(part, verdict, tuple(text for _, text in faults), cited, name, place)


def _paragraph(report: Report, place: Span) -> Paragraph | None:
    return next((p for p in report.paragraphs if p.start <= place.start and place.end <= p.end), None)


def _cut(report: Report, paragraph: Paragraph, place: Span) -> str | None:
    """What stands before or after the quote in its sentences; None where it is whole sentences."""
    spans = sentences.split(report.text, paragraph.body_start, paragraph.end)
    first = next((span.start for span in reversed(spans) if span.start <= place.start), paragraph.start)
    last = next((span.end for span in spans if place.end <= span.end), paragraph.end)
    before, after = report.text[first : place.start], report.text[place.end : last]
    lost = [f"{side} it {text.strip()!r}" for side, text in (("before", before), ("after", after)) if text]
    return f"the sentence goes on: {', '.join(lost)}" if lost else None


def _fields(quote: PublishedQuote, report: Report, paragraph: Paragraph | None) -> Iterator[str]:
    section, number = (paragraph.section, paragraph.number) if paragraph else ("", 0)
    expected = {
        "report": report.info.id,
        "section": section,
        "paragraph": number,
        "citation": citation.cite(report.info, section, number),
        "url": report.info.url,
    }
    for field, value in expected.items():
        if (saved := getattr(quote, field)) != value:
            yield f"{field}: the answer says {saved!r}, the reports say {value!r}"


def _statements(
    answer: PublishedAnswer, quotes: Sequence[Checked], texts: ReportTexts, guard: Guard
) -> Iterator[Checked]:
    for number, statement in enumerate(answer.statements, start=1):
        verdict, *details = _statement(statement, answer, quotes, texts, guard)
        yield Checked(f"statement {number}", verdict, tuple(details))


def _statement(
    statement: PublishedStatement, answer: PublishedAnswer, quotes: Sequence[Checked], texts: ReportTexts, guard: Guard
) -> tuple[str, ...]:
    """Verdict and details."""
    positions = statement.quotes
    if not positions:
        return "answer_edited", "it has no quote"
    if len(set(positions)) < len(positions) or not all(0 <= position < len(quotes) for position in positions):
        return "answer_edited", f"its quotes {positions} are not distinct positions in a list of {len(quotes)}"
    cited = [answer.quotes[position].text for position in positions]
    if answer.model.provider == EXTRACTIVE and statement.text not in cited:
        return "answer_edited", "it is said to be a report's own sentence and is none of its quotes"
    readings: tuple[list[tuple[Passage, int]], ...] = ([], [])
    for position in positions:
        for reading, found in zip(readings, _evidence(quotes[position], texts), strict=True):
            if not found:
                return "not_checked", f"quote {position + 1} does not hold"
            reading.extend(found)
    refusals = [guard.check(Draft(statement.text, tuple(evidence)), texts.infos) for evidence in readings]
    refused = refusals[0] if all(refusals) else None
    return ("answer_edited", f"{refused.verdict}: {refused.detail}") if refused else ("ok",)


def _evidence(quote: Checked, texts: ReportTexts) -> tuple[list[tuple[Passage, int]], list[tuple[Passage, int]]]:
    """The sentences of a quote that stands, in the passages with the most and with the least said before them.

    Neighbouring passages share a sentence, and an answer does not tell which of them it was found in.
    """
    if quote.place is None or quote.report is None or quote.verdict == "quote_cut":
        return [], []
    most: dict[int, tuple[Passage, int]] = {}
    least: dict[int, tuple[Passage, int]] = {}
    for passage in passages.split(texts.report(quote.report)):
        for index, span in enumerate(passage.sentences):
            if quote.place.start <= span.start and span.end <= quote.place.end:
                most[span.start] = max(most.get(span.start, (passage, index)), (passage, index), key=lambda e: e[1])
                least[span.start] = min(least.get(span.start, (passage, index)), (passage, index), key=lambda e: e[1])
    return list(most.values()), list(least.values())


def _contradictions(answer: PublishedAnswer, texts: ReportTexts) -> Iterator[str]:
    """What an answer as it was made cannot say."""
    checks: tuple[tuple[bool, str], ...] = (
        (
            (answer.outcome == "answered") != bool(answer.statements)
            or (answer.outcome == "declined") != bool(answer.decline),
            f"the outcome {answer.outcome!r} contradicts the statements or the decline",
        ),
        (
            len({(quote.report, quote.start, quote.end) for quote in answer.quotes}) < len(answer.quotes),
            "a quote is listed twice",
        ),
        (
            texts.generation == answer.index.generation and texts.corpus_sha256 != answer.index.corpus_sha256,
            "index.corpus_sha256 is not that of the index generation it names",
        ),
    )
    yield from (text for fails, text in checks if fails)
    used = {position for statement in answer.statements for position in statement.quotes}
    yield from (f"quote {number + 1} belongs to no statement" for number in set(range(len(answer.quotes))) - used)
    admits: Callable[..., bool] = Filters(tuple(answer.filters.countries), tuple(answer.filters.years)).admits
    quoted = {quote.report for quote in answer.quotes}
    for name in sorted(quoted & set(texts.infos)):
        if not admits(texts.infos[name]):
            yield f"{name} is quoted, and the filters do not admit it"
    for silent in answer.silent:
        if silent.report in quoted:
            yield f"{silent.report} is called silent, and quoted"
        if silent.report not in texts.infos:
            yield f"{silent.report} is called silent, and there is no such report here"
