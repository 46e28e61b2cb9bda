"""Writes the list of kindred words that the guard takes for related: those that the embedding model holds close.

    python -m eval.suites.grounding_kindred INDEX > rag/grounding/kindred.txt

The model's own vocabulary is compared word by word. A line is a stem and its kindred stems, each pair once.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from rag.index.encoder import OnnxEncoder
from rag.interfaces import Vectors
from rag.store import LocalStore
from rag.text.words import STOP_WORDS, stem

CLOSE = 0.62
"""Least cosine of two kindred words."""
_ROWS = 1_000


def kindred(words: Sequence[str], vectors: Vectors, close: float = CLOSE) -> dict[str, list[str]]:
    """Stems with the later stems, in order of the alphabet, of words whose vectors are at least so close."""
    stems = [stem(word) for word in words]
    pairs: set[tuple[str, str]] = set()
    for start in range(0, len(words), _ROWS):
        near = np.argwhere(vectors[start : start + _ROWS] @ vectors.T >= close)
        pairs |= {(stems[start + row], stems[column]) for row, column in near}
    found: dict[str, list[str]] = {}
    for first, second in sorted(pairs):
        if first < second:
            found.setdefault(first, []).append(second)
    return found


def vocabulary(tokenizer: Path) -> list[str]:
    """Whole lower-case words of three letters or more that are no stop words."""
    listed: Iterable[str] = json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]
    return sorted(
        word
        for word in listed
        if len(word) > 2 and word.isascii() and word.isalpha() and word.islower() and word not in STOP_WORDS
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m eval.suites.grounding_kindred", description=__doc__.splitlines()[0]
    )
    parser.add_argument("index", type=Path, help="folder of an index with its encoder")
    store = LocalStore.open(parser.parse_args(arguments).index)
    words = vocabulary(store.folder / "tokenizer.json")
    vectors = OnnxEncoder(store.folder, store.info.encoder).encode(words)
    for first, others in kindred(words, vectors).items():
        sys.stdout.write(f"{first} {' '.join(others)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
