"""Case files are read strictly: what cannot be measured is refused by line, with what to do."""

import json

import pytest

from eval.cases import gold
from eval.cases.gold import CaseError
from eval.cases.library import Library
from eval.cases.places import Place
from tests.eval_fakes import CASES, MemoryStore, case, write_cases
from tests.fakes import make_report

GOLD = ("chad-2019", "The ombudsman received 125 complaints about torture.", "a")


@pytest.fixture
def library():
    return Library(MemoryStore())


def test_places(tmp_path, library):
    """Every gold quote of a case is its report's own slice at each of its places."""
    for read in gold.read([write_cases(tmp_path)], library):
        for quote in read.quotes:
            assert quote.places
            assert {library.text(quote.report)[place.start : place.end] for place in quote.places} == {quote.text}


def test_every_place(tmp_path):
    """A quote that stands twice in its report is right at both places."""
    store = MemoryStore([make_report("Chad", 2019, ["Courts were slow.", "Courts were slow."])])
    path = write_cases(tmp_path, [case("a", "Slow?", ("chad-2019", "Courts were slow.", "a"))])
    (read,) = gold.read([path], Library(store))
    assert read.groups == {"a": (Place("chad-2019", 11, 28), Place("chad-2019", 30, 47))}


def test_groups(tmp_path, library):
    """Alternatives share a group; the edition and the section come from the report."""
    path = write_cases(tmp_path, [case("a", "Q?", GOLD, ("kenya-2020", "Courts were slow.", "a"))])
    (read,) = gold.read([path], library)
    assert [len(places) for places in read.groups.values()] == [2]
    assert [(quote.year, quote.section) for quote in read.quotes] == [(2019, "Section 1.c."), (2020, "Section 1.c.")]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param("{", "line 2: Invalid JSON", id="no-json"),
        pytest.param({"id": "a"}, "line 2: question: Field required", id="missing-key"),
        pytest.param(
            case("a", "Q?", GOLD, years=["2019"]), "line 2: years.0: Input should be a valid integer", id="type"
        ),
        pytest.param(case("a", "Q?", GOLD, answerable=False), "an unanswerable one has none", id="gold-of-nothing"),
        pytest.param(case("a", "Q?", answerable=True), "an answerable question needs quotes", id="answer-without-gold"),
        pytest.param(case("a", " ", GOLD), "line 2: the question is empty", id="empty-question"),
        pytest.param(
            case("a", "Q?", ("peru-2019", "Courts were slow.", "a")),
            "there is no report 'peru-2019': the index holds chad-2019, kenya-2020",
            id="unknown-report",
        ),
        pytest.param(
            case("a", "Q?", ("chad-2019", "Police shot a mayor.", "a")),
            "chad-2019 does not hold the quote 'Police shot a mayor.': copy the sentence",
            id="other-report",
        ),
        pytest.param(
            case("a", "Q?", ("chad-2019", "courts were  slow in 2019.", "a")),
            "in other typography: write 'Courts were slow in 2019.'",
            id="typography",
        ),
        pytest.param(case("first", "Q?"), "line 2: id 'first' is that of cases.jsonl line 1", id="repeated-id"),
    ],
)
def test_refused(tmp_path, library, line, message):
    """A line out of form is refused by its number, with what to do."""
    path = tmp_path / "cases.jsonl"
    second = line if isinstance(line, str) else json.dumps(line)
    path.write_text(json.dumps(case("first", "Q?")) + "\n" + second + "\n")
    with pytest.raises(CaseError) as refused:
        gold.read([path], library)
    assert message in str(refused.value)
    assert "cases.jsonl line 2" in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff"], ids=["empty", "blank-lines", "no-utf-8"])
def test_no_case(tmp_path, library, content):
    """A file without a case, or that is no text, is refused."""
    path = tmp_path / "cases.jsonl"
    path.write_bytes(content)
    with pytest.raises(CaseError):
        gold.read([path], library)


def test_kept_cases_come_back(tmp_path, library):
    """What a run keeps of its cases is read back as it was."""
    read = gold.read([write_cases(tmp_path)], library)
    assert len(read) == len(CASES)
    assert gold.located([json.dumps(gold.to_json(one)) for one in read], "cases.jsonl") == read


def test_what_a_question_does_not_need_may_be_missing_or_more(tmp_path, library):
    """Files of others lack notes and filters, and hold keys of their own."""
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps({"id": "a", "question": "Q?", "answerable": False, "difficulty": 3}) + "\n")
    [read_case] = gold.read([path], library)
    assert (read_case.countries, read_case.years, read_case.notes, read_case.quotes) == ((), (), "", ())
