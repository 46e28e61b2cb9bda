"""A saved answer holds exactly as long as the reports say what it says they say."""

import dataclasses
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from rag.commands.verify import app
from rag.corpus import passages, read_folder
from rag.errors import ReceiptError, UsageError
from rag.grounding.guard import DeterministicGuard
from rag.quotes import citation
from rag.records import receipt, report_texts, schema
from rag.records.verification import VERDICTS, verify
from rag.types import Answer, Decline, Filters, IndexInfo, ModelInfo, Searched, Silent, Statement

SEEDS = Path(__file__).parents[2] / "seeds"
REPORTS = read_folder(SEEDS)
SHELF = report_texts.of_reports(REPORTS)
GUARD = DeterministicGuard()
PASSAGES = {report.info.id: passages.split(report) for report in REPORTS}


def _quotes(report, *beginnings):
    text = SHELF.report(report).text
    return tuple(
        citation.quote(SHELF.infos[report], text, passage, span)
        for beginning in beginnings
        for passage in PASSAGES[report]
        for span in passage.sentences
        if span.of(text).startswith(beginning)
    )


AZIMOVA, COMPLAINTS = _quotes(
    "kazakhstan-2020", "According to public statements by Ombudsman", "During the first 10 months of the year, her"
)
ANSWER = Answer(
    question="How many complaints of torture did the ombudsman receive?",
    standalone_question="How many complaints of torture did the ombudsman receive?",
    filters=Filters(("Kazakhstan",), (2020,)),
    outcome="answered",
    confidence=0.8,
    statements=(
        Statement("In 10 months of 2020 the ombudsman’s office received 125 complaints about torture.", (1, 0)),
    ),
    quotes=(AZIMOVA, COMPLAINTS),
    withheld=(),
    silent=(Silent("kazakhstan-2016"),),
    decline=None,
    model=ModelInfo("scripted", "scripted"),
    prompt_sha256=None,
    index=IndexInfo("generation", SHELF.corpus_sha256, "hash"),
    timings_ms={"total": 1.5},
)
DECLINED = dataclasses.replace(
    ANSWER,
    outcome="declined",
    statements=(),
    quotes=(),
    silent=(),
    decline=Decline("silent", "Nothing.", Searched(2, 262), (AZIMOVA,)),
)


def _checked(value, held=SHELF):
    text = value if isinstance(value, str) else json.dumps(value)
    return verify(schema.read(text), held, GUARD)


def _edited(change, answer=ANSWER):
    value = json.loads(receipt.published(answer))
    change(value)
    return value


@pytest.mark.parametrize("answer", [ANSWER, DECLINED], ids=["answered", "declined"])
def test_a_saved_answer_holds_and_reads_back_as_it_was(tmp_path, answer):
    path = tmp_path / "answer.json"
    receipt.save(answer, path)
    reading = receipt.load(path)
    assert not reading.faults
    assert reading.answer.answer() == answer
    found = verify(reading, SHELF, GUARD)
    assert (found.verdict, found.exit_code, found.notes) == ("ok", 0, ())
    assert all(part.verdict == "ok" for part in found.parts)


def test_an_answer_of_before_silence_had_notes_still_reads():
    value = _edited(lambda v: [silent.pop("note") for silent in v["silent"]])
    reading = schema.read(json.dumps(value))
    assert (reading.faults, reading.answer.answer()) == ((), ANSWER)


def test_every_verdict_has_its_own_exit_code_above_failure_and_misuse():
    codes = [code for code, _ in VERDICTS.values()]
    assert codes == sorted(set(codes))
    assert set(codes) & {1, 2} == set()


