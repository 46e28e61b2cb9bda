"""A run is whole, describes itself, goes on after a kill, and gives the same figures again."""

import json

import pytest

from eval.cases import gold, records
from eval.cases.gold import CaseError
from eval.cases.library import Library
from eval.cases.records import RecordError
from eval.runs import runner
from eval.scoring.scores import Judge
from rag.errors import UsageError
from rag.quotes.citation import quote
from rag.types import Quote, Span
from tests.eval_fakes import CASES, MemoryStore, WordGuard, WordSubject, case, write_cases

SETTINGS = {"model": "extractive", "threshold": 0.5}


def ran(tmp_path, subject=None, out="out", **options):
    return runner.run(subject or WordSubject(), [write_cases(tmp_path)], tmp_path / out, SETTINGS, **options)


def statuses(run):
    return {one.case.id: one.scores.status for one in run.measured}


def test_outcomes(tmp_path):
    """Each case ends in one of five ways."""
    assert statuses(ran(tmp_path)) == {
        "complaints": "right",
        "beaten": "right",
        "press": "right",
        "inmates": "wrong",
        "slow": "missed",
        "king": "declined",
        "mayor": "answered",
    }


def test_figures_by_hand(tmp_path):
    """Figures over the seven cases, each over those cases where it applies."""
    summary = ran(tmp_path).summary
    assert (summary["cases"], summary["answerable"]) == (7, 5)
    values = {name: (figure["value"], figure["cases"]) for name, figure in summary["figures"].items()}
    assert values["answerable_answered"] == (4 / 5, 5)
    assert values["unanswerable_declined"] == (1 / 2, 2)
    assert values["answer_right"] == (3 / 4, 4)
    assert values["must_contain"] == (1.0, 2)
    assert values["sentence_first"] == (4 / 5, 5)
    assert values["quote_exactness"] == (1.0, 7)
    assert values["citation_recall"] == (1.0, 5)
    assert summary["zero_tolerance"] == {"fabricated": 0, "misattributed": 0, "cut": 0}
    assert summary["quotes_displayed"] == 7
    assert {name: row["cases"] for name, row in summary["by_type"].items()} == {
        "absent": 1,
        "cause": 1,
        "comparison": 1,
        "fact": 3,
        "wrong_year": 1,
    }
    assert {name: row["cases"] for name, row in summary["by_year"].items()} == {"2019": 5, "2020": 2, "none certain": 1}
    assert summary["latency_ms"]["total"] == {"p50": 2.0, "p90": 2.0, "p99": 2.0, "longest": 2.0}


def test_groups_are_all_required(tmp_path):
    """A comparison answered for one edition only is half complete; alternatives of a group are not added up."""
    run = ran(tmp_path, WordSubject(threshold=0.0))
    (slow,) = [one for one in run.measured if one.case.id == "slow"]
    assert slow.scores.values["completeness"] == 0.5
    assert (slow.scores.values["sentence_any_at_5"], slow.scores.values["sentence_all_at_5"]) == (1.0, 1.0)
    assert slow.scores.values["sentence_recall_at_1"] == 0.5


def test_not_applicable(tmp_path):
    """What is asked of answers does not apply to declined questions, nor what is asked of gold to unanswerable ones."""
    by_id = {one.case.id: one.scores.values for one in ran(tmp_path).measured}
    assert by_id["slow"]["completeness"] is None
    assert by_id["slow"]["citation_recall"] is None
    assert by_id["king"]["passage_any_at_5"] is None
    assert by_id["king"]["answerable_answered"] is None
    assert by_id["complaints"]["unanswerable_declined"] is None


def test_lines(tmp_path):
    """A line is the published answer with the case's id and the rankings, kept also where it declined."""
    ran(tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "out" / "answers.jsonl").read_text().splitlines()]
    assert [line["case_id"] for line in lines] == [one["id"] for one in CASES]
    for line in lines:
        assert {"question", "outcome", "statements", "quotes", "decline", "confidence", "timings_ms"} <= set(line)
        assert line["hits"]
        assert {tuple(one) for one in line["sentences"]} == {("report", "start", "end", "text", "score")}


def test_description(tmp_path):
    """A run says what was run."""
    description = ran(tmp_path, seed=3, workers=2).description
    assert description["seed"] == 3
    assert description["workers"] == 2
    assert description["settings"] == SETTINGS
    assert description["model"] == {"provider": "extractive", "name": "extractive"}
    assert description["index"]["corpus_sha256"] == "c" * 64
    assert {"commit", "dirty", "code_sha256", "prompt_sha256", "packages", "started"} <= set(description)
    assert description["cases"][0]["file"] == "cases.jsonl"
    assert len(description["cases"][0]["sha256"]) == 64


@pytest.mark.parametrize("workers", [1, 3])
def test_same_again(tmp_path, workers):
    """Two runs give the same figures, whatever the number of workers."""
    first, second = ran(tmp_path, out="a"), ran(tmp_path, out="b", workers=workers)
    assert first.summary == second.summary
    assert [one.case.id for one in second.measured] == [one["id"] for one in CASES]


