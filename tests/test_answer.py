"""The spine: only verified text leaves it, every quote is a slice, and declining says why and where it looked."""

import json
from dataclasses import asdict, dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer import LONGEST_QUESTION, NEAREST, Answerer, checked
from rag.corpus.passages import split
from rag.errors import IndexDamagedError, ModelError, QuestionError
from rag.index.builder import build
from rag.interfaces import Drafting
from rag.models.extractive import ExtractiveDrafter
from rag.quotes.citation import cite, quote
from rag.records import silence
from rag.records.ledger import Ledger
from rag.retrieval.retriever import Retriever
from rag.store import LocalStore
from rag.types import (
    Answer,
    Candidate,
    Decline,
    Draft,
    Evidence,
    Filters,
    IndexInfo,
    ModelInfo,
    Question,
    Quote,
    Searched,
    Span,
    Statement,
    Withheld,
)
from tests.fakes import HashEncoder, make_report

REPORTS = [
    make_report(
        "Chad", 2019, ["Police beat detainees in Moundou. Courts were slow.", "Judges took bribes. He said so."]
    ),
    make_report("Chad", 2021, ["Courts were quick. Police beat nobody.", "Prisons were overcrowded."]),
    make_report("Kenya", 2020, ["Police shot a mayor. The court acquitted the officers."]),
]
QUESTION = "Whom did police beat?"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("answer") / "index"
    build(REPORTS, folder, "hash", encoders=HashEncoder)
    return LocalStore.open(folder)


@dataclass
class FirstSentences:
    """Ranks the sentences in the order in which they were found, with one confidence, or one for each report."""

    confidence: float | dict[str, float] = 0.9

    def rank(self, question, hits):
        found = [(hit, index) for hit in hits for index in range(len(hit.passage.sentences))]
        sure = self.confidence
        if isinstance(sure, dict):
            sure = max((sure[hit.passage.report] for hit in hits), default=0.0)
        return Evidence(tuple(hits), tuple(Candidate(hit, n, -i) for i, (hit, n) in enumerate(found)), sure)


@dataclass
class Proposing:
    """Proposes what it was given; a number stands for a draft on the sentence of that rank."""

    proposals: list
    info: ModelInfo = field(default=ModelInfo("fake", "proposing"))
    prompt_sha256: str | None = "p" * 64
    asked: list = field(default_factory=list)

    def draft(self, question, evidence):
        self.asked.append((question, evidence))
        for proposal in self.proposals:
            if isinstance(proposal, Exception):
                raise proposal
            if isinstance(proposal, int):
                found = evidence.sentences[proposal]
                yield Draft(f"Statement {proposal}", ((found.hit.passage, found.index),))
            else:
                yield proposal


@dataclass
class Refusing:
    """Refuses the statements named."""

    texts: tuple = ()

    def check(self, draft, reports):
        assert {"chad-2019", "chad-2021", "kenya-2020"} == set(reports)
        return Withheld(draft.text, "unrelated", "refused by name") if draft.text in self.texts else None


@pytest.fixture
def answerer(store):
    parts = Retriever(store, HashEncoder()), FirstSentences(), ExtractiveDrafter(), Refusing()
    return Answerer(store, *parts, threshold=0.5)


def with_proposals(answerer, *proposals, refused=()):
    return replace(answerer, drafter=Proposing(list(proposals)), guard=Refusing(refused))


# Answering


def test_an_answer_quotes_what_its_statements_rest_on(answerer, store):
    answer = answerer.ask(QUESTION)
    assert (answer.outcome, answer.decline, answer.confidence) == ("answered", None, 0.9)
    assert answer.question == QUESTION
    assert answer.model == ModelInfo("extractive", "extractive")
    assert answer.index == store.info
    for statement in answer.statements:
        assert answer.quotes[statement.quotes[0]].text == statement.text


def test_every_quote_equals_its_slice(answerer):
    """Of the report's text, with its hash and place."""
    texts = {report.info.id: report for report in REPORTS}
    for asked in (QUESTION, "Compare courts in both reports", "prisons", "xyzzy"):
        answer = answerer.ask(asked)
        for found in (*answer.quotes, *(answer.decline.nearest if answer.decline else ())):
            report = texts[found.report]
            assert found.text == report.text[found.start : found.end]
            assert found.report_sha256 == report.info.sha256
            paragraph = report.paragraphs[found.paragraph - 1]
            assert paragraph.start <= found.start < found.end <= paragraph.end
            assert found.citation == f"Publisher, {report.info.title}, Section 1.c., para. {found.paragraph}"


