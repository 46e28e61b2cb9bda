"""What language models are told, from the templates of the package ``prompts``.

Text of reports enters only as ``neutralised``: it can forge no label and no part of the prompt.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from types import MappingProxyType
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from rag.errors import ModelError
from rag.interfaces import Message, Turn
from rag.models.draft import Sheet
from rag.models.prompt_safety import neutralised
from rag.types import Passage, ReportInfo, Withheld

VARIABLES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "answer": frozenset({"statements", "reports", "question"}),
        "reask": frozenset({"rejections"}),
        "standalone": frozenset({"turns", "question"}),
    }
)
"""Template to the variables that it uses, all of them."""
MOST_STATEMENTS = 6
MOST_REJECTIONS = 12


_safe = lru_cache(maxsize=32_768)(neutralised)
"""Sentences come again from question to question, and each is read character by character."""


class PromptError(ModelError):
    """A template is missing, broken, or uses other variables than it is given."""


@dataclass(frozen=True)
class Prompts:
    """The templates, checked."""

    templates: Mapping[str, Template]
    sources: Mapping[str, str]

    @cached_property
    def sha256(self) -> str:
        """Of all templates, by name."""
        joined = "".join(f"{name}\0{source}\0" for name, source in sorted(self.sources.items()))
        return sha256(joined.encode()).hexdigest()

    def answer(self, question: str, sheet: Sheet, reports: Mapping[str, ReportInfo]) -> tuple[Message, ...]:
        """``reports`` by id; those of the sheet must be among them."""
        shown = list(_by_report(sheet, reports))
        return self._messages("answer", statements=MOST_STATEMENTS, reports=shown, question=_safe(question))

    def reask(self, rejections: Sequence[Withheld]) -> tuple[Message, ...]:
        listed = [{"text": _safe(one.text), "detail": _safe(one.detail)} for one in rejections]
        return self._messages("reask", rejections=listed[:MOST_REJECTIONS])

    def standalone(self, question: str, earlier: Sequence[Turn]) -> tuple[Message, ...]:
        turns = [
            {"question": _safe(turn.question), "statements": [_safe(text) for text in turn.statements]}
            for turn in earlier
        ]
        return self._messages("standalone", turns=turns, question=_safe(question))

    def _messages(self, name: str, **variables: Any) -> tuple[Message, ...]:
        template = self.templates[name]
        context = template.new_context(variables)
        return tuple(
            Message(role, "".join(template.blocks[role](context)).strip())
            for role in ("system", "user")
            if role in template.blocks
        )


def load(sources: Mapping[str, str] | None = None) -> Prompts:
    """The templates of the package ``prompts``, or ``sources`` by name.

    Raises ``PromptError`` naming every variable that is missing or unknown, of every template.
    """
    # What is written is plain text for a model, not a page for a browser.
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    texts = dict(sources) if sources is not None else {name: _packaged(name) for name in VARIABLES}
    faults: list[str] = []
    for name, wanted in VARIABLES.items():
        if name not in texts:
            faults.append(f"{name} is missing")
            continue
        try:
            used = meta.find_undeclared_variables(environment.parse(texts[name]))
        except TemplateError as error:
            faults.append(f"{name} is no template: {error}")
            continue
        faults += [f"{name} lacks {variable!r}" for variable in sorted(wanted - used)]
        faults += [f"{name} has the unknown variable {variable!r}" for variable in sorted(used - wanted)]
    if faults:
        raise PromptError(f"prompts cannot be used: {'; '.join(faults)}: restore the package's own")
    return Prompts({name: environment.from_string(texts[name]) for name in VARIABLES}, texts)


def _packaged(name: str) -> str:
    return files("prompts").joinpath(f"{name}.jinja").read_text(encoding="utf-8")


def _by_report(sheet: Sheet, reports: Mapping[str, ReportInfo]) -> Iterable[Mapping[str, Any]]:
    """The sheet's sentences under their passages and reports, in the order of their labels."""
    labelled = list(enumerate(sheet.sentences, start=1))
    for report, of_report in groupby(labelled, key=lambda item: item[1][0].report):
        info = reports[report]
        passages = [
            {
                "heading": _heading(passage),
                "sentences": [{"label": label, "text": _safe(passage.sentence(at))} for label, (_, at) in items],
            }
            for passage, items in groupby(of_report, key=lambda item: item[1][0])
        ]
        yield {"title": _safe(f"{info.country} {info.year}: {info.title}"), "passages": passages}


def _heading(passage: Passage) -> str:
    return _safe(" > ".join(heading for heading in passage.outline[1:] if heading))
