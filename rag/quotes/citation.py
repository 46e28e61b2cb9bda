"""Quotes and how they are cited. This is the only place where a ``Quote`` is made."""

from rag.errors import IndexDamagedError
from rag.types import Passage, Quote, ReportInfo, Span


def cite(report: ReportInfo, section: str, paragraph: int) -> str:
    """As a filing cites it; the section only where it is certain. Paragraphs count from 1 over the whole report.

    "U.S. Department of State, Country Reports on Human Rights Practices for 2020: Kazakhstan, Section 1.c., para. 12"
    """
    return ", ".join(part for part in (report.publisher, report.title, section, f"para. {paragraph}") if part)


def quote(report: ReportInfo, text: str, passage: Passage, span: Span) -> Quote:
    """The slice ``span`` of the report's stored ``text``, checked against what the passage holds at that place.

    Raises ``IndexDamagedError`` where they differ: then the index and its reports have come apart.
    """
    words = span.of(text)
    if not words or words != passage.text[span.start - passage.start : span.end - passage.start]:
        raise IndexDamagedError(
            f"passage {passage.start}-{passage.end} of {report.id} differs from its report: rebuild with "
            "'rapporteur index build'"
        )
    return Quote(
        report=report.id,
        start=span.start,
        end=span.end,
        text=words,
        section=passage.section,
        paragraph=passage.paragraph,
        citation=cite(report, passage.section, passage.paragraph),
        url=report.url,
        report_sha256=report.sha256,
    )