def test_a_place_is_quoted_once_in_the_order_of_first_use(answerer):
    passage = split(REPORTS[0])[0]
    drafts = [Draft("One", ((passage, 1),)), Draft("Two", ((passage, 0), (passage, 1), (passage, 0)))]
    answer = with_proposals(answerer, *drafts).ask(QUESTION)
    assert [found.text for found in answer.quotes] == ["Courts were slow.", "Police beat detainees in Moundou."]
    assert [statement.quotes for statement in answer.statements] == [(0,), (1, 0)]


def test_white_space_around_a_question_is_not_asked(answerer):
    assert answerer.ask(f"  {QUESTION}\n").standalone_question == QUESTION


def test_the_drafter_reads_the_collections_spelling(answerer):
    asked = with_proposals(answerer, 0)
    asked.ask("Who was in Mundou?")
    [(question, _)] = asked.drafter.asked
    assert question.text == "Who was in Moundou?"


def test_filters_reach_the_search(answerer):
    answer = answerer.ask(QUESTION, Filters(("Chad",), (2021,)))
    assert {found.report for found in answer.quotes} == {"chad-2021"}
    assert answer.filters == Filters(("Chad",), (2021,))


# Withholding


def test_what_the_guard_refuses_is_withheld_with_its_reason(answerer):
    answer = with_proposals(answerer, 0, 1, refused=("Statement 1",)).ask(QUESTION)
    assert [statement.text for statement in answer.statements] == ["Statement 0"]
    assert answer.withheld == (Withheld("Statement 1", "unrelated", "refused by name"),)
    assert len(answer.quotes) == 1


def test_what_is_out_of_form_is_withheld(answerer):
    malformed = Withheld("gibberish", "no_quote", "no label")
    answer = with_proposals(answerer, malformed, 0).ask(QUESTION)
    assert (answer.outcome, answer.withheld) == ("answered", (malformed,))


def test_nothing_verified_declines(answerer):
    """A withheld statement brings no quote into the answer; what was searched and is near is shown all the same."""
    answer = with_proposals(answerer, 0, 1, refused=("Statement 0", "Statement 1")).ask(QUESTION)
    assert (answer.outcome, answer.statements, answer.quotes) == ("declined", (), ())
    assert answer.decline.reason == "nothing_verified"
    assert "None of 2 statements" in answer.decline.detail
    assert answer.decline.nearest
    assert len(answer.withheld) == 2


def test_no_proposal_declines_as_silent(answerer):
    answer = with_proposals(answerer).ask(QUESTION)
    assert (answer.outcome, answer.decline.reason) == ("declined", "silent")


def test_the_drafters_own_reason_is_told(answerer):
    drafting = Drafting(ModelInfo("other", "model"), None, silence="The model says that it is not in the reports.")
    answer = with_proposals(answerer, drafting).ask(QUESTION)
    assert (answer.decline.reason, answer.decline.detail) == ("silent", drafting.silence)
    assert (answer.model, answer.prompt_sha256) == (drafting.model, None)


def test_a_failure_is_no_decline(answerer):
    """Nothing turns what is broken into an empty answer."""
    with pytest.raises(ModelError, match="server fell over"):
        with_proposals(answerer, ModelError("server fell over")).ask(QUESTION)


# Declining


@pytest.mark.parametrize(("confidence", "outcome"), [(0.49, "declined"), (0.5, "answered"), (1.0, "answered")])
def test_below_the_threshold_it_declines(answerer, confidence, outcome):
    asked = replace(with_proposals(answerer, 0), ranker=FirstSentences(confidence))
    answer = asked.ask(QUESTION)
    assert (answer.outcome, answer.confidence) == (outcome, confidence)
    assert len(asked.drafter.asked) == (outcome == "answered")