@pytest.mark.parametrize("workers", [1, 3])
def test_goes_on_after_a_kill(tmp_path, workers):
    """What was answered before a kill is not asked again, and the result is that of one run."""
    whole = ran(tmp_path, out="whole")
    with pytest.raises(InterruptedError):
        ran(tmp_path, WordSubject(fails_at=CASES[4]["question"]), workers=workers)
    kept = {record.case_id for record in records.read(tmp_path / "out" / "answers.jsonl")}
    subject = WordSubject()
    resumed = ran(tmp_path, subject, workers=workers)
    assert sorted(subject.asked) == sorted(one["question"] for one in CASES if one["id"] not in kept)
    assert resumed.summary == whole.summary


def test_torn_last_line(tmp_path):
    """A last line without its end was torn: it is dropped and its case asked again."""
    whole = ran(tmp_path)
    answers = tmp_path / "out" / "answers.jsonl"
    content = answers.read_bytes()
    for cut in (1, 2, 300):
        answers.write_bytes(content[:-cut])
        subject = WordSubject()
        assert ran(tmp_path, subject).summary == whole.summary
        assert subject.asked == [CASES[-1]["question"]]
        assert answers.read_bytes() == content


def test_damaged_line(tmp_path):
    """A line damaged inside the file is named; nothing is guessed."""
    ran(tmp_path)
    answers = tmp_path / "out" / "answers.jsonl"
    lines = answers.read_text().splitlines(keepends=True)
    for broken, message in ((lines[1][:50] + "\n", "line 2 is no answer"), (lines[0], "line 2 repeats")):
        answers.write_text(lines[0] + broken + "".join(lines[2:]))
        with pytest.raises(RecordError, match=message):
            ran(tmp_path)


def test_another_run_is_not_mixed_in(tmp_path):
    """A folder with a run of other settings or cases is refused, naming what differs, unless it is discarded."""
    ran(tmp_path)
    other = write_cases(tmp_path, CASES[:3], "other.jsonl")
    with pytest.raises(UsageError, match="differs in cases, seed, settings: give another folder, or discard it"):
        runner.run(WordSubject(), [other], tmp_path / "out", {"model": "x"}, seed=1)
    assert len(runner.run(WordSubject(), [other], tmp_path / "out", {"model": "x"}, fresh=True).measured) == 3


def test_load(tmp_path):
    """A finished run is read back as it was; a folder without one is refused."""
    run = ran(tmp_path)
    assert runner.load(tmp_path / "out") == run
    with pytest.raises(RecordError, match="give the folder of a finished run"):
        runner.load(tmp_path)
    (tmp_path / "out" / "scores.jsonl").write_text("")
    with pytest.raises(RecordError, match="is not one whole run"):
        runner.load(tmp_path / "out")


def test_wrong_cases_stop_before_anything_is_asked(tmp_path):
    """Gold that is not in the reports is found before the first question."""
    subject = WordSubject()
    path = write_cases(tmp_path, [*CASES, case("x", "Q?", ("chad-2019", "No such words.", "a"))])
    with pytest.raises(CaseError, match="line 8"):
        runner.run(subject, [path], tmp_path / "out", SETTINGS)
    assert not subject.asked


def test_progress(tmp_path):
    """Progress counts every case, those of an earlier attempt included."""
    seen = []
    ran(tmp_path, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(number, 7) for number in range(1, 8)]


@pytest.fixture
def judge():
    return Judge(Library(MemoryStore()), WordGuard())


def displayed(report, start, end, text=None):
    store = MemoryStore()
    shown = store.text(report)[start:end] if text is None else text
    return Quote(report, start, end, shown, "", 1, "", None, "")


def test_verdicts_on_quotes(judge):
    """A displayed quote is its report's own slice and whole sentences, or it is named for what it is."""
    store = MemoryStore()
    first = next(p for p in store.passages(range(len(store))) if p.report == "chad-2019")
    one = first.sentences[0]
    assert judge.quote(quote(store.reports[0], store.text("chad-2019"), first, one)) == "exact"
    assert judge.quote(displayed("chad-2019", first.start, first.end)) == "exact"
    assert judge.quote(displayed("chad-2019", one.start + 4, one.end)) == "cut"
    assert judge.quote(displayed("chad-2019", 0, 9, "The press council closed three newspapers.")) == "misattributed"
    assert judge.quote(displayed("chad-2019", 0, 9, "The ombudsman received 126 complaints.")) == "fabricated"
    assert judge.quote(displayed("peru-2019", 0, 9, "The ombudsman received 126 complaints.")) == "fabricated"
    assert judge.quote(displayed("chad-2019", 0, 9, first.sentence(0))) == "cut"


def test_verdicts_on_statements(judge):
    """A statement is supported by its quotes alone, and by nothing where they are no sentences."""
    store = MemoryStore()
    passage = store.passages([0])[0]
    whole = quote(store.reports[0], store.text("chad-2019"), passage, passage.sentences[0])
    assert judge.statement("The ombudsman received complaints.", [whole]) == "supported"
    assert judge.statement("The mayor received complaints.", [whole]) == "unrelated"
    assert judge.statement("Anything.", []) == "no_quote"


def test_sections():
    """A place belongs to the section of the paragraph that it begins in."""
    library = Library(MemoryStore())
    (one,) = gold._parsed(json.dumps(CASES[0]), "line 1").quotes
    found = gold._gold(one, library)
    assert found.section == "Section 1.c."
    assert Span(found.places[0].start, found.places[0].end).of(library.text("chad-2019")) == found.text
