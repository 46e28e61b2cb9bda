"""Reports cut into what is searched: one passage a paragraph, several for a long one."""

from collections.abc import Iterable
from itertools import groupby

from rag.text import sentences
from rag.types import Paragraph, Passage, Report, Span

WORD_LIMIT = 160
"""Of one passage. Longer ones would be cut off by encoders that read 256 word pieces."""


def split(report: Report) -> list[Passage]:
    """Passages in order of the text. Consecutive passages of one paragraph share one sentence."""
    passages: list[Passage] = []
    for paragraph in report.paragraphs:
        spans = sentences.split(report.text, paragraph.body_start, paragraph.end)
        for run in _runs(report.text, spans):
            start, end = (paragraph.start if run[0] == spans[0] else run[0].start), run[-1].end
            outline, text = paragraph.outline, report.text[start:end]
            passages.append(
                Passage(report.info.id, paragraph.number, start, end, paragraph.section, outline, run, text)
            )
    return passages


def _runs(text: str, spans: list[Span]) -> list[tuple[Span, ...]]:
    """Runs of sentences within the limit, each opening with the last sentence of the one before where both fit.

    A sentence that is longer than the limit stands whole all the same.
    """
    lengths = [len(span.of(text).split()) for span in spans]
    runs: list[tuple[Span, ...]] = []
    fresh = 0
    while fresh < len(spans):
        first = fresh - 1 if fresh and lengths[fresh - 1] + lengths[fresh] <= WORD_LIMIT else fresh
        last, total = fresh, sum(lengths[first : fresh + 1])
        while last + 1 < len(spans) and total + lengths[last + 1] <= WORD_LIMIT:
            last += 1
            total += lengths[last]
        runs.append(tuple(spans[first : last + 1]))
        fresh = last + 1
    return runs


def paragraphs(passages: Iterable[Passage]) -> tuple[Paragraph, ...]:
    """The paragraphs that ``split`` cut; the inverse of it, for reports that come from an index."""
    return tuple(
        Paragraph(
            number, parts[0].start, parts[0].sentences[0].start, parts[-1].end, parts[0].section, parts[0].outline
        )
        for number, group in groupby(passages, key=lambda passage: passage.paragraph)
        for parts in [list(group)]
    )


def embedded_text(passage: Passage) -> str:
    """What the encoder reads for a passage: its innermost headings, then its text.

    The run-in heading, being part of the text already, is not repeated. Quotes never come from here.
    """
    headings = [heading for heading in passage.outline[1:] if not passage.text.startswith(heading)]
    return " ".join([*(heading.rstrip(":") + "." for heading in headings), passage.text])


def in_context(sentence: str, before: str, heading: str) -> str:
    """What a reader reads for a sentence: after it the heading above and the sentence before, where names stand."""
    context = [heading.rstrip(":.") + "."] if heading and not sentence.startswith(heading) else []
    return " ".join(f"{sentence} [SEP] {' '.join([*context, before])}".split())
