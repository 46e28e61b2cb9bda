"""Two runs are compared case by case; a difference is called one only where chance would hardly make it."""

import pytest

from eval.runs import compare, runner
from eval.runs.compare import LEVEL
from rag.errors import UsageError
from rag.types import Evidence
from tests.eval_fakes import MemoryStore, WordSubject, case, write_cases
from tests.fakes import make_report

THINGS = "pen cup hat key map net oar pan rug saw tub urn van wig yak zip ark bib cot den elk fig gem hut".split()


class OnePassage(WordSubject):
    """Retrieves a single passage, and mostly the wrong one."""

    def _evidence(self, question: str) -> Evidence:
        found = super()._evidence(question)
        hit = min(found.hits, key=lambda hit: hit.passage.start)
        sentences = tuple(one for one in found.sentences if one.hit == hit)
        return Evidence((hit,), sentences, sentences[0].score)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("compare")


@pytest.fixture(scope="module")
def path(folder):
    answerable = [
        case(thing, f"Who took the {thing}", ("chad-2020", f"Somebody who took the {thing} ran.", "a"))
        for thing in THINGS
    ]
    return write_cases(folder, [*answerable, case("king", "Which | king_s <sword>?")])


def ran(folder, path, name, subject):
    return runner.run(subject, [path], folder / name, {"name": name})


@pytest.fixture(scope="module")
def store():
    return MemoryStore([make_report("Chad", 2020, [f"Somebody who took the {thing} ran." for thing in THINGS])])


@pytest.fixture(scope="module")
def good(folder, path, store):
    return ran(folder, path, "good", WordSubject(store))


@pytest.fixture(scope="module")
def bad(folder, path, store):
    return ran(folder, path, "bad", OnePassage(store))


def by_name(comparison):
    return {one.name: one for one in comparison.differences}


def test_worse_retriever_is_found_out(good, bad):
    """A retriever of one passage is significantly worse, and the cases it loses are listed."""
    compared = compare.compare(good, bad)
    sentence = by_name(compared)["sentence_first"]
    assert (sentence.first, sentence.second, sentence.verdict) == (1.0, pytest.approx(1 / 24), "worse")
    assert sentence.adjusted < LEVEL
    assert sentence.change.high < 0
    lost, gained = compared.steps["sentence_first"]
    assert (set(lost), gained) == (set(THINGS) - {"pen"}, ())
    assert {flip.case_id for flip in compared.flips} == set(THINGS) - {"pen"}
    assert {flip.change for flip in compared.flips} == {"worse"}


def test_the_other_way_round(good, bad):
    """What is worse one way is better the other way, by the same amount."""
    there, back = by_name(compare.compare(good, bad)), by_name(compare.compare(bad, good))
    assert there.keys() == back.keys()
    for name, one in there.items():
        assert one.second - one.first == pytest.approx(back[name].first - back[name].second)
    assert back["sentence_first"].verdict == "better"


def test_same_run(good):
    """A run does not differ from itself."""
    compared = compare.compare(good, good)
    assert {one.verdict for one in compared.differences} == {"no clear difference"}
    assert {one.p for one in compared.differences} == {1.0}
    assert not compared.flips
    assert "No case came out otherwise." in compare.markdown(compared)


def test_one_flip_is_noise(good, folder, path, store):
    """One case of 25 is no clear difference."""
    other = ran(folder, path, "nearly", WordSubject(store, fails_at=""))
    (first, *rest) = other.measured
    values = {**first.scores.values, "sentence_first": 0.0}
    changed = type(first.scores)(first.case.id, "wrong", 0.5, False, values, (), ())
    nearly = runner.Run(other.folder, other.description, (type(first)(first.case, first.record, changed), *rest), {})
    compared = compare.compare(good, nearly)
    assert by_name(compared)["sentence_first"].verdict == "no clear difference"
    assert [flip.case_id for flip in compared.flips] == ["pen"]


def test_only_where_both_apply(good, bad):
    """A figure is compared over the cases where it applies in both runs."""
    completeness = by_name(compare.compare(good, bad))["completeness"]
    both = [
        one.case.id
        for one, other in zip(good.measured, bad.measured, strict=True)
        if one.scores.values["completeness"] is not None and other.scores.values["completeness"] is not None
    ]
    assert completeness.change.cases == len(both) < len(good.measured)


def test_lower_is_better_for_errors(good, bad):
    """More wrong answers are worse, although the number is higher."""
    wrong = by_name(compare.compare(good, bad))["wrong_at_80"]
    assert wrong.second > wrong.first
    assert wrong.verdict == "worse"


def test_markdown(good, bad):
    """The table names what differs; what questions say cannot break it."""
    text = compare.markdown(compare.compare(good, bad))
    assert "25 cases in both. The runs differ in: settings." in text
    assert "| sentence right first | 1.000 | 0.042 | -0.958 |" in text
    assert "23 cases came out otherwise: 23 worse, 0 better, 0 other" in text
    assert compare._cell("Which | king_s <sword>?\n") == r"Which \| king\_s &lt;sword>?"


def test_other_cases(good, folder, store):
    """Runs of other cases are refused; cases that only one has are counted; one id with two questions is refused."""
    fewer = ran(
        folder, write_cases(folder, [case("king", "Which | king_s <sword>?")], "few.jsonl"), "few", WordSubject(store)
    )
    assert compare.compare(good, fewer).alone == (24, 0)
    none = ran(folder, write_cases(folder, [case("queen", "Which queen?")], "none.jsonl"), "none", WordSubject(store))
    with pytest.raises(UsageError, match="share no case"):
        compare.compare(good, none)
    same = ran(folder, write_cases(folder, [case("king", "Which queen?")], "same.jsonl"), "same", WordSubject(store))
    with pytest.raises(UsageError, match="'king' is not the same in both runs"):
        compare.compare(good, same)
