"""A model that fails in a row rests, and wakes by one whole reply."""

import pytest

from rag.errors import ModelReplyError, ModelRestingError, ModelUnreachableError
from rag.interfaces import Message
from rag.models.breaker import FAILURES, REST, ResilientModel
from rag.types import ModelInfo

ASKED = [Message("user", "Why?")]


class Failing:
    """Raises ``error`` after ``pieces``, or ends after them; counts how often it is asked."""

    info = ModelInfo("scripted", "failing")
    window = 1_000

    def __init__(self, error=None, pieces=()):
        self.error, self.pieces, self.asked = error, pieces, 0

    def reply(self, messages):
        self.asked += 1
        yield from self.pieces
        if self.error:
            raise self.error

    def probe(self):
        return "here"

    def close(self):
        self.closed = True


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def resting():
    """A model that has just begun to rest, its breaker and its clock."""
    model, clock = Failing(ModelUnreachableError("gone")), Clock()
    breaker = ResilientModel(model, clock)
    for _ in range(FAILURES):
        with pytest.raises(ModelUnreachableError):
            list(breaker.reply(ASKED))
    return model, breaker, clock


def test_while_it_rests_it_is_not_asked(resting):
    model, breaker, _ = resting
    with pytest.raises(ModelRestingError, match="another 30 s after 2 failures: gone"):
        list(breaker.reply(ASKED))
    assert model.asked == FAILURES


def test_after_the_rest_one_tries_and_the_others_wait(resting):
    model, breaker, clock = resting
    clock.now += REST
    model.error, model.pieces = None, ["a", "b"]
    trial = breaker.reply(ASKED)
    assert next(trial) == "a"
    with pytest.raises(ModelRestingError):
        list(breaker.reply(ASKED))
    assert list(trial) == ["b"]
    assert list(breaker.reply(ASKED)) == ["a", "b"]


def test_a_failed_trial_begins_the_rest_anew(resting):
    _, breaker, clock = resting
    clock.now += REST
    with pytest.raises(ModelUnreachableError):
        list(breaker.reply(ASKED))
    with pytest.raises(ModelRestingError):
        list(breaker.reply(ASKED))


def test_a_server_that_starts_and_never_finishes_rests_too():
    breaker = ResilientModel(Failing(ModelUnreachableError("stalled"), ["a"]), Clock())
    for _ in range(FAILURES):
        with pytest.raises(ModelUnreachableError):
            list(breaker.reply(ASKED))
    with pytest.raises(ModelRestingError):
        list(breaker.reply(ASKED))


def test_what_the_next_question_may_not_meet_does_not_count():
    model = Failing(ModelReplyError("nonsense"))
    breaker = ResilientModel(model, Clock())
    for _ in range(5):
        with pytest.raises(ModelReplyError):
            list(breaker.reply(ASKED))
    assert model.asked == 5


def test_it_stands_for_its_model_otherwise():
    model = Failing()
    breaker = ResilientModel(model)
    breaker.close()
    assert (breaker.info, breaker.window, breaker.probe(), model.closed) == (model.info, 1_000, "here", True)
