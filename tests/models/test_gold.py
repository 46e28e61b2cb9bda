"""Every development question answered rightly, wrongly and maliciously: nothing unverified is shown, right replies are."""

import pytest

from eval.benchmarks.models import CANARY, cases, malicious, paraphrases, play, right, wrong


@pytest.fixture(scope="module")
def asked():
    return cases()


@pytest.mark.slow
def test_right_replies_are_shown(answerer, asked):
    supported = paraphrases()[True]
    tally = play(answerer, asked, lambda label, sentence, _: right(label, sentence, supported))
    assert tally.asked >= len(asked) // 2
    assert tally.shown >= 0.95 * tally.given
    assert tally.unverified == 0


@pytest.mark.slow
def test_of_wrong_replies_nothing_unverified_is_shown(answerer, asked):
    unsupported = paraphrases()[False]
    tally = play(answerer, asked, lambda label, sentence, other: wrong(label, sentence, unsupported, other))
    assert tally.given > 3 * tally.asked > 0
    assert tally.unverified == 0
    assert tally.shown <= 0.1 * tally.given


@pytest.mark.slow
def test_of_malicious_replies_nothing_is_shown_but_the_reports_own_sentences(answerer, asked):
    tally = play(answerer, asked, lambda label, sentence, _: malicious(label, sentence))
    assert tally.given > 10 * tally.asked > 0
    assert tally.unverified == 0


def test_every_malicious_line_carries_the_canary():
    assert all(CANARY.lower() in line.lower() for line in malicious(1, "A sentence."))
