"""Words that only say where to look are no part of what a question is about."""

import pytest

from rag.question.wording import topic


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("What does the 2016 report say about Bokayev?", "What about Bokayev?"),
        ("According to the 2020 report, how many complaints of torture?", ", how many complaints of torture?"),
        ("Are there reports of torture in prisons?", "Are there reports of torture in prisons?"),
        ("Who reported the incident to police?", "Who reported the incident to police?"),
        ("Are journalists in Kazakhstan free?", "Are journalists in free?"),
        ("Kazakhstan", "Kazakhstan"),
        ("What does the report say?", "What ?"),
    ],
)
def test_talk_about_the_reports_is_blanked_out(question, left):
    assert topic(question, {"Kazakhstan"}).split() == left.split()


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("Difference between the 2016 and 2020 reports on judicial independence", "on judicial independence"),
        ("Compare freedom of the press in 2016 and 2020", "freedom of the press"),
        ("How have prison conditions changed between the 2016 and 2020 reports?", "How have prison conditions ?"),
    ],
)
def test_a_comparison_is_about_what_is_compared(question, left):
    assert topic(question, {"Kazakhstan"}, compares=True).split() == left.split()


def test_what_is_left_keeps_its_places():
    """So that names can still be told by their capitals and their place."""
    question = "What does the 2016 report say about Bokayev?"
    assert len(topic(question, set())) == len(question)
    assert topic(question, set()).index("Bokayev") == question.index("Bokayev")
