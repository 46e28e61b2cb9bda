"""Replies are read strictly and line by line; labels stand for whole sentences and for nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.corpus.passages import split
from rag.errors import ModelReplyError
from rag.models.draft import LONGEST_LINE, LONGEST_REPLY, MOST_LABELS, Said, Sheet, lines, out_of_form, parse
from rag.types import Draft, Withheld
from tests.fakes import make_report

REPORT = make_report(
    "Chad",
    2019,
    [
        "The ombudsman received 125 complaints about torture. Courts were slow in 2019. Guards beat a man at x@y.org.",
        "Prisons held two thousand inmates. “No one was tried,” he said. One. Two. Three.",
    ],
)
SHEET = Sheet(tuple((passage, at) for passage in split(REPORT) for at in range(len(passage.sentences))), 2)
TEXTS = [passage.sentence(at) for passage, at in SHEET.sentences]


def cited(draft):
    return [passage.sentence(at) for passage, at in draft.evidence]


@pytest.mark.parametrize(
    ("line", "statement", "labels"),
    [
        ("Courts were slow. [2]", "Courts were slow.", [2]),
        ("Courts were slow. [2] [1]", "Courts were slow.", [2, 1]),
        ("Courts were slow. [2][1]", "Courts were slow.", [2, 1]),
        ("Courts were slow. [2, 1]", "Courts were slow.", [2, 1]),
        ("Courts were slow. [ 2 ], [1]  ", "Courts were slow.", [2, 1]),
        ("Courts were slow [2].", "Courts were slow.", [2]),
        ("Courts were slow [2]", "Courts were slow", [2]),
        ("He said “no.” [5].", "He said “no.”", [5]),
        ("- Courts were slow. [2]", "Courts were slow.", [2]),
        ("• Courts were slow. [2]", "Courts were slow.", [2]),
        ("3. Courts were slow. [2]", "Courts were slow.", [2]),
        ("Courts were slow. [2] [2] [2]", "Courts were slow.", [2]),
        ("Courts\u00a0were\tslow. [2]\r", "Courts were slow.", [2]),
        ("A man at x@y.org was beaten. [3]", "A man at x@y.org was beaten.", [3]),
    ],
)
def test_a_statement_ends_in_the_labels_it_rests_on(line, statement, labels):
    draft = parse(line, SHEET)
    assert isinstance(draft, Draft), draft
    assert draft.text == statement
    assert cited(draft) == [TEXTS[label - 1] for label in labels]


@pytest.mark.parametrize(
    ("line", "verdict", "says"),
    [
        ("Courts were slow.", "no_quote", "does not end in a label"),
        ("Here is what the reports say:", "no_quote", "does not end in a label"),
        ("Courts were slow. [2] Indeed.", "no_quote", "does not end in a label"),
        ("Courts [2] were slow. [2]", "no_quote", "inside the statement"),
        ("Courts were slow. [1-3]", "unknown_label", "'1-3'"),
        ("Courts were slow. [99]", "unknown_label", "'99'"),
        ("Courts were slow. [0]", "unknown_label", "'0'"),
        ("Courts were slow. [-1]", "unknown_label", "'-1'"),
        ("Courts were slow. [²]", "unknown_label", "'²'"),
        ("Courts were slow. [٢]", "unknown_label", "'٢'"),
        ("Courts were slow. [2] [99]", "unknown_label", "'99'"),
        ("Courts were slow. []", "unknown_label", "''"),
        ("Courts were slow. [chad-2019]", "unknown_label", "'chad-2019'"),
        ("Courts were slow. [" + "9" * 500 + "]", "unknown_label", "there is no sentence"),
        ("[2]", "no_quote", "no statement"),
        ("- [2]", "no_quote", "no statement"),
        ("Courts. " + "".join(f"[{n}]" for n in range(1, MOST_LABELS + 2)), "no_quote", "at most"),
        ("word " * 150 + "[2]", "no_quote", "characters"),
        ("**Courts** were slow. [2]", "words_not_in_quote", "'**'"),
        ("See http://evil.example/a for courts. [2]", "words_not_in_quote", "http://evil.example/a"),
        ("See www.evil.example now. [2]", "words_not_in_quote", "www.evil.example"),
        ("<b>Courts were slow.</b> [2]", "words_not_in_quote", "'<'"),
        ('{"statement": "Courts were slow."} [2]', "words_not_in_quote", "'{'"),
        ("Суды были медленными в том году. [2]", "unrelated", "not in English"),
        ("法院很慢。 [2]", "unrelated", "not in English"),
        ("Las cortes fueron muy lentas durante este periodo. [2]", "unrelated", "not in English"),
        ("NOT IN THE REPORTS [2] and more", "no_quote", "does not end in a label"),
    ],
)
def test_what_is_out_of_form_is_rejected_by_name(line, verdict, says):
    found = parse(line, SHEET)
    assert isinstance(found, Withheld), found
    assert found.verdict == verdict
    assert says in found.detail
    assert out_of_form(found) == (verdict != "words_not_in_quote")


@pytest.mark.parametrize(
    "line", ["NOT IN THE REPORTS", "not in the reports.", "**NOT IN THE REPORTS**", " NOT IN THE REPORTS\r"]
)
def test_the_agreed_line_says_that_nothing_answers(line):
    assert parse(line, SHEET) is Said.ABSENT


@pytest.mark.parametrize(
    "line",
    ["I'm sorry, but I can't help with that.", "I cannot answer this.", "As an AI, I do not judge.", "Sorry, no."],
)
def test_a_refusal_is_none_of_the_reports_business(line):
    assert parse(line, SHEET) is Said.REFUSED


def test_a_rejected_line_shows_no_control_character_and_is_short():
    found = parse("\x1b[2Jx " + "y" * 1_900, SHEET)
    assert "\x1b" not in found.text
    assert len(found.text) < 700


@given(st.text(max_size=300))
def test_any_line_is_a_draft_on_shown_sentences_or_a_named_rejection(line):
    found = parse(line, SHEET)
    if isinstance(found, Draft):
        assert found.evidence
        assert set(found.evidence) <= set(SHEET.sentences)
        assert found.text.strip()
    else:
        assert isinstance(found, Said) or (found.verdict and found.detail)


@given(st.lists(st.text(alphabet="ab \n[]1.<think/>é", max_size=12), max_size=20), st.integers(1, 5))
def test_lines_do_not_depend_on_how_the_reply_is_cut(pieces, size):
    whole = "".join(pieces)
    cut = [whole[at : at + size] for at in range(0, len(whole), size)]
    assert list(lines(pieces)) == list(lines(cut)) == list(lines([whole]))


def test_a_line_is_handed_on_as_soon_as_it_is_finished():
    read = []

    def pieces():
        for piece in ("One. ", "[1]", "\nTwo", ". [2]\n", "Three. [3]"):
            read.append(piece)
            yield piece

    found = lines(pieces())
    assert next(found) == "One. [1]"
    assert len(read) == 3
    assert list(found) == ["Two. [2]", "Three. [3]"]


def test_what_a_model_thinks_aloud_first_is_left_out():
    assert list(lines(["<thi", "nk>Let me\nsee [1]\n</th", "ink>\n\nYes. [1]\n"])) == ["Yes. [1]"]
    assert list(lines(["<think>never ends\n", "at all [1]\n"])) == []


@pytest.mark.parametrize(
    ("pieces", "says"),
    [
        (["x" * (LONGEST_LINE + 1)], "line of more than"),
        (["x" * 100] * 30, "line of more than"),
        (["word\n" * 100] * 200, "does not end"),
        (["<think>"] + ["word\n" * 100] * 200, "does not end"),
    ],
)
def test_replies_and_lines_have_a_longest(pieces, says):
    with pytest.raises(ModelReplyError, match=says):
        list(lines(pieces))
    assert LONGEST_REPLY > LONGEST_LINE
