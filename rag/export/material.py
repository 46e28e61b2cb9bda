"""What every format is made from: an answer with the reports that it quotes, checked once more."""

from collections.abc import Mapping
from dataclasses import dataclass

from rag.errors import ReceiptError
from rag.records.report_texts import ReportTexts
from rag.types import Answer, Quote, Report


@dataclass(frozen=True, slots=True)
class Material:
    answer: Answer
    reports: Mapping[str, Report]
    """Those quoted, by id, in the order of first use."""

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """Those of the statements, or of a declined answer the nearest ones."""
        return self.answer.decline.nearest if self.answer.decline else self.answer.quotes


def gather(answer: Answer, texts: ReportTexts) -> Material:
    """``ReceiptError`` where a quote is not what its report says at its place."""
    quoted = (*answer.quotes, *(answer.decline.nearest if answer.decline else ()))
    reports: dict[str, Report] = {}
    for quote in quoted:
        report = texts.report(quote.report)
        exact = 0 <= quote.start < quote.end and report.text[quote.start : quote.end] == quote.text
        if not exact or report.info.sha256 != quote.report_sha256:
            raise ReceiptError(f"{quote.citation}: the report does not say this there: 'rapporteur verify' tells more")
        reports[quote.report] = report
    return Material(answer, reports)