EDITS = {
    "text": ("quote_altered", lambda v: v["quotes"][1].update(text=v["quotes"][1]["text"].replace("125", "126"))),
    "start": ("quote_moved", lambda v: v["quotes"][1].update(start=v["quotes"][1]["start"] + 1)),
    "end": ("quote_moved", lambda v: v["quotes"][1].update(end=v["quotes"][1]["end"] + 1)),
    "end beyond the text": ("quote_moved", lambda v: v["quotes"][1].update(end=10**9)),
    "negative": ("quote_moved", lambda v: v["quotes"][1].update(start=-5)),
    "hash": ("report_changed", lambda v: v["quotes"][1].update(report_sha256="0" * 64)),
    "hash of another": ("quote_altered", lambda v: v["quotes"][1].update(report_sha256=REPORTS[0].info.sha256)),
    "hash and text": ("quote_gone", lambda v: v["quotes"][1].update(report_sha256="0" * 64, text="It said so twice.")),
    "report": ("fields_edited", lambda v: v["quotes"][1].update(report="kazakhstan-2061")),
    "report unknown": ("report_missing", lambda v: v["quotes"][1].update(report="chad-2016", report_sha256="0" * 64)),
    "section": ("fields_edited", lambda v: v["quotes"][1].update(section="Section 7.")),
    "paragraph": ("fields_edited", lambda v: v["quotes"][1].update(paragraph=8)),
    "citation": ("fields_edited", lambda v: v["quotes"][1].update(citation="Kazakhstan 2019")),
    "url": ("fields_edited", lambda v: v["quotes"][1].update(url="https://example.org")),
    "cut": (
        "quote_cut",
        lambda v: v["quotes"][1].update(start=v["quotes"][1]["start"] + 40, text=v["quotes"][1]["text"][40:]),
    ),
    "number of a statement": ("answer_edited", lambda v: v["statements"][0].update(text="It received 215 complaints.")),
    "statement about another": ("answer_edited", lambda v: v["statements"][0].update(text="Elections were fair.")),
    "no quotes": ("answer_edited", lambda v: v["statements"][0].update(quotes=[])),
    "position": ("answer_edited", lambda v: v["statements"][0].update(quotes=[1, 2])),
    "negative position": ("answer_edited", lambda v: v["statements"][0].update(quotes=[-1])),
    "position twice": ("answer_edited", lambda v: v["statements"][0].update(quotes=[1, 1, 0])),
    "quote of no statement": ("answer_edited", lambda v: v["statements"][0].update(quotes=[1])),
    "quote dropped": ("answer_edited", lambda v: v["quotes"].pop()),
    "quote twice": ("answer_edited", lambda v: v["quotes"].append(v["quotes"][0])),
    "outcome": ("answer_edited", lambda v: v.update(outcome="declined")),
    "country": ("answer_edited", lambda v: v["filters"].update(countries=["Chad"])),
    "year": ("answer_edited", lambda v: v["filters"].update(years=[2016])),
    "silent": ("answer_edited", lambda v: v.update(silent=[{"report": "kazakhstan-2020"}])),
    "unknown key": ("answer_edited", lambda v: v.update(approved=True)),
    "unknown key of a quote": ("answer_edited", lambda v: v["quotes"][0].update(note="checked")),
    "missing key": ("answer_edited", lambda v: v.pop("withheld")),
    "number as text": ("answer_edited", lambda v: v["quotes"][0].update(start=str(v["quotes"][0]["start"]))),
    "said to be extractive": ("answer_edited", lambda v: v["model"].update(provider="extractive")),
}


@pytest.mark.parametrize(("verdict", "change"), EDITS.values(), ids=EDITS)
def test_each_edit_has_its_verdict(verdict, change):
    found = _checked(_edited(change))
    assert found.verdict == verdict, found
    assert found.exit_code == VERDICTS[verdict][0] > 2
    assert all(part.details for part in found.parts if part.verdict != "ok")


def test_an_unknown_key_does_not_keep_the_quotes_from_being_checked():
    found = _checked(_edited(lambda v: (v.update(approved=True), EDITS["text"][1](v))))
    assert {part.part: part.verdict for part in found.parts} == {
        "answer": "answer_edited",
        "quote 1": "ok",
        "quote 2": "quote_altered",
        "statement 1": "not_checked",
    }


def test_a_key_that_stands_there_twice_is_an_edit():
    text = receipt.published(ANSWER).replace('"outcome": "answered"', '"outcome": "declined", "outcome": "answered"')
    assert _checked(text).verdict == "answer_edited"


@pytest.mark.parametrize("text", ["", "[]", "no", '{"confidence": NaN}', "[" * 100_000], ids=ascii)
def test_what_is_no_answer_is_an_error_that_says_what_to_give(text):
    with pytest.raises(ReceiptError, match="ask --save"):
        schema.read(text)


