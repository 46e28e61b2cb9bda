"""What a generation on the server consists of, and how a passage is written down."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from rag.errors import IndexDamagedError
from rag.store.milvus.content import REMEDY
from rag.types import IndexInfo, Passage, ReportInfo, Span

CATALOGUE, VOCABULARY, FREQUENCIES = "catalogue", "vocabulary", "frequencies"
_PLAIN = re.compile(r"[a-z0-9]+")
_ESCAPED = re.compile(r"x[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is known before a question is asked; small enough to be read whole."""

    info: IndexInfo
    dimension: int
    passages: int
    reports: tuple[ReportInfo, ...]
    """In order of country, then year; a report's position is its number in the searched collection."""
    firsts: tuple[int, ...]
    """The number of each report's first passage."""
    encoder: dict[str, str]
    """Files of the exported encoder, each with its SHA-256."""

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, content: bytes) -> "Catalogue":
        known = json.loads(content)
        reports = tuple(ReportInfo(**report) for report in known["reports"])
        info = IndexInfo(**known["info"])
        return cls(**{**known, "info": info, "reports": reports, "firsts": tuple(known["firsts"])})


@dataclass(frozen=True, slots=True)
class Held:
    """A passage with its vectors."""

    passage: Passage
    vectors: NDArray[np.float16]
    """Shape (1 + sentences, dimension): the passage's, then each sentence's."""


def text_name(position: int) -> str:
    return f"text/{position}"


def passage_name(number: int) -> str:
    return f"passage/{number}"


def passage_to_bytes(held: Held) -> bytes:
    """A line of JSON, then the vectors."""
    passage = held.passage
    spans = [(span.start, span.end) for span in passage.sentences]
    line = [passage.report, passage.paragraph, passage.start, passage.end, passage.section, passage.outline, spans]
    return json.dumps([*line, passage.text]).encode() + b"\n" + held.vectors.astype("<f2").tobytes()


def passage_from_bytes(content: bytes, dimension: int) -> Held:
    """Raises ``IndexDamagedError`` for bytes that hold another number of vectors."""
    line, _, rest = content.partition(b"\n")
    report, paragraph, start, end, section, outline, spans, text = json.loads(line)
    sentences = tuple(Span(*span) for span in spans)
    vectors = np.frombuffer(rest, dtype="<f2")
    if vectors.size != (1 + len(sentences)) * dimension:
        raise IndexDamagedError(f"a passage of {report!r} on the server has lost its vectors; {REMEDY}")
    passage = Passage(report, paragraph, start, end, section, tuple(outline), sentences, text)
    return Held(passage, vectors.reshape(-1, dimension))


def searchable(terms: Sequence[str]) -> str:
    """Terms as a text that any of the server's tokenizers cuts back into exactly them.

    Tokenizers differ over dots, hyphens, apostrophes and scripts, so that a term of other than the letters a to z and
    digits stands as "x" and its UTF-8 in hexadecimal. Distinct terms stay distinct.
    """
    return " ".join(
        term if _PLAIN.fullmatch(term) and not _ESCAPED.fullmatch(term) else f"x{term.encode().hex()}"
        for term in " ".join(terms).split()
    )