DECLINED = {
    "silent": ("Whom did police beat?", Filters(), "silent", "Chad (2019, 2021); Kenya (2020)"),
    "silent in one report": ("police", Filters(years=(2020,)), "silent", "Kenya (2020)"),
    "edition not held": ("What does the 2018 report say?", Filters(), "not_in_collection", "no report for 2018"),
    "filter not held": ("police", Filters(("Mali",)), "not_in_collection", "no report for Mali"),
    "country not held": ("Police in Uganda?", Filters(), "not_in_collection", "no report for Uganda"),
    "foreign country": ("Who fled to Uganda?", Filters(), "not_in_collection", "No report is about Uganda"),
    "counting": ("How many countries have prisons?", Filters(), "cannot_count", "one country at a time"),
    "no question": ("???", Filters(), "not_a_question", "nothing to look for"),
    "other language": ("Wie viele Gefangene gibt es?", Filters(), "not_a_question", "English"),
}


@pytest.mark.parametrize(("question", "filters", "reason", "detail"), DECLINED.values(), ids=DECLINED)
def test_a_decline_says_why_what_was_searched_and_what_is_near(answerer, question, filters, reason, detail):
    answer = replace(answerer, ranker=FirstSentences(0.1)).ask(question, filters)
    decline = answer.decline
    assert (answer.outcome, decline.reason) == ("declined", reason)
    assert detail in decline.detail
    reports = 1 if filters.years else 3
    assert decline.searched == Searched(reports, 1 if filters.years else 5)
    assert 0 < len(decline.nearest) <= NEAREST
    assert len({(found.report, found.start) for found in decline.nearest}) == len(decline.nearest)
    assert (answer.statements, answer.quotes, answer.silent) == ((), (), ())


@pytest.mark.parametrize(
    "reason", ["edition not held", "country not held", "filter not held", "counting", "no question"]
)
def test_what_cannot_be_answered_is_not_put_to_a_model(answerer, reason):
    """However sure the ranking would be; and the confidence says so."""
    question, filters, *_ = DECLINED[reason]
    asked = with_proposals(answerer, 0)
    answer = asked.ask(question, filters)
    assert (answer.outcome, answer.confidence, asked.drafter.asked) == ("declined", 0.0, [])


def test_nearest_passages_are_whole(answerer):
    """From the first sentence to the end of the passage."""
    held = {(p.report, p.sentences[0].start): p for report in REPORTS for p in split(report)}
    answer = replace(answerer, ranker=FirstSentences(0.1)).ask(QUESTION)
    for found in answer.decline.nearest:
        assert held[found.report, found.start].end == found.end


# Comparing


def test_comparing_answers_from_each_report_that_is_sure(answerer):
    sure = {"chad-2019": 0.9, "chad-2021": 0.6, "kenya-2020": 0.1}
    answer = replace(answerer, ranker=FirstSentences(sure)).ask("Compare police in both reports")
    assert [found.report for found in answer.quotes if found] == ["chad-2019", "chad-2021"]
    assert [silent.report for silent in answer.silent] == ["kenya-2020"]
    assert answer.confidence == 0.9


def test_comparing_declines_where_no_report_is_sure(answerer):
    sure = {"chad-2019": 0.3, "chad-2021": 0.2, "kenya-2020": 0.1}
    answer = replace(answerer, ranker=FirstSentences(sure)).ask("Compare police in both reports")
    assert (answer.outcome, answer.confidence, answer.silent) == ("declined", 0.3, ())
    assert len({found.report for found in answer.decline.nearest}) == 3


def test_each_report_compared_is_searched_on_its_own(answerer):
    """One that has many passages that fit takes no place from another."""
    searched = []

    class Searching:
        spelled = staticmethod(str)

        def stands(self, word):
            return False

        def search(self, question, reports, **options):
            searched.append([report.id for report in reports])
            return answerer.retriever.search(question, reports, **options)

    replace(answerer, retriever=Searching()).ask("Compare police in both reports")
    assert searched == [["chad-2019"], ["chad-2021"], ["kenya-2020"]]


@pytest.mark.parametrize(
    ("year", "publisher", "noted"),
    [
        (2023, "U.S. Department of State", False),
        (2024, "U.S. Department of State", True),
        (2024, "Human Rights Watch", False),
    ],
)
def test_the_silence_of_a_shortened_report_is_told_as_such(store, year, publisher, noted):
    """From the edition for 2024 on, what the State Department leaves out may be a cut."""
    info = replace(make_report("Chad", year, ["x."]).info, publisher=publisher)
    ledger = Ledger(store)
    ledger._reports[info.id] = info
    (silent,) = ledger.silent((info.id,))
    assert ("may be a cut" in silent.note) == ("may be a cut" in silent.told) == noted
    assert silent.told.startswith(f"The report {info.id} says nothing")
    assert ("may be a cut" in silence.note([info])) == noted


