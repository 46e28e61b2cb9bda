"""Outside sets become reports and cases that a run takes as its own: gold are whole sentences, found word for word."""

import gzip
import json

import pytest

from eval.cases import gold
from eval.cases.convert import convert
from eval.cases.library import Library
from eval.cases.outside import OutsideError
from eval.runs import runner
from rag.corpus import read_folder
from rag.errors import UnknownNameError
from tests.eval_fakes import MemoryStore, WordSubject

BREAD = "Bread is baked. It was first baked in Egypt in 8000 BC. Nobody knows by whom."
SALT = "On salt\nSalt is mined in Peru.\nIt is also won from the sea, which takes 30 days."


def squad(context=BREAD, **question):
    asked = {"id": "q1", "question": "Where was bread first baked?", "answers": [], "is_impossible": True, **question}
    return {"data": [{"title": "Bread_making", "paragraphs": [{"context": context, "qas": [asked]}]}]}


def found(context, text, start=None):
    return {
        "answers": [{"text": text, "answer_start": context.index(text) if start is None else start}],
        "is_impossible": False,
    }


def written(tmp_path, content, name="set.json"):
    path = tmp_path / name
    lines = content if isinstance(content, list) else [content]
    data = "\n".join(json.dumps(line) for line in lines).encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def read(out):
    """The cases as a run reads them, over the reports as an index holds them."""
    library = Library(MemoryStore(read_folder(out / "reports")))
    return gold.read([out / "cases.jsonl"], library)


def golds(case):
    return [(quote.report, quote.text, quote.group) for quote in case.quotes]


def test_squad2(tmp_path):
    """The gold is the sentence that holds the answer; the shortest answer must be contained."""
    answers = found(BREAD, "in Egypt in 8000 BC")["answers"] + found(BREAD, "Egypt")["answers"]
    path = written(tmp_path, squad(answers=answers, is_impossible=False))
    converted = convert("squad2", path, tmp_path / "out")
    assert (converted.reports, converted.cases, converted.answerable, converted.left_out) == (1, 1, 1, 0)
    (case,) = read(tmp_path / "out")
    assert golds(case) == [("bread-making-2000", "It was first baked in Egypt in 8000 BC.", "a")]
    assert (case.id, case.type, case.must_contain, case.countries) == ("q1", "where", ("Egypt",), ())


def test_unanswerable(tmp_path):
    """A question that is impossible has no gold, whatever plausible answers stand beside it."""
    path = written(tmp_path, squad(plausible_answers=[{"text": "Egypt", "answer_start": 1}]), "set.json.gz")
    convert("squad2", path, tmp_path / "out")
    (case,) = read(tmp_path / "out")
    assert (case.answerable, case.type, case.quotes, case.must_contain) == (False, "unanswerable", (), ())


def test_invisible_characters(tmp_path):
    """What cannot be seen in a question is not part of it."""
    convert("squad2", written(tmp_path, squad(question=" Where\u200b was\tbread baked?\n")), tmp_path / "out")
    (case,) = read(tmp_path / "out")
    assert case.question == "Where was bread baked?"


def test_within(tmp_path):
    """A question can be restricted to the document that it was asked of."""
    convert("squad2", written(tmp_path, squad()), tmp_path / "out", within=True)
    (case,) = read(tmp_path / "out")
    assert case.countries == ("Bread making",)


@pytest.mark.parametrize(("start", "text"), [(9, "30 days"), (9_999, "Peru")], ids=["wrong-line", "past-the-end"])
def test_covidqa_looks_answers_up(tmp_path, start, text):
    """An answer whose offset is wrong is found by its text, in the line that holds it."""
    content = squad(SALT, **found(SALT, text, start))
    del content["data"][0]["title"]
    convert("covidqa", written(tmp_path, content), tmp_path / "out")
    (case,) = read(tmp_path / "out")
    (quote,) = case.quotes
    assert text in quote.text
    assert quote.text in SALT.split("\n")


def test_answer_that_stands_nowhere(tmp_path):
    """An answer that no sentence holds leaves its case out, counted."""
    path = written(tmp_path, squad("Baking\nBread is baked daily.", **found("Baking", "Baking")))
    converted = convert("covidqa", path, tmp_path / "out")
    assert (converted.cases, converted.left_out) == (0, 1)


def clapnq(*chosen, title="Bread", name="1"):
    return {
        "id": name,
        "input": "how is bread made",
        "passages": [{"title": title, "text": BREAD, "sentences": []}],
        "output": [{"answer": "", "selected_sentences": list(one), "meta": {}} for one in chosen],
    }


