"""Trains the judge of support: whether the cited sentences of a report support a statement.

    python -m eval.training.train_judge --base FOLDER --data FOLDER --work FOLDER

BASE is all-mpnet-base-v2, DATA holds ``support/pairs.jsonl.gz`` and ``statements/train.jsonl.gz``. Premise and
statement are read together; a linear head over the first token and the mean of all tells supported, neutral, denied.
Where only "not supported" is known the loss is that of both others together. Public pairs first, reports last.
Every stage is kept half done, and taken up again by the same command.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import torch
import typer
from tokenizers import Tokenizer
from transformers import AutoModel

from eval.training import learning, support_data
from eval.training.support_data import DENIED, SUPPORTED, UNSUPPORTED, Pair

SEED = 11
PIECES = 160
"""Word pieces of premise and statement together; the oldest of the premise goes first."""
BATCH = 32
SMOOTHED = 0.03
"""Of each label, as doubt about it."""
FILLER = 1
"""Number of the piece that fills up short texts."""


class JudgeModel(torch.nn.Module):
    """Premise and statement together to the logits of supported, neutral, denied."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        self.body = AutoModel.from_pretrained(
            str(base), hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, add_pooling_layer=False
        )
        self.body.embeddings.word_embeddings.weight.requires_grad_(False)
        self.head = torch.nn.Linear(2 * self.body.config.hidden_size, 3)
        torch.nn.init.normal_(self.head.weight, std=0.02)
        torch.nn.init.zeros_(self.head.bias)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        tokens = self.body(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(tokens.dtype)
        mean = (tokens * mask).sum(1) / mask.sum(1)
        logits: torch.Tensor = self.head(torch.cat([tokens[:, 0], mean], dim=1).float())
        return logits


@dataclass(frozen=True, slots=True)
class Stage:
    """What is read, at which rate."""

    name: str
    pairs: tuple[Pair, ...]
    rate: float

    def sha256(self, before: str) -> str:
        return hashlib.sha256((before + repr((self.rate, self.pairs))).encode()).hexdigest()[:12]


def tokenizer_of(base: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(PIECES, direction="left")
    return tokenizer


def encoded(tokenizer: Tokenizer, pairs: Sequence[Pair]) -> list[list[int]]:
    return [found.ids for found in tokenizer.encode_batch([(pair.premise, pair.statement) for pair in pairs])]


def inputs(rows: Sequence[Sequence[int]], filler: int, device: torch.device) -> dict[str, torch.Tensor]:
    return {
        "input_ids": learning.padded(rows, filler).to(device),
        "attention_mask": learning.padded([[1] * len(row) for row in rows], 0).to(device),
    }


def loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean surprise at the labels, a little of each label given to the others."""
    chances = torch.log_softmax(logits, dim=1)
    either = torch.logsumexp(chances[:, 1:], dim=1)
    known = labels.clamp(max=DENIED)
    exact = torch.gather(chances, 1, known.unsqueeze(1)).squeeze(1)
    hit = torch.where(labels == UNSUPPORTED, either, exact)
    missed = torch.where(labels == SUPPORTED, either, chances[:, SUPPORTED])
    return -((1 - SMOOTHED) * hit + SMOOTHED * missed).mean()


def learn(model: JudgeModel, tokenizer: Tokenizer, stage: Stage, kept: Path, device: torch.device) -> Iterator[str]:
    """Reads the stage once; yields what to tell."""
    rows = encoded(tokenizer, stage.pairs)

    def step(chosen: list[int]) -> torch.Tensor:
        labels = torch.tensor([stage.pairs[n].label for n in chosen], device=device)
        with torch.autocast(device.type, dtype=torch.bfloat16):
            logits = model(**inputs([rows[n] for n in chosen], FILLER, device))
        return loss(logits.float(), labels)

    plan = learning.batches([len(row) for row in rows], BATCH, random.Random(SEED))  # noqa: S311
    yield from learning.learn(model, model.head, step, plan, stage.rate, kept)


def supported(model: JudgeModel, tokenizer: Tokenizer, pairs: Sequence[Pair], device: torch.device) -> list[float]:
    """Probability that each is supported."""
    rows = encoded(tokenizer, pairs)
    order = sorted(range(len(rows)), key=lambda n: len(rows[n]))
    found = [0.0] * len(rows)
    model.eval()
    with torch.no_grad(), torch.autocast(device.type, dtype=torch.bfloat16):
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            logits = model(**inputs([rows[n] for n in chosen], FILLER, device))
            for number, chance in zip(chosen, torch.softmax(logits.float(), 1)[:, SUPPORTED].tolist(), strict=True):
                found[number] = chance
    return found


def stages(data: Path, epochs: float, chance: random.Random) -> list[Stage]:
    public = support_data.general(data / "support/pairs.jsonl.gz", kept_back=False, chance=chance)
    own = data / "statements/train.jsonl.gz"
    written = support_data.statements(own)
    reports: list[Pair] = []
    whole = int(epochs)
    for _ in range(whole):
        reports += chance.sample(written, len(written))
    reports += chance.sample(written, int(len(written) * (epochs - whole)))
    reports += support_data.elsewhere(written, 700, chance) + support_data.copies(own, 1200, chance)
    reports += chance.sample(public, 4000)
    return [Stage("general", tuple(public), 5e-5), Stage("reports", tuple(reports), 4e-5)]


def main(
    base: Annotated[Path, typer.Option(help="Folder of all-mpnet-base-v2.")],
    data: Annotated[Path, typer.Option(help="Folder with support/ and statements/.")],
    work: Annotated[Path, typer.Option(help="Folder for what is half done.")],
    epochs: Annotated[float, typer.Option(help="Times that the statements over reports are read.")] = 2.0,
    until: Annotated[str, typer.Option(help="Last stage to read.")] = "reports",
) -> None:
    """Train the judge; what was kept of the same stages is taken up again."""
    torch.manual_seed(SEED)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if device.type == "cpu":
        torch.set_num_threads(2)
    chance = random.Random(SEED)  # noqa: S311
    held = support_data.general(data / "support/pairs.jsonl.gz", kept_back=True, chance=random.Random(SEED))  # noqa: S311
    plan = stages(data, epochs, chance)
    tokenizer, model = tokenizer_of(base), JudgeModel(base).to(device)
    work.mkdir(parents=True, exist_ok=True)
    before = ""
    for stage in plan:
        before = stage.sha256(before)
        typer.echo(f"{stage.name}: {len(stage.pairs)} pairs, data {before}")
        done = work / f"judge-{stage.name}-{before}.pt"
        if done.exists():
            model.load_state_dict(torch.load(done, weights_only=True))
        else:
            for line in learn(model, tokenizer, stage, work / f"judge-{stage.name}-{before}.half", device):
                typer.echo(line)
            torch.save(model.state_dict(), done)
            scores = supported(model, tokenizer, held, device)
            for source in sorted({pair.source for pair in held}):
                chosen = [n for n, pair in enumerate(held) if pair.source == source]
                labels = [held[n].label == SUPPORTED for n in chosen]
                if any(labels) and not all(labels):
                    typer.echo(
                        f"  {source}: area {learning.area([scores[n] for n in chosen], labels):.3f} of {len(chosen)}"
                    )
        if stage.name == until:
            break


if __name__ == "__main__":
    typer.run(main)
