"""A guard in front of the guard: sentences that hide characters are never quoted silently."""

from collections.abc import Mapping
from dataclasses import dataclass

from rag.interfaces import Guard
from rag.text import invisible
from rag.types import Draft, ReportInfo, Withheld


@dataclass(frozen=True, slots=True)
class VisibleTextGuard:
    """Withholds as ``hidden_text`` what holds or rests on misleading characters; the rest goes to ``guard``."""

    guard: Guard

    def check(self, draft: Draft, reports: Mapping[str, ReportInfo]) -> Withheld | None:
        sentences = (passage.sentence(index) for passage, index in draft.evidence)
        found = [each for text in (draft.text, *sentences) for each in invisible.find(text) if each.misleads]
        if found:
            what = "; ".join(dict.fromkeys(f"{each.kind} {', '.join(each.codes[:4])}" for each in found))
            return Withheld(invisible.shown(draft.text), "hidden_text", f"it holds characters that nobody sees: {what}")
        return self.guard.check(draft, reports)
