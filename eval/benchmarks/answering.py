"""How fast, and how large: cold start, questions, retrieval by size of the collection, building, memory.

Every time is a wall clock of this machine at this moment: read ratios, and compare only what one run measured.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from eval.cases.records import replace
from eval.runs import plots
from eval.scoring.statistics import percentile
from rag.assemble import answerer
from rag.corpus import passages
from rag.corpus.passages import embedded_text
from rag.index.builder import build
from rag.index.encoder import OnnxEncoder, SentenceTransformerEncoder
from rag.interfaces import Progress, QuestionEncoder, Vectors
from rag.retrieval.retriever import Retriever
from rag.settings import Settings
from rag.store import LocalStore
from rag.types import Paragraph, Report, ReportInfo

QUESTIONS = (
    "How many complaints about torture did the ombudsman receive?",
    "Were journalists attacked or detained?",
    "What is the minimum wage?",
    "How long can a suspect be held without charge?",
    "Did the government limit freedom of assembly?",
    "Which laws punish domestic violence?",
    "Were there reports of forced labor?",
    "Who was convicted of corruption?",
    "What were conditions in prisons like?",
    "Are trade unions free to strike?",
)
_REPORT_PASSAGES = 100
"""Of each synthetic report; a filter admits one report."""
_COLD_STARTS = 5
_ROUNDS = 20
_DIMENSION = 384

_FIRST_ANSWER = """
import json, resource, sys, time
from pathlib import Path
def most():
    # In megabytes. Linux counts the memory of the process that started this one into ru_maxrss.
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
from rag.assemble import answerer
from rag.settings import load
ready = answerer(load().model_copy(update={"index": Path(sys.argv[1])}))
ready.ask(sys.argv[3])
spent = time.time() - float(sys.argv[2])
print(json.dumps({"ms": spent * 1000, "mb": most()}))
"""


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds."""

    p50: float
    p90: float
    p99: float


@dataclass(frozen=True, slots=True)
class Searched:
    """Retrieval over a collection of synthetic passages, the embedding of the question included."""

    passages: int
    all_reports: Spread
    one_report: Spread
    """With a filter that admits one report in a hundred passages."""
    build_seconds: float
    """With vectors that cost nothing."""
    disk_mb: float


def bench(settings: Settings, reports: Sequence[Report], sizes: Sequence[int], progress: Progress) -> dict[str, Any]:
    """Everything, as JSON. ``settings.index`` must hold an index; ``reports`` are built anew for the throughput."""
    steps = 3 + len(sizes)
    cold = first_answers(settings.index)
    progress(1, steps)
    warm, beside = questions(settings), search_beside_embedding(settings)
    progress(2, steps)
    throughput = building(reports, settings.encoder)
    progress(3, steps)
    store = LocalStore.open(settings.index)
    encoder = OnnxEncoder(store.folder, store.info.encoder, settings.threads)
    searched = []
    for done, size in enumerate(sizes, start=4):
        searched.append(asdict(retrieval(size, encoder)))
        progress(done, steps)
    return {
        "machine": {
            "processors": os.cpu_count(),
            "architecture": platform.machine(),
            "python": platform.python_version(),
        },
        "first_answer": cold,
        "question_ms": {stage: asdict(spread) for stage, spread in warm.items()},
        "search_beside_embedding": beside,
        "building": throughput,
        "retrieval": searched,
    }


