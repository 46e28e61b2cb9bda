"""Every quotation of a draft, judged together with the report that the draft says it is from."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rag.document.block import Draft
from rag.document.cited import Cited, near
from rag.document.quotations import SHORTEST, Quotation, find, words
from rag.quotes import Nearest, Place, QuoteIndex, QuoteVerdict
from rag.quotes.citation import cite
from rag.types import ReportInfo

CODES = MappingProxyType(
    {
        "not_checked": (0, "Fewer than three words: a term or a scare quote."),
        "verbatim": (0, "Whole sentences, as printed."),
        "typography": (0, "Whole sentences, the same but for typography."),
        "cut": (20, "As printed, but its sentence goes on, or words were left out; see what was cut."),
        "wrong_section": (21, "In the report cited, under another section."),
        "misattributed": (22, "In another report than the one cited."),
        "not_found": (23, "In none of the reports; the nearest true sentence is shown and is no verdict."),
    }
)
"""Verdict on a quotation to exit code and meaning, the gravest last."""

PLACES = 5
"""Places that an entry shows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One quotation of a draft. Places are the report's, those in the report cited first."""

    place: str
    """In the draft: "line 12", "footnote 3"."""
    text: str
    cited: Cited
    verdict: str
    notes: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    citations: tuple[str, ...] = ()
    """True citations of ``places``."""
    count: int = 0
    """Of all places, shown or not."""
    nearest: Nearest | None = None
    nearest_citation: str = ""

    @property
    def exit_code(self) -> int:
        return CODES[self.verdict][0]


def check(draft: Draft, index: QuoteIndex, reports: Mapping[str, ReportInfo]) -> list[Entry]:
    """A ledger of the draft's quotations, in order. ``reports``: those of ``index``, by id."""
    found = list(find(draft.blocks))
    entries: list[Entry] = []
    cited, block, done = Cited(), -1, 0
    for position, quotation in enumerate(found):
        if quotation.block == block and quotation.start < done:
            continue
        text = quotation.text(draft.blocks[quotation.block])
        if words(text) < SHORTEST and len(quotation.ends) == 1:
            entries.append(Entry(draft.blocks[quotation.block].place(quotation.start), text, Cited(), "not_checked"))
            continue
        read = near(draft, found, position, cited)
        cited = read or cited
        entry, block, done = _entry(draft, quotation, read, index, reports)
        entries.append(entry)
    return entries


def _entry(
    draft: Draft, quotation: Quotation, cited: Cited, index: QuoteIndex, reports: Mapping[str, ReportInfo]
) -> tuple[Entry, int, int]:
    """The entry, with the position of its block and where it ends there."""
    block = draft.blocks[quotation.block]
    place = block.place(quotation.start)
    ends = [quotation.end, *(end for end in quotation.ends if end != quotation.end)]
    readings = [(end, text) for end in ends if words(text := quotation.text(block, end)) >= SHORTEST]
    if not readings:
        text = quotation.text(block)
        return Entry(place, text, Cited(), "not_checked"), quotation.block, quotation.end
    judged = [(end, index.judge(text, country=cited.country, year=cited.year)) for end, text in readings]
    end, verdict = min(judged, key=lambda item: (list(CODES).index(item[1].verdict), -len(item[1].text)))
    return _judged(place, cited, verdict, quotation, reports), quotation.block, end


def _judged(
    place: str, cited: Cited, found: QuoteVerdict, quotation: Quotation, reports: Mapping[str, ReportInfo]
) -> Entry:
    notes = ["no closing mark"] if quotation.unclosed else []
    verdict: str = found.verdict
    if not cited.country and not cited.year:
        notes.append("no citation read near it: held against every report")
    elif not any(_named(info, cited) for info in reports.values()):
        notes.append(f"there is no report {cited.country or ''} {cited.year or ''} here".replace("  ", " "))
    fitting = [each for each in found.places if _named(reports[each.report], cited)]
    if cited.section and fitting and not any(_compatible(cited.section, each.section) for each in fitting):
        notes.append(f"cited as Section {cited.section}, stands in {fitting[0].section}")
        verdict = max(verdict, "wrong_section", key=list(CODES).index)
    shown = found.places[:PLACES]
    nearest = found.nearest
    return Entry(
        place=place,
        text=found.text,
        cited=cited,
        verdict=verdict,
        notes=tuple(notes),
        places=shown,
        citations=tuple(cite(reports[each.report], each.section, each.paragraph) for each in shown),
        count=len(found.places),
        nearest=nearest,
        nearest_citation=cite(reports[nearest.report], nearest.section, nearest.paragraph) if nearest else "",
    )


def _named(info: ReportInfo, cited: Cited) -> bool:
    return (cited.country is None or info.country == cited.country) and (cited.year is None or info.year == cited.year)


def _compatible(cited: str, section: str) -> bool:
    """Whether a cited section may be ``section``, which may be less certain than the citation, or only a page."""
    certain = section.partition(", p")[0].removeprefix("Section ").strip(".") if section.startswith("Section") else ""
    return cited.startswith(certain) or certain.startswith(cited)
