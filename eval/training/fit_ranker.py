"""Fits the weights of ``rag/ranker.json`` on development questions.

    python -m eval.training.fit_ranker --index INDEX eval/gold/seeds-dev.jsonl

Sentences: the logarithm of the share that the softmax over a question's candidates gives to the right ones is maximised
(ListNet's top-one loss, Cao et al., ICML 2007), first over what can be counted, then, for the candidates that are best
by that, with what the reader says. Confidence: logistic regression of whether the reports answer at all, over scores
that each come from weights fitted without that question; then brought to the scale of how often the first sentence is
right (Platt, 1999), which changes no order. All with a ridge on standardised features. Figures are printed from five
folds; the weights written are fitted on all questions.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from scipy.optimize import minimize

from eval.cases import gold
from eval.cases.library import Library
from eval.cases.places import Place, overlaps
from rag.assemble import retriever
from rag.interfaces import SentenceReader
from rag.question import scope
from rag.retrieval import ranker
from rag.retrieval.ranker import Asked, Scored
from rag.retrieval.reader import OnnxReader
from rag.retrieval.retriever import Retriever
from rag.settings import load
from rag.types import Question

FOLDS = 5
RIDGE = 0.003
SEED = 20

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its candidates: their features, one row each, and which of them are right."""

    answerable: bool
    reading: Asked
    scored: tuple[Scored, ...]
    features: Matrix
    right: NDArray[np.bool_]
    logits: tuple[float, ...] = ()
    """What the reader said of the first ones."""


def examples(files: Sequence[Path], search: Retriever) -> list[Example]:
    """One for each case that is searched at all."""
    found = []
    for case in gold.read(files, Library(search.store)):
        asked = scope.read(case.question, case.filters, search.store.reports)
        if asked.refusal:
            continue
        text = search.spelled(asked.question)
        question = Question(text, asked.reports, asked.compares, asked.foreign)
        reading = ranker.read(question, search.store)
        hits = search.search(text, asked.reports, balanced=asked.compares)
        scored = tuple(ranker.score(reading, hits, {}))
        sought = [place for alternatives in case.groups.values() for place in alternatives]
        right = [any(overlaps(_place(one), place) for place in sought) for one in scored]
        features = np.array([list(one.features.values()) for one in scored])
        found.append(Example(case.answerable, reading, scored, features, np.array(right)))
    return found


def read(data: Sequence[Example], weights: Sequence[Matrix], reader: SentenceReader) -> list[Example]:
    """The examples after the reader read the best of each by its weights."""
    found = []
    for one, own in zip(data, weights, strict=True):
        scored = ranked(one, own)
        logits = reader.read(one.reading.topic, [ranker.read_as(best) for best in scored[: ranker.READ]])
        right = {_place(candidate) for candidate, good in zip(one.scored, one.right, strict=True) if good}
        again = tuple(ranker.reread(scored, logits, {}))
        features = np.array([list(candidate.features.values()) for candidate in again])
        good = np.array([_place(candidate) in right for candidate in again])
        found.append(replace(one, scored=again, features=features, right=good, logits=tuple(logits)))
    return found


def fit_sentences(data: Sequence[Example]) -> Matrix:
    """Weight of each feature, in the order of ``Scored.features``."""
    scale = np.concatenate([one.features for one in data]).std(axis=0) + 1e-9
    lists = [(one.features / scale, one.right) for one in data if one.right.any()]

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        value, slope = RIDGE * float(weights @ weights), 2 * RIDGE * weights
        for features, right in lists:
            scores = features @ weights
            share = np.exp(scores - scores.max())
            good = share * right
            value -= (np.log(good.sum()) - np.log(share.sum())) / len(lists)
            slope = slope - features.T @ (good / good.sum() - share / share.sum()) / len(lists)
        return value, slope

    best: Matrix = np.asarray(minimize(loss, np.zeros(len(scale)), jac=True, method="L-BFGS-B").x / scale)
    return best


def fit_confidence(features: Matrix, answers: NDArray[np.bool_]) -> Matrix:
    """Weight of each confidence feature; the first column is the bias and is not shrunk."""
    scale = np.r_[1.0, features[:, 1:].std(axis=0) + 1e-9]
    rows, ridge = features / scale, np.r_[0.0, np.full(features.shape[1] - 1, RIDGE)]

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        margins = np.where(answers, 1, -1) * (rows @ weights)
        value = float(np.logaddexp(0, -margins).mean() + ridge @ weights**2)
        slope = -(rows * (np.where(answers, 1, -1) / (1 + np.exp(margins)))[:, None]).mean(axis=0)
        return value, slope + 2 * ridge * weights

    best: Matrix = np.asarray(minimize(loss, np.zeros(len(scale)), jac=True, method="L-BFGS-B").x / scale)
    return best


def ranked(example: Example, weights: Matrix) -> list[Scored]:
    scores = example.features @ weights
    return [
        replace(example.scored[position], score=float(scores[position]))
        for position in np.argsort(-scores, kind="stable")
    ]


def _place(one: Scored) -> Place:
    span = one.hit.passage.sentences[one.index]
    return Place(one.hit.passage.report, span.start, span.end)


