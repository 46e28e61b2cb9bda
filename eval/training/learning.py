"""How a model learns: examples in batches of similar length, and nothing lost when it is stopped."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

WARM_UP = 0.06
"""Share of the steps."""
KEPT_EVERY = 200
"""Steps between what is kept of a stage half done."""
TOLD_EVERY = 50


def batches(lengths: Sequence[int], size: int, chance: random.Random) -> list[list[int]]:
    """Positions in batches of similar length, in random order: padding costs as much as reading."""
    order = list(range(len(lengths)))
    chance.shuffle(order)
    found = []
    pool = size * 64
    for start in range(0, len(order), pool):
        near = sorted(order[start : start + pool], key=lengths.__getitem__)
        found += [near[first : first + size] for first in range(0, len(near), size)]
    chance.shuffle(found)
    return found


def learn(
    model: torch.nn.Module,
    head: torch.nn.Module,
    loss: Callable[[list[int]], torch.Tensor],
    plan: Sequence[list[int]],
    rate: float,
    kept: Path,
) -> Iterator[str]:
    """One step for each batch of ``plan``; yields what to tell. ``head`` learns ten times as fast as the rest.

    What is half done stands in ``kept``, and the next call with the same plan goes on from there.
    """
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    fast = {id(weight) for weight in head.parameters()}
    slow = [weight for weight in weights if id(weight) not in fast]
    optimizer = torch.optim.AdamW(
        [{"params": slow, "lr": rate}, {"params": list(head.parameters()), "lr": rate * 10}],
        weight_decay=0.01,
        fused=True,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (WARM_UP * len(plan)), 1.02 - step / len(plan))
    )
    first = 0
    if kept.exists():
        state = torch.load(kept, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        first = state["step"]
        yield f"taken up at step {first}"
    model.train()
    started, recent = time.monotonic(), []
    for step in range(first, len(plan)):
        value = loss(plan[step])
        optimizer.zero_grad()
        value.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        schedule.step()
        recent.append(value.item())
        done = step + 1
        if done % TOLD_EVERY == 0:
            speed = (done - first) * len(plan[0]) / (time.monotonic() - started)
            yield f"step {done} of {len(plan)}, loss {np.mean(recent[-TOLD_EVERY:]):.4f}, {speed:.1f} examples/s"
        if done % KEPT_EVERY == 0:
            parts: dict[str, Any] = {"model": model, "optimizer": optimizer, "schedule": schedule}
            _keep({name: part.state_dict() for name, part in parts.items()} | {"step": done}, kept)
    kept.unlink(missing_ok=True)
    model.eval()


def _keep(state: dict[str, Any], kept: Path) -> None:
    """In one step, so that a stop leaves the one before."""
    torch.save(state, kept.with_suffix(".new"))
    kept.with_suffix(".new").replace(kept)


def area(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Probability that a right one scores above a wrong one (area under the ROC curve)."""
    order = np.argsort(np.argsort(scores, kind="stable"), kind="stable") + 1
    right = np.array(labels)
    count = int(right.sum())
    return float((order[right].sum() - count * (count + 1) / 2) / (count * (len(right) - count)))


def padded(rows: Sequence[Sequence[int]], filler: int) -> torch.Tensor:
    """Shape (rows, width), the width a multiple of 16, so that few shapes occur and memory stays flat."""
    width = -(-max(map(len, rows)) // 16) * 16
    return torch.tensor([[*row, *[filler] * (width - len(row))] for row in rows])
