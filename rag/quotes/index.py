"""Where a quotation stands in the reports, and whether it stands there as quoted."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Literal

from rag import countries
from rag.quotes.folding import HYPHENS, Folded, fold, joined, occurrences
from rag.quotes.losses import LOST
from rag.text import sentences, words
from rag.types import Paragraph, Report, ReportInfo, Span

PLACE_LIMIT = 1_000
"""Most places that one judgement reports."""

Verdict = Literal["verbatim", "typography", "cut", "misattributed", "not_found"]
_ORDER: tuple[Verdict, ...] = ("verbatim", "typography", "cut")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quotation stands. Offsets are those of the report's stored text."""

    report: str
    start: int
    end: int
    paragraph: int
    section: str
    sentences: Span
    """From the beginning of the first sentence touched to the end of the last."""
    verdict: Literal["verbatim", "typography", "cut"]
    before: str
    """What the sentence says before the quotation, "" where the quotation begins it."""
    after: str
    omitted: tuple[str, ...]
    """What the quoter left out inside, at an ellipsis or bracket."""
    lost: tuple[str, ...]
    """What kinds of word stand in the parts left out: "negation", "denial", "speaker", "condition"."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The most similar true sentence, to show beside a quotation that was not found; no verdict rests on it."""

    report: str
    start: int
    end: int
    text: str
    paragraph: int
    section: str
    overlap: float
    """Dice coefficient of the stems of words, 0..1."""


