"""The deterministic guard: the rules in their order, and whoever may only withhold more."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from rag.grounding import (
    attribution,
    bearers,
    comparison,
    coverage,
    editions,
    figures,
    modality,
    names,
    polarity,
    quoted,
    roles,
    scope,
    shares,
)
from rag.grounding.claim import Claim, claim, is_copy
from rag.grounding.similarity import Similarity
from rag.types import Draft, ReportInfo, Withheld

Rule = Callable[[Claim], str | None]
"""What is wrong, in words for a reader, or None."""

RULES: tuple[tuple[str, Rule], ...] = (
    ("wrong_report", editions.wrong_edition),
    ("wrong_report", editions.wrong_country),
    ("date_not_in_quote", figures.year_missing),
    ("date_not_in_quote", figures.date_missing),
    ("number_not_in_quote", figures.number_missing),
    ("name_not_in_quote", figures.code_missing),
    ("words_not_in_quote", quoted.words_not_quoted),
    ("name_not_in_quote", names.name_missing),
    ("name_not_in_quote", names.name_mixed),
    ("name_not_in_quote", names.person_replaced),
    ("name_not_in_quote", shares.name_in_anothers_place),
    ("number_not_in_quote", figures.number_swapped),
    ("number_not_in_quote", figures.order_changed),
    ("number_not_in_quote", figures.rate_changed),
    ("number_not_in_quote", figures.count_swapped),
    ("wrong_report", editions.swapped_editions),
    ("number_not_in_quote", figures.respectively),
    ("number_not_in_quote", shares.crossed_numbers),
    ("unrelated", comparison.invented_comparison),
    ("unrelated", comparison.turned_comparison),
    ("unrelated", comparison.inverted_comparison),
    ("negation_changed", polarity.opposite_outcome),
    ("negation_changed", polarity.negation_changed),
    ("negation_changed", polarity.prefix_changed),
    ("attribution_dropped", attribution.vouched),
    ("attribution_dropped", attribution.attribution_dropped),
    ("attribution_dropped", attribution.allegation_dropped),
    ("attribution_dropped", attribution.speaker_changed),
    ("scope_changed", scope.universal),
    ("scope_changed", scope.majority),
    ("scope_changed", scope.some_dropped),
    ("scope_changed", scope.restriction_dropped),
    ("scope_changed", scope.ladder),
    ("scope_changed", scope.rarity),
    ("scope_changed", modality.certainty),
    ("scope_changed", modality.desired),
    ("scope_changed", scope.exempted),
    ("scope_changed", modality.request),
    ("scope_changed", modality.pending),
    ("scope_changed", modality.possibility),
    ("scope_changed", modality.unreal),
    ("scope_changed", modality.settled),
    ("scope_changed", scope.bound_dropped),
    ("unrelated", coverage.invented_cause),
    ("unrelated", roles.reversed_roles),
    ("unrelated", roles.object_acting),
    ("unrelated", roles.changed_agent),
    ("unrelated", roles.changed_subject),
    ("unrelated", bearers.direction_changed),
    ("unrelated", bearers.merged_bearers),
    ("unrelated", bearers.joined_bearers),
    ("unrelated", shares.changed_owner),
    ("unrelated", shares.changed_patient),
    ("unrelated", shares.changed_part),
)
"""Verdict and rule, in the order in which they are asked: the most specific reason comes first."""


class SupportJudge(Protocol):
    """A second opinion, such as an entailment model. It is asked only about what the rules let pass."""

    def doubt(self, statement: str, evidence: str) -> str | None:
        """Why the evidence does not support the statement, or None."""
        ...


class DeterministicGuard:
    """Withholds what a rule finds unsupported.

    ``similarity`` may save a statement only from ``unrelated`` for words that the evidence has in no listed form.
    """

    def __init__(self, similarity: Similarity | None = None, judge: SupportJudge | None = None) -> None:
        lenient = (coverage.new_event, coverage.new_detail, coverage.uncovered)
        self._rules: tuple[tuple[str, Rule], ...] = (
            *RULES,
            *(("unrelated", partial(rule, similarity=similarity)) for rule in lenient),
        )
        self._judge = judge

    def check(self, draft: Draft, reports: Mapping[str, ReportInfo]) -> Withheld | None:
        if not draft.evidence:
            return Withheld(draft.text, "no_quote", "the statement cites no sentence")
        if not is_copy(draft):
            stated = claim(draft, reports)
            for verdict, rule in self._rules:
                if detail := rule(stated):
                    return Withheld(draft.text, verdict, detail)
            if self._judge and (detail := self._judge.doubt(stated.statement.text, stated.evidence.text)):
                return Withheld(draft.text, "unrelated", detail)
        return None
