"""Which sentences of a passage belong in the answer to a question, read in sight of their neighbours.

One pass of a small model over question, heading and all sentences gives each sentence two logits: that it belongs in
a complete answer, and that such an answer must hold it (the shape of Provence, arXiv 2501.16214, with grades).
How the three are laid out for it stands here; ``python -m eval.training.train_passage_reader`` trains it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from rag.types import Passage

PIECES = 320
"""Word pieces read at most; sentences beyond are not read."""
QUESTION_PIECES = 64


@dataclass(frozen=True, slots=True)
class Layout:
    """What the model reads, and where each sentence stands in it."""

    ids: tuple[int, ...]
    kinds: tuple[int, ...]
    """0 for the question, 1 for the passage."""
    spans: tuple[tuple[int, int], ...]
    """Word pieces of each sentence, half open; fewer than there are sentences where the room ended."""


def lay_out(tokenizer: Tokenizer, question: str, heading: str, sentences: Sequence[str]) -> Layout:
    """Question, heading and each sentence, every one closed by the separator."""
    start, end = (int(tokenizer.token_to_id(mark) or 0) for mark in ("[CLS]", "[SEP]"))
    asked, headed, *said = (
        found.ids for found in tokenizer.encode_batch([question, heading, *sentences], add_special_tokens=False)
    )
    ids = [start, *asked[:QUESTION_PIECES], end]
    kinds = [0] * len(ids)
    ids += [*headed[:QUESTION_PIECES], end]
    spans = []
    for pieces in said:
        room = PIECES - len(ids) - 1
        if room < min(len(pieces), 8):
            break
        spans.append((len(ids), len(ids) + min(len(pieces), room)))
        ids += [*pieces[:room], end]
    return Layout(tuple(ids), tuple(kinds + [1] * (len(ids) - len(kinds))), tuple(spans))


def tokenizer(folder: Path) -> Tokenizer:
    """That of the model in ``folder``, which cuts and fills nothing by itself."""
    found = Tokenizer.from_file(str(folder / "tokenizer.json"))
    found.no_truncation()
    found.no_padding()
    return found


def heading_of(passage: Passage) -> str:
    """The innermost headings over a passage, as they are read."""
    return " > ".join(passage.outline[-2:])
