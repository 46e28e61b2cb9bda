"""Fits what the guard takes for a rewording, and says how well that does on batches that it was not fitted on.

python -m eval.suites.grounding_kinship --index FOLDER STATEMENTS…
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from eval.suites.grounding import read_statements, similarity
from rag.corpus import read_folder
from rag.grounding import coverage, kinship
from rag.grounding.claim import claim, is_copy
from rag.grounding.guard import RULES
from rag.grounding.similarity import Similarity
from rag.types import Draft, Report

IN_WORDS = frozenset(
    """unrelated extra_specific causal_invented outcome_changed tense_completed legal_effect_changed comparison_inverted
    modality_changed two_people_merged""".split()
)
"""Kinds of false statement whose new words are what is false in them."""


@dataclass(frozen=True, slots=True)
class Example:
    batch: str
    supported: bool
    alone: bool
    """Whether no other rule withholds the statement, so that its new words decide."""
    signs: kinship.Signs


def examples(path: Path, reports: Sequence[Report], similar: Similarity) -> list[Example]:
    """Statements of a file with new words: the true ones, and the false ones whose new words are to blame."""
    infos = {report.info.id: report.info for report in reports}
    found = []
    for case in read_statements(path, reports):
        draft = Draft(case.statement, case.cites)
        stated = claim(draft, infos)
        new = [] if is_copy(draft) else coverage.fresh(stated)
        alone = bool(new) and not any(rule(stated) for _, rule in RULES)
        if new and (case.supported or alone or case.kind in IN_WORDS):
            found.append(Example(path.stem, case.supported, alone, kinship.signs(stated, new, similar)))
    return found


def fit(chosen: Sequence[Example]) -> tuple[NDArray[np.float64], float]:
    """Weights in order of the signs, and bias; both sides weigh the same."""
    signs = np.array([astuple(example.signs) for example in chosen])
    true = np.array([example.supported for example in chosen])
    middle, spread = signs.mean(axis=0), signs.std(axis=0)
    plain = (signs - middle) / spread
    side = np.where(true, 1.0, -1.0)
    share = np.where(true, 0.5 / true.sum(), 0.5 / (~true).sum()) * len(chosen)

    def loss(values: NDArray[np.float64]) -> float:
        """Log loss with half the squared weights beside it, so that few examples give moderate ones."""
        return float(
            share @ np.logaddexp(0, -side * (plain @ values[:-1] + values[-1])) + values[:-1] @ values[:-1] / 2
        )

    found = minimize(loss, np.zeros(signs.shape[1] + 1)).x
    weights = found[:-1] / spread
    return weights, float(found[-1] - weights @ middle)


def held_out(listed: Sequence[Example]) -> list[tuple[Example, float]]:
    """Each example that its new words decide, scored by a model fitted on the other batches."""
    found = []
    for batch in sorted({example.batch for example in listed}):
        weights, bias = fit([example for example in listed if example.batch != batch])
        found += [
            (example, float(weights @ np.array(astuple(example.signs)) + bias))
            for example in listed
            if example.batch == batch and example.alone
        ]
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m eval.suites.grounding_kinship", description=__doc__.splitlines()[0]
    )
    parser.add_argument("statements", type=Path, nargs="+", help="files of hand-written statements, a batch each")
    parser.add_argument("--reports", type=Path, default=Path("seeds"), help="folder of reports")
    parser.add_argument("--index", type=Path, required=True, help="an index, whose encoder tells how alike texts are")
    options = parser.parse_args(arguments)
    reports = read_folder(options.reports)
    similar = similarity(options.index)
    listed = [example for path in options.statements for example in examples(path, reports, similar)]
    weights, bias = fit(listed)
    out = sys.stdout.write
    for field, weight in zip(fields(kinship.Signs), weights, strict=True):
        out(f"{field.name:12} {weight:8.2f}\n")
    out(f"{'bias':12} {bias:8.2f}\n\nover       true shown  false shown, each batch by a model fitted on the others\n")
    scored = held_out(listed)
    for floor in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0):
        counts = [
            f"{sum(value > floor for value in side):4} / {len(side):4}"
            for side in ([v for e, v in scored if e.supported], [v for e, v in scored if not e.supported])
        ]
        out(f"{floor:5.1f}     {counts[0]}  {counts[1]}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
