"""Every measure gives what its definition gives by hand."""

from math import log2

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R, nDCG

from eval.cases.places import Place, contains, first_ranks, overlaps
from eval.scoring import abstention, metrics, statistics
from eval.scoring.containment import contains_all, tokenised


def place(start, end, report="a-2020"):
    return Place(report, start, end)


@pytest.mark.parametrize(
    ("found", "sought", "inside", "half"),
    [
        pytest.param(place(0, 10), place(0, 10), True, True, id="same"),
        pytest.param(place(0, 10), place(2, 8), True, True, id="inside"),
        pytest.param(place(2, 8), place(0, 10), False, True, id="around"),
        pytest.param(place(0, 10), place(5, 15), False, True, id="half"),
        pytest.param(place(0, 10), place(6, 16), False, False, id="less-than-half"),
        pytest.param(place(0, 100), place(98, 102), False, True, id="half-of-the-shorter"),
        pytest.param(place(0, 10), place(10, 20), False, False, id="touching"),
        pytest.param(place(0, 10), place(0, 10, "b-2020"), False, False, id="other-report"),
    ],
)
def test_covering(found, sought, inside, half):
    """A passage covers what it contains; a sentence covers what shares half of the shorter one."""
    assert contains(found, sought) is inside
    assert overlaps(found, sought) is half


def test_first_ranks():
    """Each group counts from its first alternative hit; one item may cover several groups."""
    groups = {"a": [place(0, 5), place(50, 55)], "b": [place(52, 56)], "c": [place(90, 95)]}
    assert first_ranks([place(20, 30), place(50, 56), place(0, 5)], groups, contains) == (2, 2, None)


RANKED = {
    "one group, first": ((1,), {"recall": 1, "any": 1, "all": 1, "rr": 1, "ndcg": 1}),
    "one group, fourth": ((4,), {"recall": 0, "any": 0, "all": 0, "rr": 1 / 4, "ndcg": 1 / log2(5)}),
    "one of two": (
        (None, 2),
        {"recall": 1 / 2, "any": 1, "all": 0, "rr": 1 / 2, "ndcg": (1 / log2(3)) / (1 + 1 / log2(3))},
    ),
    "both at once": ((1, 1), {"recall": 1, "any": 1, "all": 1, "rr": 1, "ndcg": 1}),
    "never": ((None,), {"recall": 0, "any": 0, "all": 0, "rr": 0, "ndcg": 0}),
    "beyond ten": ((11,), {"recall": 0, "any": 0, "all": 0, "rr": 0, "ndcg": 0}),
    "nothing sought": ((), dict.fromkeys(("recall", "any", "all", "rr", "ndcg"))),
}


@pytest.mark.parametrize(("ranks", "expected"), RANKED.values(), ids=RANKED)
def test_ranking(ranks, expected):
    """recall@3, MRR@10 and nDCG@10 of a ranking, by hand; without anything sought none applies."""
    assert {
        "recall": metrics.recall_at(ranks, 3),
        "any": metrics.any_at(ranks, 3),
        "all": metrics.all_at(ranks, 3),
        "rr": metrics.reciprocal_rank(ranks),
        "ndcg": metrics.ndcg_at(ranks),
    } == pytest.approx(expected)


@given(st.permutations(range(15)), st.sets(st.integers(0, 20), min_size=1, max_size=6), st.integers(1, 12))
def test_as_ir_measures(order, relevant, k):
    """recall@k, MRR and nDCG agree with ir-measures where each group is one document."""
    ranks = [order.index(document) + 1 if document in order else None for document in sorted(relevant)]
    run = [ir_measures.ScoredDoc("q", str(document), float(-rank)) for rank, document in enumerate(order)]
    gold = [ir_measures.Qrel("q", str(document), 1) for document in relevant]
    theirs = ir_measures.calc_aggregate([R @ k, RR @ k, nDCG @ k], gold, run)
    assert metrics.recall_at(ranks, k) == pytest.approx(theirs[R @ k])
    assert metrics.reciprocal_rank(ranks, k) == pytest.approx(theirs[RR @ k])
    assert metrics.ndcg_at(ranks, k) == pytest.approx(theirs[nDCG @ k])


NEEDS = {0: {"x", "y"}, 1: {"x"}, 2: {"z"}}


def supported(statement, citations):
    return NEEDS[statement] <= set(citations)


