"""Every quote that a development or test question brings up is the seed file's own slice, and whole sentences."""

import hashlib
import json
from pathlib import Path

import pytest

from rag.text import sentences
from rag.types import Filters

pytestmark = pytest.mark.slow

GOLD = Path(__file__).parents[2] / "eval" / "gold"


def cases(name):
    return [json.loads(line) for line in (GOLD / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module", params=["seeds-dev.jsonl", "seeds-test.jsonl"])
def answers(request, answerer):
    return [
        (case, answerer.ask(case["question"], Filters(tuple(case["countries"]), tuple(case["years"]))))
        for case in cases(request.param)
    ]


@pytest.fixture(scope="module")
def files(seeds, seed_reports):
    """Report to (text, hash), read from disk without the product's reader."""
    found = {}
    for report in seed_reports.values():
        data = (seeds / report.info.file).read_bytes()
        found[report.info.id] = data.decode("utf-8"), hashlib.sha256(data).hexdigest()
    return found


@pytest.fixture(scope="module")
def edges(seed_reports):
    """Report to where its sentences start and end."""
    found = {}
    for report in seed_reports.values():
        cut = [span for p in report.paragraphs for span in sentences.split(report.text, p.body_start, p.end)]
        found[report.info.id] = {span.start for span in cut}, {span.end for span in cut}
    return found


def displayed(answer):
    return (*answer.quotes, *(answer.decline.nearest if answer.decline else ()))


def test_every_displayed_quote_equals_its_slice_of_the_file(answers, files):
    quotes = [quote for _, answer in answers for quote in displayed(answer)]
    assert len(quotes) > len(answers)
    for quote in quotes:
        text, digest = files[quote.report]
        assert quote.text == text[quote.start : quote.end]
        assert quote.report_sha256 == digest


def test_every_displayed_quote_is_whole_sentences(answers, edges):
    for _, answer in answers:
        for quote in displayed(answer):
            starts, ends = edges[quote.report]
            assert quote.start in starts, quote
            assert quote.end in ends, quote


def test_every_statement_stands_on_a_quote(answers):
    """Without a language model it is the quote."""
    for _, answer in answers:
        for statement in answer.statements:
            assert statement.text == answer.quotes[statement.quotes[0]].text


def test_every_citation_names_the_edition_and_a_paragraph(answers, seed_reports):
    """The section only where the outline is certain of it."""
    for _, answer in answers:
        for quote in displayed(answer):
            info = seed_reports[quote.report].info
            paragraph = seed_reports[quote.report].paragraphs[quote.paragraph - 1]
            assert paragraph.start <= quote.start < quote.end <= paragraph.end
            assert quote.section == paragraph.section
            expected = f"{info.publisher}, {info.title}, {quote.section}, para. {quote.paragraph}"
            assert quote.citation == expected
            assert str(info.year) in quote.citation


def test_filters_of_the_asker_hold(answers):
    """Where they admit any report; else the nearest passages are those of all."""
    for case, answer in answers:
        if answer.decline and answer.decline.reason == "not_in_collection":
            continue
        years = {quote.report.rpartition("-")[2] for quote in displayed(answer)}
        held = {str(year) for year in case["years"]} & {"2016", "2020"}
        assert not held or years <= held


def test_every_decline_says_where_it_looked(answers):
    declines = [answer.decline for _, answer in answers if answer.decline]
    assert declines
    for decline in declines:
        assert decline.detail
        assert decline.searched.reports in (1, 2)
        assert decline.searched.passages >= 64
        assert decline.nearest


def test_gold_quotes_stand_in_the_files():
    """The cases themselves are verbatim."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in (GOLD.parents[1] / "seeds").glob("*.txt")}
    text = {"kazakhstan-2016": texts["000_39872b16946549fa.txt"], "kazakhstan-2020": texts["001_5febb41d3d60d528.txt"]}
    for name in ("seeds-dev.jsonl", "seeds-test.jsonl"):
        for case in cases(name):
            assert all(quote["text"] in text[quote["report"]] for quote in case["quotes"]), case["id"]
