"""What each part of the ranking and of the confidence is worth, as a Markdown table.

    python -m eval.training.ablation --index INDEX eval/gold/seeds-dev.jsonl

Every row is fitted and judged in five folds (``eval.training.fit_ranker``): all parts, all but one, and each alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from eval.training import fit_ranker
from eval.training.fit_ranker import Example, Matrix
from rag.assemble import retriever
from rag.retrieval import ranker
from rag.retrieval.reader import OnnxReader
from rag.settings import load

SENTENCE_PARTS = {
    "similarity of the sentence": ("similarity",),
    "similarity of the passage": ("similarity_passage",),
    "words in common": ("covered", "covered_near", "pairs"),
    "names and numbers": ("names", "numbers_passage"),
    "kind of answer": ("kind",),
    "place, rank of the search": ("first", "fused"),
    "reader": ("reading",),
}
CONFIDENCE_PARTS = {
    "similarity": ("similarity", "similarity_passage"),
    "spread of the scores": ("spread",),
    "rare words missing": ("unknown", "rarest_missing"),
    "names missing": ("names_missing", "names_shared", "names_unheard"),
    "numbers missing": ("numbers_missing",),
    "countries missing": ("foreign_missing",),
    "kind of answer missing": ("kind_missing",),
    "reader": ("reading", "reading_any"),
}


def rows(data: Sequence[Example]) -> Iterator[tuple[str, str, float, float]]:
    """For each part of each table: its name, which table, the figure without it, and the figure of it alone."""
    names = list(data[0].scored[0].features)
    answers = np.array([one.answerable for one in data])

    def first(columns: Sequence[int]) -> float:
        kept = [replace(one, features=one.features[:, columns]) for one in data]
        lists = [fit_ranker.ranked(one, weights) for one, weights in zip(kept, fit_ranker.held_out(kept), strict=True)]
        ranks = np.array([fit_ranker.rank(one, scored) for one, scored in zip(kept, lists, strict=True)])
        return float(np.mean(ranks[answers] < 1))

    yield from _parts("right sentence first", SENTENCE_PARTS, names, first)
    weights = fit_ranker.held_out(data)
    lists = [fit_ranker.ranked(one, own) for one, own in zip(data, weights, strict=True)]
    signs = [
        ranker.confidence_features(scored, one.reading, one.logits) for scored, one in zip(lists, data, strict=True)
    ]
    features: Matrix = np.array([list(row.values()) for row in signs])

    def area(columns: Sequence[int]) -> float:
        chosen = features[:, [0, *columns]]
        return fit_ranker.area(answers, fit_ranker.confidence_held_out(chosen, answers))

    yield from _parts("area under the ROC curve", CONFIDENCE_PARTS, list(signs[0]), area)


def _parts(
    figure: str, parts: Mapping[str, Sequence[str]], names: Sequence[str], judge: Callable[[Sequence[int]], float]
) -> Iterator[tuple[str, str, float, float]]:
    places = {name: [names.index(one) for one in group if one in names] for name, group in parts.items()}
    every = sorted(column for group in places.values() for column in group)
    whole = judge(every)
    yield figure, "all", whole, whole
    for name, group in places.items():
        if group:
            yield figure, name, judge([column for column in every if column not in group]), judge(group)


def main(
    files: Annotated[list[Path], typer.Argument(help="Case files; never a test split.")],
    index: Annotated[Path | None, typer.Option(help="Index to search instead of the configured one.")] = None,
) -> None:
    """Print what each part is worth."""
    settings = load()
    data = fit_ranker.examples(files, retriever(settings.model_copy(update={"index": index}) if index else settings))
    read = fit_ranker.read(data, fit_ranker.held_out(data), OnnxReader())
    typer.echo("| figure | part | without it | it alone |\n|---|---|---|---|")
    for figure, part, without, alone in rows(read):
        typer.echo(f"| {figure} | {part} | {without:.3f} | {alone:.3f} |")


if __name__ == "__main__":
    typer.run(main)