@pytest.mark.parametrize(
    ("chosen", "required"),
    [
        pytest.param([["Bread is baked."]], ["Bread is baked."], id="one"),
        pytest.param(
            [["Nobody knows by whom.", "Bread is baked."]], ["Bread is baked.", "Nobody knows by whom."], id="two"
        ),
        pytest.param(
            [["Bread is baked.", "Nobody knows by whom."], ["Bread is baked."]], ["Bread is baked."], id="agreed"
        ),
        pytest.param(
            [["Bread is baked."], ["Nobody knows by whom."]], ["Bread is baked.", "Nobody knows by whom."], id="none"
        ),
        pytest.param([[]], [], id="unanswerable"),
    ],
)
def test_clapnq(tmp_path, chosen, required):
    """Every sentence that all annotators chose is required, or, where they share none, any that one chose."""
    converted = convert("clapnq", written(tmp_path, [clapnq(*chosen)]), tmp_path / "out")
    assert converted.answerable == bool(required)
    (case,) = read(tmp_path / "out")
    assert [text for _, text, _ in golds(case)] == required
    assert len(case.groups) == len(required)


def test_one_report_a_title(tmp_path):
    """Passages of one title are one report, each once; titles that would share a name are told apart."""
    rows = [
        clapnq([], name="1"),
        clapnq([], name="2"),
        clapnq([], title="bread!", name="3"),
        clapnq([], title="Peru", name="4"),
    ]
    converted = convert("clapnq", written(tmp_path, rows), tmp_path / "out")
    assert converted.reports == 3
    reports = {report.info.id: report.info.title for report in read_folder(tmp_path / "out" / "reports")}
    assert reports == {"bread-2000": "Bread", "bread-2-2000": "bread!", "about-peru-2000": "Peru"}


def test_quotesum(tmp_path):
    """Each quoted source is a required group; the quotes of several annotators are alternatives in it."""

    def row(summary):
        sources = {
            "title1": "Bread",
            "source1": BREAD,
            "title2": "Salt",
            "source2": SALT.split("\n", 1)[1],
            "title3": "",
            "source3": "",
        }
        return {"qid": "q", "question": "where from?", "summary": summary, **sources}

    rows = [
        row("[ 1 first baked in Egypt ] and [ 2 mined in  Peru ] ."),
        row("[ 1 Bread is baked. ] Then [ 2 not there ] ."),
    ]
    converted = convert("quotesum", written(tmp_path, rows), tmp_path / "out")
    assert (converted.reports, converted.cases) == (2, 1)
    (case,) = read(tmp_path / "out")
    assert golds(case) == [
        ("bread-2000", "It was first baked in Egypt in 8000 BC.", "Bread 0"),
        ("salt-2000", "Salt is mined in Peru.", "Salt 0"),
        ("bread-2000", "Bread is baked.", "Bread 0"),
    ]


def test_runs_on_it(tmp_path):
    """What was converted is run like any other cases."""
    convert("squad2", written(tmp_path, squad(**found(BREAD, "Egypt"))), tmp_path / "out")
    subject = WordSubject(MemoryStore(read_folder(tmp_path / "out" / "reports")))
    run = runner.run(subject, [tmp_path / "out" / "cases.jsonl"], tmp_path / "run", {})
    assert [one.scores.status for one in run.measured] == ["right"]


def test_folder(tmp_path):
    """A folder gives the set's files by their names; converting again leaves nothing of before."""
    written(tmp_path, squad(), "squad2_some.json.gz")
    written(tmp_path, [clapnq([], title="Other")], "clapnq_answerable.jsonl")
    assert convert("squad2", tmp_path, tmp_path / "out").reports == 1
    assert convert("clapnq", tmp_path, tmp_path / "out").reports == 1
    assert [path.name for path in (tmp_path / "out" / "reports").glob("*.txt")] == ["other-2000.txt"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"{", "out of form", id="no-json"),
        pytest.param(b'{"data": [{}]}', "out of form", id="no-articles"),
        pytest.param(b"\xff", "cannot be read", id="no-text"),
    ],
)
def test_refused(tmp_path, content, message):
    """A file that is not as published is refused by name."""
    path = tmp_path / "set.json"
    path.write_bytes(content)
    with pytest.raises(OutsideError, match=message):
        convert("squad2", path, tmp_path / "out")


def test_nothing_to_convert(tmp_path):
    """An unknown set names the known ones; a folder without its files names their pattern."""
    with pytest.raises(UnknownNameError, match="choose one of squad2, clapnq, covidqa, quotesum"):
        convert("squad3", tmp_path, tmp_path / "out")
    with pytest.raises(OutsideError, match="holds no clapnq"):
        convert("clapnq", tmp_path, tmp_path / "out")
