"""Everything that can be swapped, on one page."""

from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.types import Draft, Evidence, Hit, IndexInfo, ModelInfo, Passage, Question, ReportInfo, Withheld

Vectors = NDArray[np.float32]
"""Shape (texts, dimension), rows of unit length."""

Progress = Callable[[int, int], None]
"""Called with (done, total) while something long runs."""


class Encoder(Protocol):
    """Turns texts into unit vectors; the same text always gives the same vector."""

    @property
    def name(self) -> str: ...

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors: ...


class QuestionEncoder(Encoder, Protocol):
    """An encoder that knows words."""

    def knows(self, word: str) -> bool:
        """Whether a folded word stands whole in the model's vocabulary: then it is no slip of the pen."""
        ...


class PassageStore(Protocol):
    """One generation of an index, read only. Passages are addressed by number, 0 to ``len(store) - 1``."""

    @property
    def info(self) -> IndexInfo: ...

    @property
    def reports(self) -> tuple[ReportInfo, ...]:
        """In order of country, then year."""
        ...

    def __len__(self) -> int: ...

    def text(self, report: str) -> str:
        """Stored text of a report; ``UnknownReportError`` for another id."""
        ...

    def passages(self, numbers: Sequence[int]) -> list[Passage]: ...

    def passages_of(self, report: str) -> range:
        """Numbers of a report's passages, in order of the text."""
        ...

    def similar(self, vector: Vectors, limit: int, reports: Collection[str] | None = None) -> list[tuple[int, float]]:
        """Nearest passages by cosine, best first, exactly over ``reports`` (ids).

        Over all (None) a store may miss a few where they are very many: see its own documentation.

        ``vector`` has shape (dimension,).
        """
        ...

    def matching(
        self, terms: Sequence[str], limit: int, reports: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """Passages by BM25 over ``terms`` (``rag.text.words.terms``; any of them), best first."""
        ...

    def similarities(self, vector: Vectors, number: int) -> tuple[float, tuple[float, ...]]:
        """Cosine of ``vector`` with passage ``number`` and with each of its sentences."""
        ...

    def frequency(self, term: str) -> int:
        """In how many passages a term (``rag.text.words.terms``) occurs, headings included."""
        ...

    @property
    def vocabulary(self) -> Sequence[str]:
        """Every folded word (``rag.text.words.words``) of the collection's passages and headings, sorted."""
        ...


class SentenceReader(Protocol):
    """Reads a question and a sentence together; thread-safe."""

    def read(self, question: str, sentences: Sequence[str]) -> Sequence[float]:
        """How well each sentence (``rag.corpus.passages.in_context``) answers: a logit against "none of these"."""
        ...


class Ranker(Protocol):
    """Decides which sentence answers, and how sure that is."""

    def rank(self, question: Question, hits: Sequence[Hit]) -> Evidence: ...


@dataclass(frozen=True, slots=True)
class Drafting:
    """Who proposes what follows, and from how much."""

    model: ModelInfo
    prompt_sha256: str | None
    passages: int | None = None
    """Passages that a language model read; ``None`` where none did."""
    silence: str = ""
    """Why nothing is proposed, in words for the reader."""


class Drafter(Protocol):
    """Proposes statements with the sentences they rest on: an extractive rule, or a language model."""

    @property
    def info(self) -> ModelInfo: ...

    @property
    def prompt_sha256(self) -> str | None: ...

    def draft(self, question: Question, evidence: Evidence) -> Iterator[Draft | Withheld | Drafting]:
        """Yields each proposal as soon as it is whole; ``Withheld`` for one out of form. Nothing: it declines.

        ``Drafting`` tells what differs from ``info`` and ``prompt_sha256``; of several the last one holds.
        """
        ...


@dataclass(frozen=True, slots=True)
class Message:
    """One part of what a language model is told."""

    role: Literal["system", "user", "assistant"]
    content: str


class ChatModel(Protocol):
    """A language model behind one method; thread-safe."""

    @property
    def info(self) -> ModelInfo: ...

    @property
    def window(self) -> int:
        """Tokens that prompt and reply may have together."""
        ...

    def reply(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        """The reply in pieces as they arrive; raises a ``ModelError``. Closing it ends the request."""
        ...

    def probe(self) -> str:
        """One line on the server that answered, quickly; raises a ``ModelError``."""
        ...

    def close(self) -> None:
        """Gives the connections back."""
        ...


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of a conversation with what was shown for it."""

    question: str
    """As it was understood: ``Answer.standalone_question``."""
    statements: tuple[str, ...] = ()
    """Verified ones only."""
    countries: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    """Countries and editions that its wording restricted the search to."""


class Rewriter(Protocol):
    """Makes a question of a conversation stand alone."""

    def standalone(self, question: str, earlier: Sequence[Turn]) -> str:
        """``question`` itself where it needs nothing of the earlier turns, oldest first."""
        ...


class Guard(Protocol):
    """Judges whether the cited sentences support a draft."""

    def check(self, draft: Draft, reports: Mapping[str, ReportInfo]) -> Withheld | None:
        """``None`` where supported. ``reports`` by id."""
        ...
