"""What the packaged models learn from is what it says, and how they learn loses nothing."""

import gzip
import json
import random

import pytest

from eval.training import support_data
from eval.training.support_data import DENIED, NEUTRAL, SUPPORTED, UNSUPPORTED, Pair
from rag.grounding.premise import premise


def test_every_example_is_read_once_in_batches_of_similar_length():
    from eval.training import learning

    lengths = [random.Random(number).randrange(5, 200) for number in range(1_000)]  # noqa: S311
    found = learning.batches(lengths, 16, random.Random(1))  # noqa: S311
    assert sorted(number for batch in found for number in batch) == list(range(1_000))
    spread = [max(lengths[n] for n in batch) - min(lengths[n] for n in batch) for batch in found]
    assert sum(spread) / len(spread) < 20


def test_the_area_counts_pairs_in_the_right_order():
    from eval.training import learning

    assert learning.area([0.9, 0.4, 0.6, 0.1], [True, True, False, False]) == 3 / 4


@pytest.mark.slow
def test_where_only_unsupported_is_known_neutral_and_denied_count_alike():
    """And the loss falls where more is given to what is right."""
    import torch

    from eval.training.train_judge import loss

    def of(logits, label):
        return loss(torch.tensor([logits]), torch.tensor([label])).item()

    assert of([0.0, 5.0, 0.0], UNSUPPORTED) == pytest.approx(of([0.0, 0.0, 5.0], UNSUPPORTED))
    assert of([5.0, 0.0, 0.0], SUPPORTED) < of([0.0, 0.0, 0.0], SUPPORTED) < of([0.0, 5.0, 0.0], SUPPORTED)
    assert of([0.0, 5.0, 0.0], NEUTRAL) < of([0.0, 0.0, 5.0], NEUTRAL)
    assert of([0.0, 0.0, 5.0], DENIED) < of([0.0, 5.0, 0.0], DENIED)


@pytest.mark.slow
def test_work_that_was_stopped_goes_on_where_it_was(tmp_path, monkeypatch):
    """The weights at the end are those of a course that nobody stopped."""
    import torch

    from eval.training import learning

    monkeypatch.setattr(learning, "KEPT_EVERY", 3)
    plan = [[number] for number in range(10)]

    def course(kept, stop=None):
        torch.manual_seed(0)
        body = torch.nn.Linear(4, 4)
        model = torch.nn.Sequential(body, torch.nn.Linear(4, 1))
        seen = []

        def step(chosen):
            if stop is not None and len(seen) == stop:
                raise InterruptedError
            seen.append(chosen[0])
            generator = torch.Generator().manual_seed(chosen[0])
            return model(torch.randn(2, 4, generator=generator)).pow(2).mean()

        list(learning.learn(model, model[1], step, plan, 1e-2, kept))
        return model.state_dict(), seen

    whole, _ = course(tmp_path / "whole")
    with pytest.raises(InterruptedError):
        course(tmp_path / "stopped", stop=7)
    resumed, seen = course(tmp_path / "stopped")
    assert seen == [6, 7, 8, 9]
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


def test_statements_are_rendered_as_the_product_renders_evidence(tmp_path):
    row = {
        "evidence": ["She was released in May."],
        "before": "Police arrested Aigul K.",
        "country": "Chad",
        "year": 2019,
        "statement": "She was freed.",
        "supported": True,
    }
    path = tmp_path / "train.jsonl.gz"
    path.write_bytes(gzip.compress((json.dumps(row) + "\n" + json.dumps(row | {"supported": False})).encode()))
    told = premise(["She was released in May."], "Police arrested Aigul K.", "Chad", 2019)
    assert support_data.statements(path) == [
        Pair(told, "She was freed.", SUPPORTED, "statements"),
        Pair(told, "She was freed.", UNSUPPORTED, "statements"),
    ]
    assert told.endswith("Chad 2019: She was released in May.")