def test_silence_is_told_only_where_it_was_asked_about(answerer):
    assert answerer.ask(QUESTION, Filters(("Chad",))).silent == ()


# Events


def test_events_come_in_order(answerer):
    """What was searched, what was found, each statement or withheld one as it is judged, the answer."""
    malformed = Withheld("gibberish", "no_quote", "no label")
    asked = with_proposals(answerer, 0, malformed, Drafting(ModelInfo("x", "y"), None), 1, 2, refused=("Statement 1",))
    events = list(asked.events(QUESTION))
    kinds = [type(event) for event in events]
    assert kinds == [Searched, Evidence, Quote, Statement, Withheld, Withheld, Quote, Statement, Answer]
    assert events[-1].statements == (events[3], events[7])
    assert events[-1].withheld == (events[4], events[5])
    assert events[-1].quotes == (events[2], events[6])


def test_a_declined_question_has_its_evidence(answerer):
    answer, evidence = replace(answerer, ranker=FirstSentences(0.1)).trace(QUESTION)
    assert answer.outcome == "declined"
    assert evidence.sentences


def test_nothing_is_drafted_before_it_is_wanted(answerer):
    """Reading the evidence alone starts no model."""
    asked = with_proposals(answerer, 0)
    events = asked.events(QUESTION)
    assert [type(next(events)) for _ in range(2)] == [Searched, Evidence]
    events.close()
    assert asked.drafter.asked == []


# The schema

QUOTE = {"report", "start", "end", "text", "section", "paragraph", "citation", "url", "report_sha256"}
ANSWER = {
    "question", "standalone_question", "filters", "outcome", "confidence", "statements", "quotes", "withheld", "silent",
    "decline", "model", "prompt_sha256", "index", "timings_ms",
}  # fmt: skip


@pytest.mark.parametrize("confidence", [0.1, 0.9], ids=["declined", "answered"])
def test_the_published_keys_are_exactly_these(answerer, confidence):
    asked = replace(with_proposals(answerer, 0, 1, refused=("Statement 1",)), ranker=FirstSentences(confidence))
    answer = asked.ask("Compare police in both reports")
    found = json.loads(json.dumps(asdict(answer)))
    assert set(found) == ANSWER
    assert set(found["filters"]) == {"countries", "years", "inferred"}
    assert all(set(one) == {"text", "quotes"} for one in found["statements"])
    assert all(set(one) == {"text", "verdict", "detail"} for one in found["withheld"])
    assert all(set(one) == {"report", "note"} for one in found["silent"])
    assert set(found["model"]) == {"provider", "name", "degraded"}
    assert set(found["index"]) == {"generation", "corpus_sha256", "encoder"}
    assert set(found["timings_ms"]) == {"retrieve", "model", "ground", "total"}
    quotes = found["quotes"]
    if found["decline"]:
        assert set(found["decline"]) == {"reason", "detail", "searched", "nearest"}
        assert set(found["decline"]["searched"]) == {"reports", "passages"}
        quotes = quotes + found["decline"]["nearest"]
    assert quotes
    assert all(set(one) == QUOTE for one in quotes)


def test_an_answer_survives_json(answerer):
    answer = answerer.ask(QUESTION)
    found = json.loads(json.dumps(asdict(answer), ensure_ascii=False))
    assert found["quotes"][0]["text"] == answer.quotes[0].text
    assert [tuple(one["quotes"]) for one in found["statements"]] == [one.quotes for one in answer.statements]
    assert json.loads(json.dumps(found)) == found


def test_stages_take_no_longer_than_the_whole(answerer):
    spent = answerer.ask(QUESTION).timings_ms
    assert all(value >= 0 for value in spent.values())
    assert spent["retrieve"] + spent["model"] + spent["ground"] <= spent["total"] + 0.01


def test_answers_cannot_contradict_themselves(answerer):
    answer = answerer.ask(QUESTION)
    decline = Decline("silent", "", Searched(1, 1), ())
    for change in (
        {"outcome": "declined"},
        {"statements": ()},
        {"decline": decline, "outcome": "declined"},
        {"quotes": ()},
    ):
        with pytest.raises(ValueError, match=r"contradicts|not there"):
            replace(answer, **change)
    with pytest.raises(ValueError, match="needs a quote"):
        Statement("x", ())


