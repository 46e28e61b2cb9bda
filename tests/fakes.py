"""Small real stand-ins for the seams, and the smallest reports that go through them."""

import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np

from rag.interfaces import Progress, Vectors
from rag.types import Paragraph, Report, ReportInfo


class HashEncoder:
    """Unit vectors from the hashes of a text's words: equal texts are equal, texts with common words are similar.

    ``seed`` makes another model of the same name. ``encoded`` collects every text that it was given.
    """

    def __init__(self, name: str = "hash", dimension: int = 32, seed: str = "") -> None:
        self._name = name
        self._dimension = dimension
        self._seed = seed
        self.encoded: list[str] = []

    @property
    def name(self) -> str:
        return self._name

    def knows(self, word: str) -> bool:
        return False

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.encoded += texts
        vectors = np.zeros((len(texts), self._dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()) or [""]:
                seed = int.from_bytes(sha256((self._seed + word).encode()).digest()[:8])
                vectors[row] += np.random.default_rng(seed).standard_normal(self._dimension, dtype=np.float32)
            if progress:
                progress(row + 1, len(texts))
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def export(self, folder: Path) -> "HashEncoder":
        (folder / "encoder.onnx").write_bytes(b"a stand-in for a model")
        (folder / "tokenizer.json").write_text("{}")
        return self


def make_report(country: str, year: int, paragraphs: Sequence[str], section: str = "Section 1.c.") -> Report:
    """A report of ``paragraphs`` under one heading, separated by blank lines."""
    text, found = f"{country} {year}\n\n", []
    for number, paragraph in enumerate(paragraphs, start=1):
        start, end = len(text), len(text) + len(paragraph)
        found.append(Paragraph(number, start, start, end, section, (f"{section} Respect for Integrity",)))
        text += paragraph + "\n\n"
    name = f"{country.lower()}-{year}"
    digest = sha256(text.encode()).hexdigest()
    info = ReportInfo(name, country, year, f"{country} {year}", "Publisher", "PD", None, f"{name}.txt", digest)
    return Report(info, text, tuple(found))
