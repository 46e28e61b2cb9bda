"""Every figure by name: what it means, and which way is better. Reports, comparisons and floors speak of these."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from eval.scoring.metrics import DEPTH


@dataclass(frozen=True, slots=True)
class Meaning:
    title: str
    definition: str
    higher_is_better: bool = True


def _ranking(kind: str, rule: str) -> dict[str, Meaning]:
    return {
        f"{kind}_first": Meaning(f"{kind} right first", f"the first {kind} {rule}"),
        f"{kind}_within_3": Meaning(f"{kind} right within three", f"one of the first three {kind}s {rule}"),
        f"{kind}_any_at_5": Meaning(f"{kind} recall@5, any group", f"one of the first five {kind}s {rule}"),
        f"{kind}_all_at_5": Meaning(
            f"{kind} recall@5, all groups", f"for every group one of the first five {kind}s does"
        ),
        f"{kind}_mrr": Meaning(f"{kind} MRR", f"1 / rank of the first {kind} that {rule}; 0 beyond ten"),
        f"{kind}_ndcg": Meaning(
            f"{kind} nDCG@10", "each group gains 1 / log2(1 + rank of its first hit), over the ideal"
        ),
        **{
            f"{kind}_recall_at_{k}": Meaning(
                f"{kind} recall@{k}", f"share of the groups that the first {k} {kind}s hit"
            )
            for k in range(1, DEPTH + 1)
        },
    }


PER_CASE: Mapping[str, Meaning] = MappingProxyType(
    {
        **_ranking("passage", "contains a gold sentence"),
        **_ranking("sentence", "shares half of the shorter with a gold sentence"),
        "answer_right": Meaning("answer right", "of the answers given to answerable questions: quotes a gold sentence"),
        "right_report": Meaning("right report", "of the same answers: share of quotes from a report that has gold"),
        "completeness": Meaning("completeness", "of the same answers: share of the gold groups that are quoted"),
        "must_contain": Meaning(
            "must contain", "of the same answers: holds every required string, typography and number words folded"
        ),
        "quote_exactness": Meaning(
            "quote exactness", "share of displayed quotes that are whole sentences, to the letter"
        ),
        "support": Meaning("statement support", "share of the proposed statements that the guard lets pass"),
        "citation_recall": Meaning(
            "citation recall", "share of the shown statements that their citations support (ALCE)"
        ),
        "citation_precision": Meaning("citation precision", "share of the citations that are not irrelevant (ALCE)"),
        "answerable_answered": Meaning("answerable answered", "share of the answerable questions that are answered"),
        "unanswerable_declined": Meaning(
            "unanswerable declined", "share of the unanswerable questions that are declined"
        ),
    }
)
"""Means over cases."""

OVER_ALL: Mapping[str, Meaning] = MappingProxyType(
    {
        "auc": Meaning("abstention AUC", "probability that an answerable question has more confidence than another"),
        "declined_at_90": Meaning(
            "declined at 90 % answered", "share of the unanswerable declined where 90 % of the answerable are answered"
        ),
        "wrong_at_80": Meaning(
            "wrong at 80 % coverage",
            "share of wrong answers among the 80 % most confident of all questions; unanswerable ones are wrong there",
            higher_is_better=False,
        ),
        "wrong_at_80_answerable": Meaning(
            "wrong at 80 % coverage, answerable",
            "share of wrong answers among the 80 % most confident of the answerable questions",
            higher_is_better=False,
        ),
        "calibration_error": Meaning(
            "calibration error",
            "mean distance between confidence and share right, over ten bins (ECE)",
            higher_is_better=False,
        ),
    }
)
"""Figures that only a set of cases has."""

FIGURES: Mapping[str, Meaning] = MappingProxyType({**PER_CASE, **OVER_ALL})

HEADLINES = (
    "passage_any_at_5",
    "passage_all_at_5",
    "sentence_first",
    "sentence_within_3",
    "sentence_mrr",
    "sentence_ndcg",
    "answer_right",
    "right_report",
    "completeness",
    "must_contain",
    "quote_exactness",
    "support",
    "citation_recall",
    "citation_precision",
    "answerable_answered",
    "unanswerable_declined",
    *OVER_ALL,
)
"""Those that a report shows first."""

BREAKDOWN = (
    "passage_any_at_5",
    "sentence_first",
    "sentence_within_3",
    "answer_right",
    "completeness",
    "answerable_answered",
    "unanswerable_declined",
)
"""Those that are also given per type, year and section."""

ZERO_TOLERANCE = ("fabricated", "misattributed", "cut")
"""Verdicts on displayed quotes that must not occur even once."""
