"""CSV and JSON."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from rag.export.anchors import annotation, link
from rag.export.cells import table
from rag.export.material import Material
from rag.types import Quote

COLUMNS = (
    "statement", "text", "quote", "quoted", "citation", "country", "year", "report", "section", "paragraph",
    "start", "end", "report_sha256", "link",
)  # fmt: skip


def csv_table(material: Material) -> str:
    """A row for each quote of each statement; of a declined answer, for each nearest passage, without a statement."""
    return table(COLUMNS, list(_rows(material)))


def json_text(material: Material) -> str:
    """``answer``: the published JSON, which can be verified; ``annotations``: a W3C Web Annotation for each quote."""
    quotes = [
        {**annotation(quote, material.reports[quote.report], body), "link": link(quote, material.reports[quote.report])}
        for quote, body in _said(material)
    ]
    return json.dumps({"answer": asdict(material.answer), "annotations": quotes}, ensure_ascii=False, indent=2) + "\n"


def _said(material: Material) -> Iterator[tuple[Quote, str]]:
    """Every quote, with the statements that rest on it."""
    for number, quote in enumerate(material.quotes):
        stated = [] if material.answer.decline else material.answer.statements
        yield quote, " ".join(statement.text for statement in stated if number in statement.quotes)


def _rows(material: Material) -> Iterator[list[object]]:
    answer = material.answer
    if answer.decline:
        for number, quote in enumerate(material.quotes, start=1):
            yield ["", answer.decline.detail, number, *_cells(quote, material)]
    for number, statement in enumerate(answer.statements, start=1):
        for position in statement.quotes:
            yield [number, statement.text, position + 1, *_cells(answer.quotes[position], material)]


def _cells(quote: Quote, material: Material) -> tuple[object, ...]:
    report = material.reports[quote.report]
    return (
        quote.text, quote.citation, report.info.country, report.info.year, quote.report, quote.section,
        quote.paragraph, quote.start, quote.end, quote.report_sha256, link(quote, report) or "",
    )  # fmt: skip