def held_out(data: Sequence[Example]) -> list[Matrix]:
    """For each example the weights fitted without it and its fold."""
    folds = np.random.default_rng(SEED).permutation(len(data)) % FOLDS
    fitted = [
        fit_sentences([one for one, fold in zip(data, folds, strict=True) if fold != k and one.answerable])
        for k in range(FOLDS)
    ]
    return [fitted[fold] for fold in folds]


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights, and what held-out folds say of them."""

    sentence: dict[str, float]
    confidence: dict[str, float]
    held_out: tuple[Matrix, ...]
    """For each example the sentence weights fitted without it."""
    figures: str


def fit(data: Sequence[Example]) -> Fit:
    own = held_out(data)
    lists = [ranked(one, weights) for one, weights in zip(data, own, strict=True)]
    signs = [
        ranker.confidence_features(scored, one.reading, one.logits) for scored, one in zip(lists, data, strict=True)
    ]
    features = np.array([list(row.values()) for row in signs])
    answers = np.array([one.answerable for one in data])
    ranks = np.array([rank(one, scored) for one, scored in zip(data, lists, strict=True)])
    scores = confidence_held_out(features, answers)
    slope, offset = _platt(scores, ranks < 1)
    confidence = slope * fit_confidence(features, answers)
    confidence[0] += offset
    return Fit(
        sentence=_named(data[0].scored[0].features, fit_sentences([one for one in data if one.answerable])),
        confidence=_named(signs[0], confidence),
        held_out=tuple(own),
        figures=_figures(answers, ranks, slope * scores + offset),
    )


def main(
    files: Annotated[list[Path], typer.Argument(help="Case files to fit on; never a test split.")],
    index: Annotated[Path | None, typer.Option(help="Index to search instead of the configured one.")] = None,
    out: Annotated[Path, typer.Option(help="Where the weights go.")] = Path("rag/ranker.json"),
    reader: Annotated[Path | None, typer.Option(help="Reader instead of the packaged one.")] = None,
) -> None:
    """Fit the ranker's weights on development questions and print figures from held-out folds."""
    settings = load()
    data = examples(files, retriever(settings.model_copy(update={"index": index}) if index else settings))
    alone = fit(data)
    typer.echo(f"without a reader: {alone.figures}")
    reading = fit(read(data, alone.held_out, OnnxReader(reader)))
    typer.echo(f"with the reader:  {reading.figures}")
    weights = {
        name: {"sentence": one.sentence, "confidence": one.confidence}
        for name, one in (("alone", alone), ("reading", reading))
    }
    out.write_text(json.dumps(weights, indent=2) + "\n", encoding="utf-8")
    typer.echo(f"weights written to {out}")


def _named(names: Sequence[str] | dict[str, float], weights: Matrix) -> dict[str, float]:
    return dict(zip(names, weights.round(4).tolist(), strict=True))


def rank(one: Example, scored: Sequence[Scored]) -> int:
    """Of the first right candidate, from 0; beyond the last where none is right."""
    right = {_place(candidate) for candidate, good in zip(one.scored, one.right, strict=True) if good}
    return next((place for place, candidate in enumerate(scored) if _place(candidate) in right), len(scored))


def confidence_held_out(features: Matrix, answers: NDArray[np.bool_]) -> Matrix:
    folds = np.random.default_rng(SEED).permutation(len(answers)) % FOLDS
    scores = np.zeros(len(answers))
    for k in range(FOLDS):
        scores[folds == k] = features[folds == k] @ fit_confidence(features[folds != k], answers[folds != k])
    return scores


def area(answers: NDArray[np.bool_], scores: Matrix) -> float:
    """Under the ROC curve: how often an answered question scores above one that is not."""
    gaps = scores[answers][:, None] - scores[~answers]
    return float((gaps > 0).mean() + (gaps == 0).mean() / 2)


def _platt(scores: Matrix, right: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and offset that make the logistic of a score the share of right answers."""
    offset, slope = fit_confidence(np.column_stack([np.ones(len(scores)), scores]), right)
    return float(slope), float(offset)


def _figures(answers: NDArray[np.bool_], ranks: NDArray[np.int_], scores: Matrix) -> str:
    """Right sentence first and within three; how well the confidence tells what is answered; its calibration."""
    at = np.quantile(scores[answers], 0.1)
    likely, right = 1 / (1 + np.exp(-scores)), ranks < 1
    bins = np.minimum((likely * 10).astype(int), 9)
    error = sum(abs(likely[bins == b].sum() - right[bins == b].sum()) for b in range(10)) / len(scores)
    return (
        f"{answers.sum()} answerable, {(~answers).sum()} searched in vain: "
        f"right sentence first {np.mean(ranks[answers] < 1):.3f}, within three {np.mean(ranks[answers] < 3):.3f}, "
        f"area under the ROC curve {area(answers, scores):.3f}, "
        f"declined at 90 % answered {np.mean(scores[~answers] < at):.3f} "
        f"(confidence {1 / (1 + np.exp(-at)):.2f}), calibration error {error:.3f}"
    )


if __name__ == "__main__":
    typer.run(main)
