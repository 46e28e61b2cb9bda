"""Passages are slices of the report, tiled by whole sentences, none too long for the encoder."""

from itertools import groupby, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.corpus.passages import WORD_LIMIT, embedded_text, paragraphs, split
from rag.text import sentences
from rag.types import Paragraph, Report
from tests.fakes import make_report


def words(text):
    return len(text.split())


def by_paragraph(passages):
    return [list(group) for _, group in groupby(passages, key=lambda passage: (passage.report, passage.paragraph))]


LENGTHS = st.lists(st.integers(1, WORD_LIMIT + 40), min_size=1, max_size=12)


def paragraph_of(lengths):
    return " ".join("Word" + " word" * (length - 1) + "." for length in lengths)


def check(report, passages):
    """What must hold of every report's passages."""
    for passage in passages:
        assert passage.text == report.text[passage.start : passage.end]
        assert passage.sentences
        assert passage.end == passage.sentences[-1].end
        for index, span in enumerate(passage.sentences):
            assert passage.sentence(index) == span.of(report.text)
        for one, other in pairwise(passage.sentences):
            assert one.end < other.start
            assert report.text[one.end : other.start].isspace()
        total = sum(words(span.of(report.text)) for span in passage.sentences)
        assert total <= WORD_LIMIT or len(passage.sentences) == 1
    for paragraph, parts in zip(report.paragraphs, by_paragraph(passages), strict=True):
        assert {(p.paragraph, p.section, p.outline) for p in parts} == {
            (paragraph.number, paragraph.section, paragraph.outline)
        }
        assert (parts[0].start, parts[-1].end) == (paragraph.start, paragraph.end)
        assert all(part.start == part.sentences[0].start for part in parts[1:])
        held = sorted({span for part in parts for span in part.sentences}, key=lambda span: span.start)
        assert held == sentences.split(report.text, paragraph.body_start, paragraph.end)


def test_passages_of_the_seeds_are_slices_of_their_files(seeds, seed_reports, seed_passages):
    """Checked against the files on disk, without the product's own reader."""
    for report in seed_reports.values():
        text = (seeds / report.info.file).read_bytes().decode("utf-8")
        own = [passage for passage in seed_passages if passage.report == report.info.id]
        assert all(passage.text == text[passage.start : passage.end] for passage in own)
        check(report, own)


def test_a_run_in_heading_is_in_the_passage_and_in_no_sentence(seed_passages):
    headed = [p for p in seed_passages if p.outline and p.text.startswith(p.outline[-1])]
    assert len(headed) == 10 + 26
    for passage in headed:
        assert passage.sentences[0].start > passage.start + len(passage.outline[-1])


def test_only_long_paragraphs_are_split(seed_passages):
    several = {(parts[0].report, parts[0].paragraph) for parts in by_paragraph(seed_passages) if len(parts) > 1}
    long = {
        (parts[0].report, parts[0].paragraph)
        for parts in by_paragraph(seed_passages)
        if sum(words(s) for s in {part.sentence(i) for part in parts for i in range(len(part.sentences))}) > WORD_LIMIT
    }
    assert several == long
    assert len(several) == 10


@settings(max_examples=100, deadline=None)
@given(st.lists(LENGTHS, min_size=1, max_size=4))
def test_any_report_is_tiled(paragraphs_of_lengths):
    """Also where single sentences are longer than the limit."""
    report = make_report("Chad", 2021, [paragraph_of(lengths) for lengths in paragraphs_of_lengths])
    check(report, split(report))


@settings(max_examples=100, deadline=None)
@given(LENGTHS)
def test_parts_of_a_long_paragraph_share_one_sentence(lengths):
    """At most one, and one wherever it fits beside the next; otherwise nothing is said twice."""
    passages = split(make_report("Chad", 2021, [paragraph_of(lengths)]))
    for one, other in pairwise(passages):
        shared = set(one.sentences) & set(other.sentences)
        assert len(shared) <= 1
        if shared:
            assert one.sentences[-1] == other.sentences[0]
        else:
            first = words(one.sentence(len(one.sentences) - 1)), words(other.sentence(0))
            assert sum(first) > WORD_LIMIT
    for passage in passages:
        assert not any(set(passage.sentences) < set(other.sentences) for other in passages)


def test_paragraphs_come_back_from_passages(seed_reports):
    """The inverse, by which reports are read out of an index."""
    for report in seed_reports.values():
        assert paragraphs(split(report)) == report.paragraphs


@settings(max_examples=50, deadline=None)
@given(st.lists(LENGTHS, min_size=1, max_size=4))
def test_paragraphs_come_back_from_any_passages(paragraphs_of_lengths):
    report = make_report("Chad", 2021, [paragraph_of(lengths) for lengths in paragraphs_of_lengths])
    assert paragraphs(split(report)) == report.paragraphs


@pytest.fixture
def headed():
    text = "Exile: The law allows it. It was used."
    info = make_report("Chad", 2021, ["x."]).info
    outline = ("Section 2. Respect, Including:", "d. Movement", "Exile:")
    return Report(info, text, (Paragraph(1, 0, 7, len(text), "Section 2.d.", outline),))


def test_the_encoder_reads_inner_headings_and_the_text_once(headed):
    """The Section line says little, and the run-in heading stands in the text already."""
    [passage] = split(headed)
    assert embedded_text(passage) == "d. Movement. Exile: The law allows it. It was used."


def test_quotes_never_come_from_what_the_encoder_reads(headed):
    [passage] = split(headed)
    assert [passage.sentence(index) for index in range(2)] == ["The law allows it.", "It was used."]
