"""Questions about the reports themselves are told from questions about what the reports say."""

import re

import pytest

from rag.question import about_reports
from rag.question.about_reports import Section


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("What topics does it cover?", "topics"),
        ("Which sections does the 2016 copy have?", "topics"),
        ("What is the report about?", "topics"),
        ("table of contents", "topics"),
        ("Who wrote these?", "publisher"),
        ("Who published the reports?", "publisher"),
        ("Which reports do you have?", "held"),
        ("what years are covered?", "held"),
        ("How many reports do you have?", "held"),
        ("what can I ask you?", "held"),
        ("Who wrote the law?", None),
        ("What does the report say about torture?", None),
        ("How many reports of torture were there?", None),
        ("What issues does the ombudsman cover?", None),
        ("Which countries do people flee to?", None),
        ("What documents do asylum seekers have?", None),
        ("Who published the satirical article?", None),
    ],
)
def test_a_question_about_the_reports_is_known(question, subject):
    assert about_reports.subject(question) == subject


@pytest.mark.parametrize(
    ("question", "section"),
    [
        ("Summarise section 2", Section(2)),
        ("Section 1.c 2016", Section(1, "c")),
        ("What does section 3 say?", Section(3)),
        ("Summarize section 1.c of the 2016 report on Kazakhstan", Section(1, "c")),
        ("Which section of society suffers most?", None),
        ("What does section 174 of the criminal code punish?", None),
    ],
)
def test_a_section_asked_for_as_a_whole_is_known(question, section):
    assert about_reports.section(question) == section


def test_topics_come_in_the_order_of_the_sections(seed_reports):
    """Whichever report has them."""
    reports = [report.info for report in seed_reports.values()]
    told = about_reports.told("topics", reports, "Kazakhstan (2016, 2020)")
    assert [int(number) for number in re.findall(r"Section (\d)", told)] == [1, 2, 3, 4, 5]


def test_a_section_holds_its_letters_and_no_others():
    assert Section(1).holds("Section 1")
    assert Section(1).holds("Section 1.c., p. 12")
    assert not Section(1).holds("Section 12")
    assert Section(1, "c").holds("Section 1.c.")
    assert not Section(1, "c").holds("Section 1")


def test_a_digest_is_headline_sentences_of_the_section_with_their_quotes(answerer):
    """In the order of the text, of that section alone."""
    found = answerer.ask("Summarise section 2 of the 2020 report")
    assert found.outcome == "answered"
    assert len(found.statements) > 1
    assert all(quote.section.startswith("Section 2") and quote.report == "kazakhstan-2020" for quote in found.quotes)
    assert [quote.start for quote in found.quotes] == sorted(quote.start for quote in found.quotes)


def test_a_section_that_the_copy_lacks_is_declined_and_what_it_holds_is_told(answerer):
    found = answerer.ask("Summarise section 6 of the 2016 report")
    assert found.outcome == "declined"
    assert "has Sections 1 and 3 only" in found.decline.detail


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What topics does it cover?", "Freedom to Participate in the Political Process"),
        ("Who wrote these?", "Published by U.S. Department of State"),
        ("Which reports do you have?", "Kazakhstan (2016, 2020)"),
    ],
)
def test_the_manifest_and_the_outline_answer(answerer, question, told):
    found = answerer.ask(question)
    assert (found.outcome, found.decline.reason) == ("declined", "about_the_reports")
    assert told in found.decline.detail
    assert not found.decline.nearest