@pytest.mark.parametrize(
    ("statements", "recall", "precision"),
    [
        pytest.param([["x", "y"]], 1, 1, id="both-needed"),
        pytest.param([["x", "y", "w"]], 1, 2 / 3, id="one-adds-nothing"),
        pytest.param([["x"]], 0, 0, id="not-enough"),
        pytest.param([["x", "y"], ["x", "w"]], 1, 3 / 4, id="two-statements"),
        pytest.param([["x", "y"], ["x"], ["x"]], 2 / 3, 3 / 4, id="last-unsupported"),
        pytest.param([[]], 0, None, id="no-citation"),
        pytest.param([], None, None, id="no-statement"),
    ],
)
def test_citations(statements, recall, precision):
    """ALCE: recall of statements by all their citations; precision of citations that are not irrelevant."""
    assert metrics.citation_recall(statements, supported) == pytest.approx(recall)
    assert metrics.citation_precision(statements, supported) == pytest.approx(precision)


@pytest.mark.parametrize(
    ("text", "required", "held"),
    [
        pytest.param("It received 125 complaints.", ["125"], True, id="number"),
        pytest.param("It received 1,250 complaints.", ["125"], False, id="part-of-a-number"),
        pytest.param("A two‑month arrest.", ["2-month"], True, id="hyphen-and-word"),
        pytest.param("seven of 1,200", ["7", "1200"], True, id="figures-for-words"),
        pytest.param("7 of 1200", ["seven", "one thousand two hundred"], True, id="words-for-figures"),
        pytest.param("Twenty-five per cent", ["25%"], True, id="percent"),
        pytest.param("“The ‘rule’…”", ['the "rule"'], True, id="quotation-marks"),
        pytest.param("Côte d’Ivoire’s courts", ["Cote d'Ivoire"], True, id="accents-and-possessive"),
        pytest.param("an unlawful act", ["lawful"], False, id="part-of-a-word"),
        pytest.param("a b", ["a", "c"], False, id="one-missing"),
        pytest.param("anything", [], True, id="nothing-required"),
    ],
)
def test_must_contain(text, required, held):
    """Required strings are found in any typography, numbers as words or figures, on word boundaries."""
    assert contains_all(text, required) is held


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("two hundred and fifty men", ["250", "men"]),
        ("one thousand two hundred", ["1200"]),
        ("forty-two thousand", ["42000"]),
        ("$1.2 million", ["$", "1200000"]),
        ("July 29 2020", ["july", "29", "2020"]),
        ("twenty and five", ["20", "and", "5"]),
        ("200", ["200"]),
    ],
)
def test_numbers(text, tokens):
    """Number words, scales and separators become one figure."""
    assert tokenised(text) == tokens


CONFIDENCE = [0.9, 0.8, 0.8, 0.4, 0.1]
TRUE = [True, True, False, True, False]


def test_auc():
    """Of six pairs four are in order and one is tied; another tells nothing of one kind alone."""
    assert abstention.auc(CONFIDENCE, TRUE) == pytest.approx((2 + 1.5 + 1) / 6)
    assert abstention.auc([0.5, 0.6], [True, True]) is None


def test_roc():
    """Each distinct confidence is one threshold; ties move together."""
    assert abstention.roc(CONFIDENCE, TRUE) == [
        (0.0, 0.0),
        (0.0, pytest.approx(1 / 3)),
        (0.5, pytest.approx(2 / 3)),
        (0.5, 1.0),
        (1.0, 1.0),
    ]
    assert abstention.roc([0.5], [True]) == []


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30))
def test_auc_is_the_area_under_roc(pairs):
    """The probability and the area are one number."""
    confidence, positive = [score / 5 for score, _ in pairs], [flag for _, flag in pairs]
    curve = np.array(abstention.roc(confidence, positive))
    if len(curve):
        assert np.trapezoid(curve[:, 1], curve[:, 0]) == pytest.approx(abstention.auc(confidence, positive))


def test_risk_coverage():
    """Inside a block of equal confidence wrong answers are shared out evenly."""
    assert abstention.risk_coverage(CONFIDENCE, TRUE) == [
        (0.2, 0.0),
        (0.4, pytest.approx(0.5 / 2)),
        (0.6, pytest.approx(1 / 3)),
        (0.8, pytest.approx(1 / 4)),
        (1.0, pytest.approx(2 / 5)),
    ]
    assert abstention.wrong_at(CONFIDENCE, TRUE, 0.8) == pytest.approx(1 / 4)
    assert abstention.wrong_at(CONFIDENCE, TRUE, 0.75) == pytest.approx(1 / 4)
    assert abstention.wrong_at([], [], 0.8) is None