# What is no question

NO_QUESTIONS = {
    "empty": ("", "is empty: ask one of 1 to 2,000 characters"),
    "white space": (" \n\t\u00a0", "is empty"),
    "too long": ("a" * 100_000, "has 100,000 characters: ask one of 1 to 2,000"),
    "one too long": ("a" * (LONGEST_QUESTION + 1), "has 2,001 characters"),
    "zero byte": ("police\0beat", r"control character '\\x00'"),
    "escape": ("police\x1b[31m beat", r"control character '\\x1b'"),
    "bell": ("police\a", r"control character '\\x07'"),
    "undecodable bytes": ("police \udc80\udcff", r"control character '\\udc80'"),
    "direction override": ("police \u202ebeat", r"control character '\\u202e'"),
}


@pytest.mark.parametrize(("question", "message"), NO_QUESTIONS.values(), ids=NO_QUESTIONS)
def test_what_is_no_question_says_why(answerer, question, message):
    with pytest.raises(QuestionError, match=message) as caught:
        answerer.ask(question)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "question", ["a" * LONGEST_QUESTION, "?" * LONGEST_QUESTION, "a\nb\tc", "“naïve” 中文 😀", "a "]
)
def test_other_text_is_a_question(answerer, question):
    assert answerer.ask(question).question == question


def one_line(text):
    """The question as it is asked, or the refusal."""
    try:
        return checked(text)
    except QuestionError as error:
        return str(error)


@given(st.text(max_size=300))
def test_any_text_is_asked_or_refused_in_one_line(text):
    found = one_line(text)
    assert found == text.strip() or found.isprintable()


# Quotes and citations

CITED = {
    "section": ("Section 1.c.", "P, T, Section 1.c., para. 12"),
    "no letter": ("Section 3", "P, T, Section 3, para. 12"),
    "not certain": ("", "P, T, para. 12"),
}


@pytest.mark.parametrize(("section", "expected"), CITED.values(), ids=CITED)
def test_citations_name_the_section_only_where_it_is_certain(section, expected):
    info = replace(REPORTS[0].info, publisher="P", title="T")
    assert cite(info, section, 12) == expected


def test_the_seeds_are_cited_as_a_filing_would(seed_reports):
    report = seed_reports["kazakhstan-2016"]
    assert cite(report.info, "Section 1.c.", 12) == (
        "U.S. Department of State, Country Reports on Human Rights Practices for 2016: Kazakhstan, Section 1.c., para. 12"
    )


@pytest.mark.parametrize("change", ["x", ""], ids=["altered", "cut off"])
def test_a_quote_that_is_not_its_slice_is_an_error(change):
    """Then index and reports have come apart; nothing of it is shown."""
    report = REPORTS[0]
    passage = split(report)[0]
    start = passage.sentences[0].start
    text = report.text[:start] + (change + report.text[start + 1 :] if change else "")
    with pytest.raises(IndexDamagedError, match="rebuild with 'rapporteur index build'"):
        quote(report.info, text, passage, passage.sentences[0])


def test_a_ledger_enters_nothing_that_it_only_quotes(store):
    ledger = Ledger(store)
    passage = split(REPORTS[0])[0]
    assert ledger.quote(passage, Span(passage.start, passage.end)).text == passage.text
    assert (ledger.quotes, ledger.statements, ledger.silent(("chad-2019",))[0].report) == ((), [], "chad-2019")


def test_the_index_is_named_in_the_answer(answerer):
    assert isinstance(answerer.ask(QUESTION).index, IndexInfo)


@pytest.mark.parametrize(
    ("years", "balanced"),
    [pytest.param((2016, 2020), True, id="one country"), pytest.param((2016, 0), False, id="two")],
)
def test_editions_on_one_country_share_the_search(answerer, years, balanced):
    """Editions repeat each other: none may crowd out another. Countries do not."""
    asked = []

    class Recording:
        def search(self, text, reports, *, balanced=False, limit=30):
            asked.append(balanced)
            return ()

    first, second = answerer.store.reports[0], replace(answerer.store.reports[0], id="x", year=years[1] or 2016)
    other = second if years[1] else replace(second, country="Peru")
    replace(answerer, retriever=Recording()).find(Question("How are prisons?", (first, other)))
    assert asked == [balanced]
