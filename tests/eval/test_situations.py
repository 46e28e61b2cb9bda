"""What is measured of situations: how much of what must be said is shown, and how much else."""

import gzip
import json
from pathlib import Path

import pytest

from eval.suites import situations
from eval.suites.situations import Outcome, Situation


def situation(name="a", *, answerable=True, kind="broad", **grades):
    return Situation(name, "chad-2019", "?", kind, answerable, grades)


def outcome(one, shown=(), must_shown=None, gain=None, confidence=0.5, *, answered=True):
    return Outcome(one, shown, must_shown, gain, confidence, answered)


@pytest.mark.parametrize(
    ("found", "everything", "gain"),
    [
        ([2, 1], [1, 2], 1.0),
        ([0, 2], [2], 1 / 1.5849625),
        ([1, 2], [2, 1], (1 + 2 / 1.5849625) / (2 + 1 / 1.5849625)),
        ([], [2], 0.0),
        ([0] * 10 + [2], [2], 0.0),
    ],
)
def test_the_gain_is_discounted_by_rank_over_ten_ranks(found, everything, gain):
    assert situations.gain(found, everything) == pytest.approx(gain)


def test_figures_by_hand():
    """Each over the questions where it applies: shares of what was shown over answers, the rest over questions."""
    outcomes = [
        outcome(situation(x=2), (2, 1, 0), 0.5, 0.8, 0.9),
        outcome(situation(x=2), (0,), 0.0, 0.2, 0.4),
        outcome(situation(x=2), (), 0.0, 0.5, 0.3, answered=False),
        outcome(situation(answerable=False), (0,), None, None, 0.6),
        outcome(situation(answerable=False), (), None, None, 0.1, answered=False),
    ]
    found = situations.figures(outcomes)
    assert found["must_shown"] == pytest.approx(0.5 / 3)
    assert found["shown_belongs"] == 2 / 4
    assert found["answers_with_any_that_belongs"] == 1 / 2
    assert found["ndcg_at_10"] == pytest.approx(0.5)
    assert found["wrong"] == 2 / 5
    assert found["answerable_answered"] == pytest.approx(2 / 3)
    assert found["unanswerable_declined"] == 1 / 2
    assert found["sentences_an_answer"] == 2.0
    assert found["auc"] == pytest.approx((1 + 0 + 0 + 1 + 1 + 1) / 6)


def test_a_figure_that_applies_to_nothing_is_left_out():
    assert "unanswerable_declined" not in situations.figures([outcome(situation(x=2), (2,), 1.0, 1.0)])


def test_the_table_has_a_line_for_all_and_for_each_type():
    outcomes = [outcome(situation(x=2), (2,), 1.0, 1.0), outcome(situation(kind="group", x=2), (2,), 1.0, 1.0)]
    lines = situations.table(outcomes).splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:]] == ["all", "broad", "group"]


def test_files_are_read_plain_and_packed(tmp_path):
    """What contradicts a false premise belongs in no answer to it; white space is no part of a sentence."""
    rows = [
        {"text": "Courts  were\nslow.", "grade": 1, "aspect": "practice"},
        {"text": "Courts were slow.", "grade": 2, "aspect": "practice"},
    ]
    common = {"report": "chad-2019", "question": "?", "type": "broad", "sentences": rows}
    lines = "".join(json.dumps({"id": str(n), "answerable": n == 0, **common}) + "\n" for n in range(2))
    (tmp_path / "a.jsonl").write_text(lines)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    for name in ("a.jsonl", "b.jsonl.gz"):
        one, other = situations.read([tmp_path / name])
        assert (one.answerable, one.grades) == (True, {"Courts were slow.": 2})
        assert (other.answerable, other.grades) == (False, {})


GOLD = sorted((Path(__file__).parents[2] / "eval" / "gold").glob("situations-*.jsonl"))


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_the_gold_is_in_form(path):
    """Each question once, of a report; what is answerable has a sentence that must be told, and known aspects alone."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len({row["id"] for row in rows}) == len({(row["report"], row["question"]) for row in rows}) == len(rows)
    aspects = {"law", "practice", "figures", "case", "view", "outcome", "context"}
    for row in rows:
        assert {one["aspect"] for one in row["sentences"]} <= aspects, row["id"]
        assert not row["answerable"] or any(one["grade"] == 2 for one in row["sentences"]), row["id"]
        assert all(one["grade"] in (1, 2) and one["text"] for one in row["sentences"]), row["id"]


def test_a_question_is_asked_of_its_own_report(answerer):
    asked = Situation("a", "kazakhstan-2020", "Who banned the Koshe Party?", "fact", answerable=True, grades={"x": 2})
    found = situations.ask(answerer, asked)
    assert found.answered
    assert found.must_shown == 0.0
    assert found.wrong
