"""A statement with everything that may support it, as the rules see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.grounding.reading import Reading, read
from rag.grounding.tokens import Token
from rag.quotes import fold
from rag.types import Draft, Passage, ReportInfo


@dataclass(frozen=True)
class Claim:
    """The evidence is the cited sentences; the context is what stands before them in their passages."""

    statement: Reading
    cited: tuple[tuple[ReportInfo, Reading], ...]
    """In the order of citation, each sentence once."""
    context: Reading
    headings: str
    """Over the cited sentences, with title and publisher of their reports."""
    editions: Mapping[str, ReportInfo]
    """All reports of the collection, by id."""

    @cached_property
    def evidence(self) -> Reading:
        return read(" ".join(reading.text for _, reading in self.cited))

    @cached_property
    def surroundings(self) -> tuple[Reading, Reading, Reading]:
        """Whatever may have a word before the statement uses it: evidence, context, headings."""
        return self.evidence, self.context, read(self.headings)

    @cached_property
    def reports(self) -> dict[str, ReportInfo]:
        return {info.id: info for info, _ in self.cited}

    @cached_property
    def aligned(self) -> tuple[tuple[Token, tuple[Token, ...]], ...]:
        """Content words of the statement, each with the words of the evidence that may mean the same.

        Where one of them has the same stem, only those count.
        """
        found = []
        for token in self.statement.content:
            meeting = [other for other in self.evidence.content if token.meets(other)]
            same = [other for other in meeting if other.stem == token.stem]
            found.append((token, tuple(same or meeting)))
        return tuple(found)


def claim(draft: Draft, reports: Mapping[str, ReportInfo]) -> Claim:
    cited: dict[tuple[str, int], tuple[ReportInfo, Reading]] = {}
    for passage, index in draft.evidence:
        key = (passage.report, passage.sentences[index].start)
        cited.setdefault(key, (reports[passage.report], read(passage.sentence(index))))
    return Claim(
        statement=read(draft.text.strip()),
        cited=tuple(cited.values()),
        context=read(" ".join(_before(draft.evidence))),
        headings=" ".join(
            [heading for passage, _ in draft.evidence for heading in passage.outline]
            + [f"{info.title} {info.publisher}" for info, _ in cited.values()]
        ),
        editions=reports,
    )


def is_copy(draft: Draft) -> bool:
    """Whether the statement is made of cited sentences, whole and with nothing else, but for typography."""
    rest = fold(draft.text).text
    sentences = sorted({passage.sentence(index) for passage, index in draft.evidence}, key=len, reverse=True)
    for sentence in sentences:
        plain = fold(sentence).text
        rest = rest.replace(plain, " ") if plain in rest else rest.replace(plain.rstrip("."), " ")
    return bool(sentences) and not any(character.isalnum() for character in rest)


def _before(evidence: Sequence[tuple[Passage, int]]) -> list[str]:
    """Sentences before each cited one in its passage, each once, and none that is cited itself."""
    cited = {(passage.report, passage.sentences[index].start) for passage, index in evidence}
    seen: dict[tuple[str, int], str] = {}
    for passage, index in evidence:
        for number in range(index):
            key = (passage.report, passage.sentences[number].start)
            if key not in cited:
                seen[key] = passage.sentence(number)
    return list(seen.values())