@pytest.mark.parametrize(("answered", "declined"), [(0.3, 1.0), (0.6, 0.5), (0.9, 0.5), (1.0, 0.5)])
def test_declined_at(answered, declined):
    """The threshold is the highest one that still answers that share of the answerable."""
    assert abstention.declined_at(CONFIDENCE, TRUE, answered) == declined
    assert abstention.declined_at([0.5], [True], answered) is None


def test_calibration():
    """By hand: two bins, |0.85 - 0.5| over two cases and |0.1 - 0| over two cases; a confidence of 1 has a bin."""
    confidence, right = [0.85, 0.85, 0.1, 0.1], [True, False, False, False]
    assert abstention.calibration_error(confidence, right) == pytest.approx((2 * 0.35 + 2 * 0.1) / 4)
    assert abstention.reliability([1.0], [True])[-1] == abstention.Bin(0.9, 1.0, 1, 1.0, 1.0)
    assert abstention.calibration_error([], []) is None


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=20), st.randoms())
def test_order_of_cases_does_not_matter(pairs, random):
    """No figure of abstention depends on the order of the cases."""
    shuffled = random.sample(pairs, len(pairs))

    def all_of(given):
        confidence, flags = [score / 5 for score, _ in given], [flag for _, flag in given]
        return [
            abstention.auc(confidence, flags),
            abstention.wrong_at(confidence, flags, 0.8),
            abstention.declined_at(confidence, flags, 0.9),
            abstention.calibration_error(confidence, flags),
        ]

    assert all_of(shuffled) == [pytest.approx(value) if value is not None else None for value in all_of(pairs)]


def test_mean_leaves_out_what_does_not_apply():
    """Not applicable is not zero: it is counted apart."""
    figure = statistics.mean([1.0, None, 0.0, None, 1.0], seed=0)
    assert (figure.value, figure.cases, figure.not_applicable) == (pytest.approx(2 / 3, abs=1e-6), 3, 2)
    assert statistics.mean([None], seed=0) == statistics.Figure(None, None, None, 0, 1)


def test_bootstrap_interval():
    """About p ± 1.96 sqrt(p (1 - p) / n), the same for the same seed, and no width where all agree."""
    figure = statistics.mean([1.0] * 80 + [0.0] * 20, seed=1)
    assert (figure.low, figure.high) == (pytest.approx(0.72, abs=0.02), pytest.approx(0.88, abs=0.02))
    assert figure == statistics.mean([1.0] * 80 + [0.0] * 20, seed=1)
    sure = statistics.mean([1.0, 1.0], seed=0)
    assert (sure.low, sure.high) == (1.0, 1.0)


def test_bootstrap_of_anything():
    """A figure over positions gets the interval of its resamples; those where it does not apply are left out."""
    values = np.array([0.0, 1.0])
    figure = statistics.figure(2, lambda at: float(values[at].mean()) if len(set(at)) > 1 else None, 0, 5)
    assert figure == statistics.Figure(0.5, 0.5, 0.5, 2, 5)
    assert statistics.figure(0, lambda at: 1.0, 0).value is None


@pytest.mark.parametrize(
    ("differences", "p"),
    [
        pytest.param([], 1.0, id="nothing"),
        pytest.param([0.0, 0.0], 1.0, id="no-difference"),
        pytest.param([1.0, 1.0], 0.5, id="two-alike"),
        pytest.param([1.0] * 6, 2 / 64, id="six-alike"),
        pytest.param([1.0, -1.0, 0.0], 1.0, id="balanced"),
    ],
)
def test_randomisation(differences, p):
    """Two-sided: of the 2^n signs, how many give a sum as far from 0."""
    assert statistics.randomisation(differences, seed=0) == pytest.approx(p, abs=0.02)


def test_swapped():
    """Pairs that differ alike six times in a row are as unlikely as six signs; nothing is said of what never applies."""
    assert statistics.swapped(6, lambda second: float(second.mean()), 0) == pytest.approx(2 / 64, abs=0.02)
    assert statistics.swapped(6, lambda second: 1.0, 0) == 1.0
    assert statistics.swapped(6, lambda second: None, 0) is None


def test_holm():
    """The smallest p is multiplied by the number of tests, the next by one less; adjusted ones never fall."""
    assert statistics.holm([0.01, 0.04, 0.03, 0.9]) == pytest.approx([0.04, 0.09, 0.09, 0.9])


@pytest.mark.parametrize(("share", "value"), [(0.5, 2), (0.51, 3), (0.9, 4), (1.0, 4), (0.0, 1)])
def test_percentile(share, value):
    """Nearest rank: the smallest value that the share does not exceed."""
    assert statistics.percentile([4, 1, 3, 2], share) == value
    assert statistics.percentile([], share) is None