@dataclass(frozen=True, slots=True)
class QuoteVerdict:
    text: str
    verdict: Verdict
    places: tuple[Place, ...]
    """Those in the report that was named come first, the best before others, then in order of the reports."""
    nearest: Nearest | None = None
    """Only where nothing was found."""


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Folded parts of a quotation, in order, and whether its author marked a change."""

    parts: tuple[str, ...]
    edited: bool


_GAP = re.compile(r"\[\s*(?:\.\s?\.\s?\.|…)\s*\]|\(\s*(?:\.\.\.|…)\s*\)|\.\s?\.\s?\.(?:\s?\.)?|…|\[[^\[\]]*\]")
_LETTER = re.compile(r"\[([^\W\d_])\](?=\w)")
_WRAPPED = re.compile(r"""\s*(?:“(.*)”|"(.*)"|‘(.*)’|'(.*)'|«(.*)»)\s*""", re.DOTALL)
_LAST_MARK = re.compile(r"[.,;:]+(?=[\"']*$)")
_WORD = re.compile(r"\w")


class QuoteIndex:
    """Quotations judged over a collection. Every report is folded once; a quotation is found with ``str.find``."""

    def __init__(self, reports: Iterable[Report]) -> None:
        self._reports = {report.info.id: report for report in reports}
        self._folded = {name: fold(report.text) for name, report in self._reports.items()}
        self._starts = {name: [p.start for p in report.paragraphs] for name, report in self._reports.items()}

    def judge(
        self, text: str, report: str | None = None, country: str | None = None, year: int | None = None
    ) -> QuoteVerdict:
        """Verdict on ``text``; with ``report`` (id), ``country`` or ``year`` also on whether it stands there.

        ``misattributed`` is given before ``cut``: a quotation cut in another report is misattributed, and its
        places say that it is cut as well.
        """
        places = sorted(self._places(text), key=lambda place: _ORDER.index(place.verdict))
        if not places:
            return QuoteVerdict(text, "not_found", (), self._nearest(text))
        wanted = (countries.canonical(country) or country).casefold() if country else None

        def named(info: ReportInfo) -> bool:
            return (
                (report is None or info.id == report)
                and (wanted is None or info.country.casefold() == wanted)
                and (year is None or info.year == year)
            )

        fitting = [place for place in places if named(self._reports[place.report].info)]
        others = [place for place in places if not named(self._reports[place.report].info)]
        verdict: Verdict = fitting[0].verdict if fitting else "misattributed"
        return QuoteVerdict(text, verdict, (*fitting, *others))

    def _places(self, text: str) -> list[Place]:
        """All places of the first reading of ``text`` that is found at all."""
        for reading in _readings(text):
            found = list(islice(self._find(reading, text), PLACE_LIMIT))
            if found:
                return found
        return []

    def _find(self, reading: _Pieces, text: str) -> Iterator[Place]:
        for name, folded in self._folded.items():
            report = self._reports[name]
            for start in occurrences(folded.text, reading.parts[0], joiners="'"):
                spans = [folded.source(start, start + len(reading.parts[0]))]
                paragraph = self._paragraph(name, spans[0].start)
                if paragraph is None or not _follow(folded, start, reading.parts, paragraph, spans):
                    continue
                last = self._paragraph(name, spans[-1].end - 1)
                if last and not any(
                    joined(report.text, at, HYPHENS) for span in spans for at in (span.start, span.end)
                ):
                    exact = not reading.edited and report.text[spans[0].start : spans[0].end] in text
                    yield _place(report, (paragraph, last), spans, edited=reading.edited, exact=exact)

    def _paragraph(self, report: str, offset: int) -> Paragraph | None:
        number = bisect_right(self._starts[report], offset) - 1
        paragraph = self._reports[report].paragraphs[number] if number >= 0 else None
        return paragraph if paragraph and offset < paragraph.end else None

    def _nearest(self, text: str) -> Nearest | None:
        """Among paragraphs that share the most runs of three words with ``text``, or else its longest words."""
        plain = fold(text).text
        found = list(_WORDS.finditer(plain))
        runs = {plain[a.start() : c.end()] for a, c in zip(found, found[2:], strict=False)}
        longest = sorted({match.group() for match in found}, key=lambda word: (-len(word), word))[:6]
        for needles in (sorted(runs)[:40], longest):
            shared: Counter[tuple[str, int]] = Counter()
            for name, folded in self._folded.items():
                for needle in needles:
                    for start in islice(occurrences(folded.text, needle), 50):
                        paragraph = self._paragraph(name, folded.source(start, start + 1).start)
                        if paragraph:
                            shared[name, paragraph.number] += 1
            best = [self._closest(plain, name, number) for (name, number), _ in shared.most_common(8)]
            if best:
                return max(best, key=lambda nearest: nearest.overlap)
        return None

    def _closest(self, plain: str, name: str, number: int) -> Nearest:
        report = self._reports[name]
        paragraph = next(p for p in report.paragraphs if p.number == number)
        wanted = Counter(words.terms(plain))

        def overlap(span: Span) -> float:
            there = Counter(words.terms(span.of(report.text)))
            return 2 * (wanted & there).total() / max(1, wanted.total() + there.total())

        span = max(sentences.split(report.text, paragraph.body_start, paragraph.end), key=overlap)
        return Nearest(
            name, span.start, span.end, span.of(report.text), paragraph.number, paragraph.section, overlap(span)
        )


_WORDS = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


def _readings(text: str) -> Iterator[_Pieces]:
    """Ways to read a pasted quotation, the most literal first.

    As it stands; without the marks around it; without its own last comma or full stop; with its ellipses and
    brackets as the quoter's.
    """
    texts = [text.strip()]
    if wrapped := _WRAPPED.fullmatch(text):
        texts.append(next(group for group in wrapped.groups() if group is not None).strip())
    texts += [bare for each in texts if (bare := _LAST_MARK.sub("", each)) != each]
    for each in texts:
        plain = fold(each).text.strip()
        if _WORD.search(plain):
            yield _Pieces((plain,), edited=False)
    for each in texts:
        lettered = _LETTER.sub(r"\1", each)
        parts = tuple(part for piece in _GAP.split(lettered) if _WORD.search(part := fold(piece).text.strip(" ,;:")))
        if parts and (len(parts) > 1 or lettered != each or _GAP.search(each)):
            yield _Pieces(parts, edited=True)


def _follow(folded: Folded, start: int, parts: tuple[str, ...], paragraph: Paragraph, spans: list[Span]) -> bool:
    """Whether the parts after the first follow it in order inside the paragraph; adds their source ranges."""
    done = start + len(parts[0])
    for part in parts[1:]:
        at = next(occurrences(folded.text, part, done, joiners="'"), -1)
        if at < 0:
            return False
        done = at + len(part)
        spans.append(folded.source(at, done))
        if spans[-1].end > paragraph.end:
            return False
    return True


def _place(
    report: Report, paragraphs: tuple[Paragraph, Paragraph], spans: list[Span], *, edited: bool, exact: bool
) -> Place:
    """The place of a quotation whose pieces stand at ``spans``, from the first paragraph to the last."""
    first, last = paragraphs
    start, end = spans[0].start, spans[-1].end
    whole = Span(min(start, _sentence(report, first, start).start), _sentence(report, last, end - 1).end)
    before, after = report.text[whole.start : start].strip(), report.text[end : whole.end].strip()
    omitted = tuple(report.text[a.end : b.start].strip() for a, b in pairwise(spans))
    cut = edited or any(_WORD.search(part) for part in (before, after))
    left_out = fold(" ".join((before, *omitted, after))).text
    return Place(
        report=report.info.id,
        start=start,
        end=end,
        paragraph=first.number,
        section=first.section,
        sentences=whole,
        verdict="cut" if cut else "verbatim" if exact and not before and not after else "typography",
        before=before,
        after=after,
        omitted=omitted,
        lost=tuple(name for name, pattern in LOST.items() if pattern.search(left_out)),
    )


def _sentence(report: Report, paragraph: Paragraph, offset: int) -> Span:
    """The sentence at ``offset``; the run-in heading counts as the beginning of the first one."""
    spans = sentences.split(report.text, paragraph.body_start, paragraph.end)
    return next((span for span in spans if offset < span.end), spans[-1])
