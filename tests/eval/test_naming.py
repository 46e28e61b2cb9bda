"""Which country and edition a question is taken to ask about, over whole sets of questions."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.suites import naming
from rag import countries
from rag.question import comparison, scope
from rag.question.country_spelling import written_out
from rag.types import Filters

HELD = naming.collections()
PRESENT = sorted({report.country for report in HELD["many"]})
LEAST = 0.95
"""Of every group of the development split; the few that are missed are listed by ``--failures``."""

QUESTION = st.builds(
    "{} {} {} {}".format,
    st.sampled_from(["How many", "Compare", "Did", "Which courts in", "the 2019 report on", "refugees from"]),
    st.sampled_from([*PRESENT, *naming.ABSENT, "Congo", "KAZ", "Uraguay", "prisons"]),
    st.sampled_from(["and", "vs.", "in 2018", "since 2017", "to", "'s police,", ""]),
    st.sampled_from([*PRESENT, *naming.ABSENT, "2020?", "between 2016 and 2019?", "?"]),
)


def read(question, held="many", **asked):
    return scope.read(question, Filters(**asked), HELD[held])


@pytest.fixture(scope="module")
def judged():
    return naming.measure("dev")


def test_the_collection_lacks_what_it_is_said_to_lack():
    assert set(countries.every()) >= naming.ABSENT
    assert naming.ABSENT.isdisjoint(PRESENT)


def test_the_splits_share_no_question():
    dev, test = ({one.question for one in naming.written(split)} for split in ("dev", "test"))
    assert dev.isdisjoint(test)


def test_questions_are_taken_as_meant(judged):
    low = {group: right / every for group, (right, every) in naming.rates(judged).items() if right / every < LEAST}
    assert low == {}
    assert sum(one.right for one in judged) / len(judged) >= 0.98


def test_the_judge_sees_what_is_wrong():
    """A question on Kenya is not right for Chad, for another edition, or as a refusal."""
    right = naming.Expected(id="x", group="x", question="What does the 2019 report on Kenya say?", outcome="search")
    right = right.model_copy(update={"countries": ["Kenya"], "years": [2019]})
    assert naming.judge(right, HELD["many"]).right
    for change in ({"countries": ["Chad"]}, {"years": [2018]}, {"outcome": "not_in_collection"}, {"compares": True}):
        assert not naming.judge(right.model_copy(update=change), HELD["many"]).right


@given(QUESTION, st.sampled_from(["many", "seeds"]))
def test_a_scope_never_contradicts_itself(question, held):
    """What is searched is admitted by the filters, comparisons are bounded, and what is missing is refused."""
    found = read(question, held)
    assert all(found.filters.admits(report) for report in found.reports)
    assert not found.compares or 1 < len(found.reports) <= comparison.MOST
    assert set(found.foreign).isdisjoint(report.country for report in found.reports)
    assert found.reports or found.refusal
    assert found.filters.inferred == (found.filters != Filters())


@given(QUESTION)
def test_what_is_written_out_stays(question):
    """Writing out a second time changes nothing more, and never a question without names."""
    assert written_out(written_out(question)) == written_out(question)
    assert written_out("What may prisoners read?") == "What may prisoners read?"


@given(st.sampled_from(PRESENT), st.sampled_from(range(2016, 2021)))
def test_the_askers_filters_are_kept(country, year):
    found = read("Compare prisons in Kenya and Norway in 2018", countries=(country,), years=(year,))
    assert (found.filters, found.refusal) == (Filters((country,), (year,)), None)
    assert {(report.country, report.year) for report in found.reports} == {(country, year)}


def test_a_decline_says_what_there_is():
    assert read("How free is the press in Japan?").refusal == (
        "not_in_collection",
        f"There is no report for Japan. The collection holds {scope.holdings(HELD['many'])}.",
    )
    assert "There is Egypt (2016–2020); the collection holds" in read("What did the 2022 Egypt report say?").refusal[1]
    assert "speak of 2023: the latest is that for 2020" in read("Who was hanged in Egypt in 2023?").refusal[1]


def test_a_grid_of_too_many_reports_is_declined_with_what_to_do():
    """Many editions shrink to the first and the last; many countries do not fit at all."""
    few = read("How have prisons in Kenya, Chad and Togo changed since 2016?")
    assert (len(few.reports), few.compares) == (6, True)
    assert {report.year for report in few.reports} == {2016, 2020}
    listed = ", ".join(PRESENT[:13])
    many = read(f"Compare prisons in {listed} and Togo.")
    assert many.refusal[0] == "cannot_count"
    assert re.search(r"14 reports; 12 are the most", many.refusal[1])


def test_a_part_with_a_report_of_its_own_is_asked_alone():
    """Hong Kong is China where there is no report on it, and its own report where there is one."""
    china = [report for report in HELD["many"] if report.country == "China"]
    own = naming._info("China", 2020)
    own = type(own)(**{**{name: getattr(own, name) for name in own.__slots__}, "id": "china-hong-kong-2020"})
    question = "Who may stand for election in Hong Kong?"
    assert scope.read(question, Filters(), [*china, *HELD["seeds"]]).reports == tuple(china)
    assert scope.read(question, Filters(), [*china, own, *HELD["seeds"]]).reports == (own,)
    both = scope.read("Compare the press in China and Kazakhstan", Filters(), [*china, own, *HELD["seeds"]])
    assert own not in both.reports
