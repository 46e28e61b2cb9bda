"""Building and asking a large index: ``python -m eval.benchmarks.building --pages PATH --index INDEX --vectors N``.

Each option has its part, and all print one JSON. Times are wall clocks of this machine at this moment: what is compared
takes turns, and the rates are those of the quieter half of the turns.

    --pages     texts a second of sentence-transformers and of the build, as shares of what the processors can multiply;
                whether both find the same; and the same for a model of bytes, which the build does not use
    --index     what one report less and one report more cost in this index (in a copy of it), and what questions cost
    --vectors   candidates instead of exact search among so many vectors: recall, time, memory
"""

import argparse
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.benchmarks.answering import QUESTIONS, first_answers
from rag import corpus
from rag.assemble import retriever
from rag.corpus.passages import embedded_text, split
from rag.index.builder import BuildEncoder, extend
from rag.index.encoder import CORES, DEFAULT, OnnxEncoder, SentenceTransformerEncoder
from rag.interfaces import Progress, Vectors
from rag.records import report_texts
from rag.settings import Settings
from rag.store import LocalStore, coarse, dense
from rag.store.generation import CURRENT
from rag.types import Report

_TURN = 96
"""Texts that each way embeds before it is the next one's turn."""
_TURNS = 6
_MATRIX = 2048
_FILES = ("encoder.onnx", "tokenizer.json")
_NEAREST = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, nargs="+", help="files, folders or archives of reports")
    parser.add_argument("--index", type=Path, help="an index")
    parser.add_argument("--vectors", type=int, help="number of synthetic vectors")
    given = parser.parse_args()
    measured: dict[str, Any] = {"processors": CORES, "load": os.getloadavg()[0]}
    if given.pages:
        measured["building"] = building(texts_of(given.pages, _TURN * _TURNS))
    if given.index:
        measured["cold"] = first_answers(given.index)
        # In a process of its own, whose memory is that of a server.
        with ProcessPoolExecutor(1, get_context("spawn")) as alone:
            measured["questions"] = alone.submit(questions, given.index).result()
        measured["changing"] = changing(given.index)
    if given.vectors:
        measured["candidates"] = candidates(given.vectors)
    json.dump(measured, sys.stdout, indent=2)
    sys.stdout.write("\n")


def texts_of(pages: Sequence[Path], count: int) -> list[str]:
    """What is embedded of ``count`` passages, drawn from the first hundred reports at random."""
    reports = [each for each, _ in zip(corpus.read(pages), range(100), strict=False) if isinstance(each, Report)]
    texts = sorted({embedded_text(passage) for report in reports for passage in split(report)})
    drawn = np.random.default_rng(0).permutation(len(texts))[:count]
    return [texts[number] for number in drawn]


def building(texts: Sequence[str]) -> dict[str, Any]:
    """Texts a second, each way of embedding in turn, and whether the nearest texts are the same."""
    # Both are heavy, and the processes of the other parts shall be as light as a server.
    torch, quantization = import_module("torch"), import_module("onnxruntime.quantization")
    torch.set_num_threads(CORES)
    with tempfile.TemporaryDirectory() as place:
        folder, small = Path(place), Path(place) / "int8"
        original = SentenceTransformerEncoder(DEFAULT)
        exported = original.export(folder)
        small.mkdir()
        (small / _FILES[1]).write_bytes((folder / _FILES[1]).read_bytes())
        options = {"per_channel": True, "reduce_range": True, "weight_type": quantization.QuantType.QInt8}
        quantization.quantize_dynamic(folder / _FILES[0], small / _FILES[0], **options)
        ways: dict[str, Callable[[list[str]], Vectors]] = {
            "sentence_transformers": partial(original._model.encode, normalize_embeddings=True),  # noqa: SLF001
            "build": exported.encode,
            "int8": OnnxEncoder(small, DEFAULT, CORES).encode,
        }
        spent: dict[str, list[float]] = {name: [] for name in ways}
        found: dict[str, list[Vectors]] = {name: [] for name in ways}
        gemm = []
        for encode in ways.values():
            encode(list(texts[:8]))
        for start in range(0, len(texts), _TURN):
            gemm.append(_multiplied(torch))
            for name, encode in ways.items():
                began = time.perf_counter()
                found[name].append(encode(list(texts[start : start + _TURN])))
                spent[name].append(time.perf_counter() - began)
        work = _operations(texts, folder) / len(texts)
    vectors = {name: np.concatenate(parts) for name, parts in found.items()}
    rates = {name: _TURN / _quiet(seconds) for name, seconds in spent.items()}
    limit = 1 / _quiet([1 / rate for rate in gemm])
    return {
        "texts": len(texts),
        "gflop_a_text": round(work / 1e9, 3),
        "gemm_gflops": round(limit / 1e9, 1),
        "texts_a_second": {name: round(rate, 1) for name, rate in rates.items()},
        "times_sentence_transformers": {
            name: round(rate / rates["sentence_transformers"], 2) for name, rate in rates.items()
        },
        "share_of_gemm": {name: round(rate * work / limit, 3) for name, rate in rates.items()},
        "same_nearest": {
            name: round(_agreement(vectors["sentence_transformers"], each), 4) for name, each in vectors.items()
        },
    }


