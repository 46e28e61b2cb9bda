"""What the judge of support learns from: pairs of a premise and a statement, each supported, denied, or neither.

Public entailment sets come first, statements over country reports last. A premise is rendered as the product renders
the evidence of a statement (``rag.grounding.premise``), so what is learned is what is asked later. Random sentences
stand before a part of the public premises, since the context of a cited sentence is no evidence either.
"""

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.grounding.premise import premise

SUPPORTED, NEUTRAL, DENIED, UNSUPPORTED = range(4)
"""``UNSUPPORTED``: neutral or denied, it is not known which."""
LABELS = {"support": SUPPORTED, "neutral": NEUTRAL, "contradict": DENIED, "not_support": UNSUPPORTED}

GENERAL = {
    "vitaminc_real": 8400,
    "vitaminc_synthetic": 1800,
    "fever_eraser": 3000,
    "fever_symmetric": 400,
    "fever_adversarial": 200,
    "te_base": 900,
    "te_edit_premise": 3900,
    "te_edit_other": 2400,
    "te_contrast": 1800,
    "te_paragraph": 300,
    "semi_base_wiki": 900,
    "semi_sim_wiki": 1500,
    "semi_translate_wiki": 2100,
    "mnli_dev": 3000,
    "snli_dev": 900,
    "cad_nli": 1500,
    "dnc_megaveridicality": 1200,
    "conjnli": 1500,
    "negnli_rte": 350,
    "negnli_mnli": 400,
    "negnli_snli": 300,
    "med": 700,
    "help": 450,
    "summedits_scitldr": 200,
    "summedits_ectsum": 350,
    "folio": 200,
    "tracie": 150,
    "ambient": 350,
    "scitail": 450,
    "adv_glue_mnli": 100,
    "breaking_nli": 200,
}
"""Pairs of each public set that are read; the nearer to a reader of reports, the more."""
DISTRACTED = 0.35
"""Share of the public pairs before whose premise another text stands."""
LONGEST = 1_200
"""Characters of a public premise; longer ones are passed over."""
KEPT_BACK = 20
"""One public group (page or case) of so many is kept for measuring."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A premise, a statement, and whether the one supports the other."""

    premise: str
    statement: str
    label: int
    source: str


def general(path: Path, *, kept_back: bool, chance: random.Random) -> list[Pair]:
    """Public pairs of ``pairs.jsonl.gz`` at ``path``, by their quota; ``kept_back``: those for measuring."""
    found: dict[str, list[Pair]] = defaultdict(list)
    for row in rows(path):
        if row["src"] not in GENERAL or len(row["premise"]) > LONGEST:
            continue
        group = random.Random(f"{row['src']} {row['group']}").randrange(KEPT_BACK)  # noqa: S311
        if (group == 0) == kept_back:
            found[row["src"]].append(Pair(row["premise"], row["hypothesis"], LABELS[row["label"]], row["src"]))
    share = 0.05 if kept_back else 1.0
    chosen = [
        pair
        for source in sorted(found)
        for pair in chance.sample(found[source], min(len(found[source]), max(40, int(GENERAL[source] * share))))
    ]
    chance.shuffle(chosen)
    return list(_distracted(chosen, chance))


def _distracted(pairs: Sequence[Pair], chance: random.Random) -> Iterator[Pair]:
    for pair in pairs:
        before = chance.choice(pairs).premise if chance.random() < DISTRACTED else ""
        yield Pair(premise([pair.premise], before[:300]), pair.statement, pair.label, pair.source)


def statements(path: Path) -> list[Pair]:
    """Statements over reports with their evidence, as ``statements/SOURCE.md`` of the training data describes them."""
    return [
        Pair(
            premise(row["evidence"], row["before"], row["country"], row["year"]),
            row["statement"],
            SUPPORTED if row["supported"] else UNSUPPORTED,
            "statements",
        )
        for row in rows(path)
    ]


def elsewhere(pairs: Sequence[Pair], count: int, chance: random.Random) -> list[Pair]:
    """True statements under the evidence of others: none of them is supported there."""
    true = [pair for pair in pairs if pair.label == SUPPORTED]
    return [
        Pair(other.premise, one.statement, UNSUPPORTED, "elsewhere")
        for one, other in zip(chance.sample(true, count), chance.sample(true, count), strict=True)
        if one is not other
    ]


OPENINGS = (
    "",
    "",
    "According to the {year} report, ",
    "The report states that ",
    "Yes, ",
    "However, ",
    "In {country}, ",
)


def copies(path: Path, count: int, chance: random.Random) -> list[Pair]:
    """Cited sentences as statements of their own, some behind the words with which models open: all supported."""
    made = []
    for row in chance.sample(list(rows(path)), count):
        sentence = chance.choice(row["evidence"])
        opening = chance.choice(OPENINGS).format(year=row["year"], country=row["country"])
        first = (
            sentence[:1].lower()
            if opening and sentence[:2].istitle() and sentence.split()[0] in _LOWERED
            else sentence[:1]
        )
        said = opening + first + sentence[1:]
        made.append(
            Pair(premise(row["evidence"], row["before"], row["country"], row["year"]), said, SUPPORTED, "copies")
        )
    return made


_LOWERED = frozenset(
    "The A An In There Some Many Most While Although It They During On Human Police Authorities".split()
)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)