def write(out: Path, measured: dict[str, Any]) -> None:
    """``bench.json`` and ``bench.svg`` in ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    replace(out / "bench.json", [json.dumps(measured, indent=2), "\n"])
    if measured["retrieval"]:
        replace(out / "bench.svg", [plots.standalone(plots.draw("bench", _paint(measured["retrieval"])))])


def first_answers(index: Path) -> dict[str, float]:
    """From the start of a fresh process to its first answer, and its most memory: medians.

    ``command_ms`` is the whole command ``ask``; ``times_faster`` how often it fits into merely importing
    sentence-transformers, the two in turn.
    """
    runs, commands, imports = [], [], []
    command = f"import sys; from rag.cli import main; sys.argv = ['', 'ask', {QUESTIONS[0]!r}]; main()"
    environment = {**os.environ, "RAPPORTEUR_INDEX": str(index)}
    for _ in range(_COLD_STARTS):
        commands.append(1000 * _seconds(partial(_python, command, environment)))
        imports.append(1000 * _seconds(partial(_python, "import sentence_transformers", environment)))
        arguments = [sys.executable, "-c", _FIRST_ANSWER, str(index), str(time.time()), QUESTIONS[0]]
        # The program is this module's own text, run by this interpreter.
        done = subprocess.run(arguments, capture_output=True, text=True, check=True)  # noqa: S603
        runs.append(json.loads(done.stdout))
    measured = {key: round(percentile([run[key] for run in runs], 0.5) or 0.0, 1) for key in ("ms", "mb")}
    ask, bare = (percentile(spent, 0.5) or 0.0 for spent in (commands, imports))
    return measured | {
        "command_ms": round(ask, 1),
        "import_ms": round(bare, 1),
        "times_faster": round(bare / ask, 2),
    }


def _python(program: str, environment: Mapping[str, str]) -> None:
    # The programs are this module's own text, run by this interpreter.
    subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)  # noqa: S603


def search_beside_embedding(settings: Settings) -> dict[str, float]:
    """Median milliseconds of embedding a question and of the whole retrieval with it, in turn, and their ratio."""
    ready = answerer(settings)
    embeds, searches = [], []
    for number in range(_ROUNDS):
        for question in QUESTIONS:
            embed = _seconds(partial(ready.retriever.encoder.encode, [question]))
            spelled = ready.retriever.spelled(question)
            search = _seconds(partial(ready.retriever.search, spelled, ready.store.reports))
            if number:
                embeds.append(embed * 1000)
                searches.append(search * 1000)
    embed_ms, search_ms = (percentile(spent, 0.5) or 0.0 for spent in (embeds, searches))
    return {
        "embed_ms": round(embed_ms, 2),
        "retrieve_ms": round(search_ms, 2),
        "ratio": round(search_ms / embed_ms, 2),
    }


def questions(settings: Settings) -> dict[str, Spread]:
    """By stage, for questions one after another in one process that is warm."""
    ready = answerer(settings)
    spent: dict[str, list[float]] = {}
    for number in range(_ROUNDS):
        for question in QUESTIONS:
            timings = ready.ask(question).timings_ms
            for stage, milliseconds in timings.items() if number else ():
                spent.setdefault(stage, []).append(milliseconds)
    return {stage: _spread(values) for stage, values in spent.items()}


def building(reports: Sequence[Report], model: str) -> dict[str, float]:
    """Texts a second of a whole build and of the bare encoder over the same texts, and their ratio.

    Both take turns, after the model is loaded; the better of two rounds counts for each.
    """
    encoder = SentenceTransformerEncoder(model)
    texts = _embedded(reports)
    builds, bare = [], []
    for _ in range(2):
        with _folder() as folder:
            builds.append(_seconds(partial(build, reports, folder, model, encoders=lambda _: encoder)))
        bare.append(_seconds(partial(encoder.encode, texts)))
    rates = {"build": len(texts) / min(builds), "encoder": len(texts) / min(bare)}
    return {
        "texts": len(texts),
        "build_texts_a_second": round(rates["build"], 2),
        "encoder_texts_a_second": round(rates["encoder"], 2),
        "ratio": round(rates["build"] / rates["encoder"], 3),
    }


def retrieval(size: int, encoder: QuestionEncoder) -> Searched:
    """Search over ``size`` synthetic passages with the given encoder of questions."""
    with _folder() as folder:
        reports = list(synthetic(size))
        seconds = _seconds(partial(build, reports, folder, "random", encoders=_RandomEncoder))
        store = LocalStore.open(folder)
        retriever = Retriever(store, encoder)
        every, one = store.reports, store.reports[:1]
        disk = sum(path.stat().st_size for path in store.folder.rglob("*") if path.is_file())
        return Searched(
            passages=len(store),
            all_reports=_searches(retriever, every),
            one_report=_searches(retriever, one),
            build_seconds=round(seconds, 1),
            disk_mb=round(disk / 1e6, 1),
        )


def synthetic(size: int) -> Iterator[Report]:
    """Reports of ``size`` passages in all, each one sentence of words that are as frequent as in a natural text."""
    generator = np.random.default_rng(0)
    words = [f"{first}{second}" for first in _SYLLABLES for second in _SYLLABLES]
    asked = [word for question in QUESTIONS for word in question.lower().strip("?").split()]
    vocabulary = np.array([*dict.fromkeys(asked), *words])
    frequency = 1 / np.arange(1, len(vocabulary) + 1)
    frequency /= frequency.sum()
    for number in range(0, size, _REPORT_PASSAGES):
        count = min(_REPORT_PASSAGES, size - number)
        drawn = generator.choice(vocabulary, size=(count, 40), p=frequency)
        yield _report(f"Land {number // _REPORT_PASSAGES:05}", [" ".join(row).capitalize() + "." for row in drawn])


_SYLLABLES = [f"{a}{b}" for a in "bdfgklmnprst" for b in ("a", "e", "i", "o", "u", "an", "er", "is")]


class _RandomEncoder:
    """Unit vectors that cost nothing and are the same for the same text."""

    def __init__(self, name: str) -> None:
        self.name = name

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        seeds = [int.from_bytes(sha256(text.encode()).digest()[:8]) for text in texts]
        vectors = np.stack(
            [np.random.default_rng(seed).standard_normal(_DIMENSION, dtype=np.float32) for seed in seeds]
        )
        if progress:
            progress(len(texts), len(texts))
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)

    def export(self, folder: Path) -> "_RandomEncoder":
        for name in ("encoder.onnx", "tokenizer.json"):
            (folder / name).write_text("{}", encoding="utf-8")
        return self


def _searches(retriever: Retriever, reports: Sequence[ReportInfo]) -> Spread:
    spent = []
    for number in range(_ROUNDS):
        for question in QUESTIONS:
            seconds = _seconds(partial(retriever.search, question, reports))
            if number:
                spent.append(seconds * 1000)
    return _spread(spent)


def _report(country: str, paragraphs: Sequence[str]) -> Report:
    text, found = "", []
    for number, paragraph in enumerate(paragraphs, start=1):
        start, end = len(text), len(text) + len(paragraph)
        found.append(Paragraph(number, start, start, end, "", ()))
        text += paragraph + "\n\n"
    name = country.lower().replace(" ", "-") + "-2000"
    digest = sha256(text.encode()).hexdigest()
    return Report(ReportInfo(name, country, 2000, country, "", "", None, f"{name}.txt", digest), text, tuple(found))


def _embedded(reports: Sequence[Report]) -> list[str]:
    """The distinct texts that a build embeds: passages with their headings, and sentences."""
    split = [passage for report in reports for passage in passages.split(report)]
    single = [passage.sentence(at) for passage in split for at in range(len(passage.sentences))]
    return list(dict.fromkeys([*map(embedded_text, split), *single]))


def _paint(searched: Sequence[dict[str, Any]]) -> Callable[[Axes], None]:
    def paint(axes: Axes) -> None:
        sizes = [one["passages"] for one in searched]
        for key, colour, label in (
            ("all_reports", plots.FIRST, "all reports"),
            ("one_report", plots.SECOND, "one report"),
        ):
            axes.plot(
                sizes, [one[key]["p50"] for one in searched], color=colour, marker="o", ms=4, label=f"{label}, p50"
            )
            axes.plot(sizes, [one[key]["p99"] for one in searched], color=colour, ls="--", lw=1, label=f"{label}, p99")
        axes.set(xscale="log", xlabel="passages", ylabel="milliseconds a search")
        axes.set_ylim(bottom=0)
        axes.legend()

    return paint


def _spread(values: Sequence[float]) -> Spread:
    return Spread(*(round(percentile(values, share) or 0.0, 2) for share in (0.5, 0.9, 0.99)))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "index"