def changing(index: Path) -> dict[str, Any]:
    """Seconds that removing a report and adding it again take, and how many of them the model works."""
    store = LocalStore.open(index)
    report = report_texts.of_store(store).report(store.reports[len(store.reports) // 2].id)
    measured: dict[str, Any] = {"reports": len(store.reports), "passages": len(store), "report": report.info.id}
    with tempfile.TemporaryDirectory(dir=index.parent) as place:
        copy = Path(place) / "index"
        for path in (path for path in store.folder.rglob("*") if path.is_file()):
            target = copy / store.folder.name / path.relative_to(store.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.hardlink_to(path)
        (copy / CURRENT).write_text(f"{store.folder.name}\n", encoding="utf-8")
        for name, added, removed in (("remove", [], [report.info.id]), ("add", [report], [])):
            encoders: list[_Timed] = []

            def reopen(folder: Path, model: str, encoders: list[_Timed] = encoders) -> BuildEncoder:
                encoders.append(_Timed(folder, model))
                return encoders[-1]

            began, worked = time.perf_counter(), time.process_time()
            extend(copy, added, removed, reopen=reopen)
            spent, model = time.perf_counter() - began, encoders[0].seconds
            measured[name] = {
                "seconds": round(spent, 2),
                "of_them_embedding": round(model, 2),
                "beyond_embedding": round(spent - model, 2),
                "processor_seconds": round(time.process_time() - worked, 2),
            }
    return measured


class _Timed(OnnxEncoder):
    """The index's encoder with a stopwatch."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(folder, name, CORES)
        self.seconds = 0.0

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        began = time.perf_counter()
        vectors = super().encode(texts, progress)
        self.seconds += time.perf_counter() - began
        return vectors


def questions(index: Path) -> dict[str, Any]:
    """Milliseconds of a search with its question's embedding, among all reports and among one country's."""
    ready = retriever(Settings(index=index, threads=CORES))
    every = ready.store.reports
    country = every[len(every) // 2].country
    ways = {"all": every, "country": tuple(report for report in every if report.country == country)}
    measured: dict[str, Any] = {"passages": len(ready.store), "country": country}
    for name, reports in ways.items():
        spent = []
        for turn in range(11):
            for question in QUESTIONS:
                began = time.perf_counter()
                ready.search(ready.spelled(question), reports)
                spent += [1000 * (time.perf_counter() - began)] * bool(turn)
        best = statistics.quantiles(spent, n=10)
        measured[name] = {"p10_ms": round(best[0], 1), "p50_ms": round(statistics.median(spent), 1)}
    measured["resident_mb"] = round(_resident() / 1e6)
    return measured


def candidates(count: int) -> dict[str, Any]:
    """Candidates from lists against exact search, over vectors that gather as those of texts do."""
    generator = np.random.default_rng(0)
    points = generator.standard_normal((max(50, count // 250), 384), dtype=np.float32)
    vectors = np.empty((count, 384), dtype=np.float16)
    for start in range(0, count, 65_536):
        vectors[start : start + 65_536] = _around(points, min(65_536, count - start), generator)
    asked = _around(points, 100, generator)
    with tempfile.TemporaryDirectory() as place:
        files = Path(place) / "dense.faiss", Path(place) / "coarse.faiss"
        dense.to_bytes(vectors).tofile(files[0])
        began = time.perf_counter()
        coarse.to_bytes(vectors).tofile(files[1])
        made = time.perf_counter() - began
        size = vectors.shape
        exact = dense.DenseIndex(files[0], *size)
        index = dense.DenseIndex(files[0], *size, coarse.CoarseIndex(files[1], *size))
        true, exact_ms = _searched(exact, asked)
        found, coarse_ms = _searched(index, asked)
        megabytes = round(files[1].stat().st_size / 1e6)
    hits = sum(len(one & other) for one, other in zip(true, found, strict=True))
    return {
        "vectors": count,
        "build_seconds": round(made, 1),
        "recall_at_10": round(hits / (_NEAREST * len(asked)), 4),
        "exact_p50_ms": exact_ms,
        "candidates_p50_ms": coarse_ms,
        "file_mb": megabytes,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _around(points: Vectors, count: int, generator: np.random.Generator) -> Vectors:
    near = points[generator.integers(0, len(points), count)]
    vectors = near + 0.8 * generator.standard_normal((count, points.shape[1]), dtype=np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def _searched(index: dense.DenseIndex, asked: Vectors) -> tuple[list[set[int]], float]:
    found, spent = [], []
    for vector in asked:
        began = time.perf_counter()
        found.append({number for number, _ in index.search(vector, _NEAREST)})
        spent.append(1000 * (time.perf_counter() - began))
    return found, round(statistics.median(spent), 2)


def _multiplied(torch: Any) -> float:
    """Operations a second of multiplying two matrices of fp32 numbers on all processors."""
    one = torch.rand(_MATRIX, _MATRIX)
    one @ one
    began = time.perf_counter()
    for _ in range(4):
        one @ one
    return 4 * 2 * _MATRIX**3 / (time.perf_counter() - began)


def _operations(texts: Sequence[str], folder: Path) -> float:
    """Operations that the default model, six layers of 384 numbers, needs for ``texts`` without any filling."""
    pieces = OnnxEncoder(folder, DEFAULT)._pieces(list(texts))  # noqa: SLF001
    return sum(6 * len(each) * (2 * (4 * 384**2 + 2 * 384 * 1536) + 4 * len(each) * 384) for each in pieces.values())


def _agreement(one: Vectors, other: Vectors) -> float:
    """Share of the ten nearest texts of each text that both find."""
    nearest: list[NDArray[np.int64]] = [np.argsort(-(each @ each.T), axis=1)[:, :_NEAREST] for each in (one, other)]
    shared = [len({*a.tolist()} & {*b.tolist()}) for a, b in zip(*nearest, strict=True)]
    return sum(shared) / (_NEAREST * len(shared))


def _quiet(seconds: Sequence[float]) -> float:
    """Mean of the faster half: other programs only ever slow one down."""
    return statistics.fmean(sorted(seconds)[: max(1, len(seconds) // 2)])


def _resident() -> int:
    """Bytes, on Linux; the most there ever were elsewhere."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return pages * resource.getpagesize()


if __name__ == "__main__":
    main()
