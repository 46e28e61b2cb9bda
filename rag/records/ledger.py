"""What an answer consists of, gathered while it is made: statements with their quotes, and what was withheld."""

from rag.interfaces import PassageStore
from rag.quotes.citation import quote
from rag.records import silence
from rag.types import Draft, Passage, Quote, Silent, Span, Statement, Withheld


class Ledger:
    """Holds each quoted place once, in the order of first use."""

    def __init__(self, store: PassageStore) -> None:
        self._store = store
        self._reports = {report.id: report for report in store.reports}
        self._quotes: dict[tuple[str, int, int], Quote] = {}
        self.statements: list[Statement] = []
        self.withheld: list[Withheld] = []

    @property
    def quotes(self) -> tuple[Quote, ...]:
        return tuple(self._quotes.values())

    def state(self, draft: Draft) -> Statement:
        """Enters a draft that passed the guard, with a quote for each sentence that it rests on."""
        positions = [self._position(self.quote(passage, passage.sentences[index])) for passage, index in draft.evidence]
        statement = Statement(draft.text, tuple(dict.fromkeys(positions)))
        self.statements.append(statement)
        return statement

    def withhold(self, withheld: Withheld) -> Withheld:
        self.withheld.append(withheld)
        return withheld

    def quote(self, passage: Passage, span: Span) -> Quote:
        """A checked quote, without entering it."""
        return quote(self._reports[passage.report], self._store.text(passage.report), passage, span)

    def silent(self, asked: tuple[str, ...]) -> tuple[Silent, ...]:
        """Those of the reports ``asked`` (ids) that no statement quotes."""
        speaking = {report for report, _, _ in self._quotes}
        return tuple(
            Silent(report, silence.note([self._reports[report]])) for report in asked if report not in speaking
        )

    def _position(self, found: Quote) -> int:
        place = (found.report, found.start, found.end)
        self._quotes.setdefault(place, found)
        return list(self._quotes).index(place)
