"""A language model as a drafter: prompt, stream, strict reading, one re-ask, then withhold.

Each line is judged as soon as it is finished. What the guard passes here is judged again by whoever shows it; judging
here decides only whether to ask again, and whether the model did its part.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from rag.errors import ModelError, ModelRefusedError, ModelReplyError
from rag.interfaces import ChatModel, Drafting, Guard, Message
from rag.models import sheet as sheets
from rag.models.draft import Said, Sheet, lines, out_of_form, parse
from rag.models.prompts import Prompts
from rag.models.requests import REPLY_TOKENS
from rag.text import sentences
from rag.types import Draft, Evidence, ModelInfo, Question, ReportInfo, Withheld

INSTRUCTION_TOKENS = 700
"""Of everything in a prompt but sentences and headings."""
MOST_LINES = 24
"""After which a reply is not read on."""


@dataclass(slots=True)
class _Round:
    """One reply, as far as it was read."""

    text: list[str] = field(default_factory=list)
    known: list[Draft | Withheld] = field(default_factory=list)
    """Drafts that the guard passed and statements that it withheld, each once over all replies to a question."""
    malformed: list[Withheld] = field(default_factory=list)
    said: Said | None = None

    @property
    def drafts(self) -> list[Draft]:
        return [one for one in self.known if isinstance(one, Draft)]

    @property
    def unsupported(self) -> list[Withheld]:
        return [one for one in self.known if isinstance(one, Withheld)]

    @property
    def rejections(self) -> list[Withheld]:
        return [*self.unsupported, *self.malformed]


@dataclass(frozen=True, slots=True)
class LanguageModelDrafter:
    """Asks ``model``. Raises a ``ModelError`` where it fails or no line of its reply is in form; thread-safe."""

    model: ChatModel
    prompts: Prompts
    guard: Guard

    @property
    def info(self) -> ModelInfo:
        return self.model.info

    @property
    def prompt_sha256(self) -> str:
        return self.prompts.sha256

    def draft(self, question: Question, evidence: Evidence) -> Iterator[Draft | Withheld | Drafting]:
        sheet = sheets.fit(evidence, self.model.window - REPLY_TOKENS - INSTRUCTION_TOKENS)
        drafting = Drafting(self.info, self.prompt_sha256, sheet.passages)
        yield drafting
        reports = {report.id: report for report in question.reports}
        told = self.prompts.answer(question.text, sheet, reports)
        first = _Round()
        second = _Round(known=first.known)
        try:
            yield from self._round(told, sheet, reports, first)
            if _worth_asking_again(first):
                yield from self._again(told, sheet, reports, first, second)
            else:
                yield from first.malformed
        except ModelRefusedError as error:
            yield from first.malformed
            if first.drafts:
                raise
            yield replace(drafting, silence=f"The model declined to answer ({error}).")
            return
        yield from self._outcome(drafting, first, second)

    def _again(
        self,
        told: Sequence[Message],
        sheet: Sheet,
        reports: Mapping[str, ReportInfo],
        first: _Round,
        second: _Round,
    ) -> Iterator[Draft | Withheld]:
        """The second reply. What was out of form in the first is withheld only where the second does not come."""
        reply = Message("assistant", "\n".join(first.text))
        try:
            yield from self._round((*told, reply, *self.prompts.reask(first.rejections)), sheet, reports, second)
        except ModelError:
            yield from first.malformed
            raise
        yield from second.malformed

    def _round(
        self, told: Sequence[Message], sheet: Sheet, reports: Mapping[str, ReportInfo], found: _Round
    ) -> Iterator[Draft | Withheld]:
        """One reply: drafts and unsupported statements as they come; ``found`` gathers them and the rest."""
        with closing(self.model.reply(told)) as pieces:
            for line in lines(pieces):
                found.text.append(line)
                proposal = parse(line, sheet)
                if isinstance(proposal, Said):
                    found.said = found.said or proposal
                    continue
                judged = self._judged(proposal, reports) if isinstance(proposal, Draft) else proposal
                if isinstance(judged, Withheld) and out_of_form(judged):
                    found.malformed.append(judged)
                elif judged not in found.known:
                    found.known.append(judged)
                    yield judged
                if len(found.text) >= MOST_LINES:
                    return
        if not found.text:
            raise ModelReplyError(f"{self.info.provider}:{self.info.name} sent an empty reply")

    def _judged(self, draft: Draft, reports: Mapping[str, ReportInfo]) -> Draft | Withheld:
        """The draft where the guard passes it as a whole and, of several sentences, each for itself."""
        spans = sentences.split(draft.text)
        parts = [replace(draft, text=span.of(draft.text)) for span in spans] if len(spans) > 1 else []
        for part in (draft, *parts):
            if refused := self.guard.check(part, reports):
                return replace(refused, text=draft.text)
        return draft

    def _outcome(self, drafting: Drafting, first: _Round, second: _Round) -> Iterator[Drafting]:
        """Why nothing was proposed, where nothing was."""
        if first.drafts:
            return
        said = second.said or first.said
        if said is Said.ABSENT:
            yield replace(drafting, silence=f"The model read {drafting.passages} passages and found no answer in them.")
        elif said is Said.REFUSED:
            yield replace(drafting, silence="The model declined to answer.")
        elif not first.unsupported:
            fault = (second.malformed or first.malformed)[0].detail
            raise ModelReplyError(f"no line of {self.info.provider}:{self.info.name}'s reply was in form: {fault}")


def _worth_asking_again(found: _Round) -> bool:
    """Whether a statement failed, or all was talk. Talk round statements that hold is not worth another request."""
    if found.drafts:
        return bool(found.unsupported)
    return bool(found.rejections) and found.said is None