@given(st.data())
def test_any_changed_character_of_a_quote_is_found(data):
    field = data.draw(st.sampled_from(["text", "section", "citation", "report_sha256"]))
    value = json.loads(receipt.published(ANSWER))
    quote = data.draw(st.sampled_from(value["quotes"]))
    at = data.draw(st.integers(0, len(quote[field]) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda c: c != quote[field][at]))
    quote[field] = quote[field][:at] + other + quote[field][at + 1 :]
    assert _checked(value).exit_code > 2


@given(st.sampled_from(["start", "end", "paragraph"]), st.integers(-(10**12), 10**12), st.integers(0, 1))
def test_any_changed_offset_is_found(field, number, position):
    value = json.loads(receipt.published(ANSWER))
    if value["quotes"][position][field] != number:
        value["quotes"][position][field] = number
        assert _checked(value).exit_code > 2


@given(st.data())
def test_any_changed_character_of_a_declined_answers_nearest_quote_is_found(data):
    value = json.loads(receipt.published(DECLINED))
    quote = value["decline"]["nearest"][0]
    at = data.draw(st.integers(0, len(quote["text"]) - 1))
    quote["text"] = quote["text"][:at] + "\u2603" + quote["text"][at + 1 :]
    assert _checked(value).verdict == "quote_altered"


@pytest.fixture
def changed(tmp_path):
    """A folder of reports, and a function that changes the 2020 report's bytes and reads the folder again."""
    folder = tmp_path / "reports"
    shutil.copytree(SEEDS, folder)
    path = folder / "001_5febb41d3d60d528.txt"

    def change(old, new):
        path.write_bytes(path.read_bytes().replace(old.encode(), new.encode(), 1))
        return report_texts.of_folder(folder)

    return change


@pytest.mark.parametrize(
    ("old", "new", "verdict", "says"),
    [
        pytest.param(REPORTS[1].text[60_000:60_040], "", "report_changed", "at its offsets", id="after the quotes"),
        pytest.param("Section 1. ", "Section 1.  ", "report_changed", "elsewhere, at", id="before the quotes"),
        pytest.param("received 125", "received 126", "quote_gone", "not in it", id="in a quote"),
    ],
)
def test_a_changed_report_is_told_from_a_changed_quote(changed, old, new, verdict, says):
    found = _checked(receipt.published(ANSWER), changed(old, new))
    assert found.verdict == verdict
    assert any(says in detail for part in found.parts for detail in part.details)


def test_a_report_that_is_not_there_is_named(tmp_path):
    found = _checked(receipt.published(ANSWER), report_texts.of_reports(REPORTS[:1]))
    assert {part.verdict for part in found.parts if part.part.startswith("quote")} == {"report_missing"}
    assert found.notes


def test_more_reports_leave_an_answer_as_good_as_it_was():
    assert _checked(receipt.published(DECLINED), report_texts.of_reports(REPORTS[1:])).verdict == "ok"


def test_saving_replaces_nothing_unasked_and_leaves_nothing_half_written(tmp_path):
    path = tmp_path / "answer.json"
    path.write_text("mine")
    with pytest.raises(UsageError, match="--force"):
        receipt.save(ANSWER, path)
    assert path.read_text() == "mine"
    receipt.save(ANSWER, path, force=True)
    assert json.loads(path.read_text(encoding="utf-8"))["outcome"] == "answered"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(ReceiptError, match="writable"):
        receipt.save(ANSWER, tmp_path / "no folder" / "answer.json")


@pytest.mark.parametrize("edit", ["text", "section", "no quotes"])
def test_the_command_prints_each_part_and_exits_with_the_gravest_code(tmp_path, edit):
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(_edited(EDITS[edit][1])), encoding="utf-8")
    shown = CliRunner().invoke(app, [str(path), "--reports", str(SEEDS)])
    assert shown.exit_code == VERDICTS[EDITS[edit][0]][0]
    assert EDITS[edit][0] in shown.stdout
    machine = CliRunner().invoke(app, [str(path), "--reports", str(SEEDS), "--json"])
    value = json.loads(machine.stdout)
    assert value["exit_code"] == machine.exit_code == shown.exit_code
    assert "confidence" in value["unchecked"]


def test_the_command_says_that_a_whole_answer_holds(tmp_path):
    path = tmp_path / "answer.json"
    receipt.save(ANSWER, path)
    shown = CliRunner().invoke(app, [str(path), "--reports", str(SEEDS)])
    assert shown.exit_code == 0
    assert COMPLAINTS.citation in shown.stdout
