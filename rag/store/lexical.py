"""BM25 over terms that were cut before (``rag.text.words.terms``), so that passages and questions are cut alike.

The reports, in their order, are cut into runs, and each run is one tantivy segment, whose documents are the run's
passages in order. Where a run ends depends on a report's own hash alone, so one report more or less changes one run;
the other segments go into the next generation as links. Nothing is ever deleted from a segment: the statistics of
BM25 are those of a word index that was made at one go.
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from typing import Any

import tantivy

from rag.errors import IndexDamagedError, StorageError
from rag.store.generation import REMEDY
from rag.store.publish import link, write

_TERMS, _REPORT = "terms", "report"
_META = "meta.json"
_HEAP = 1_000_000_000
"""Bytes, a limit and not a reservation: large enough for one segment, which keeps passages in order."""
_RUN = 40
"""Reports of a run on average: a new report costs cutting some eighty again, a segment costs a search 0.02 ms."""

_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Indexed:
    """A report that has passages, as the word index knows it."""

    id: str
    sha256: str
    """Of its content."""
    terms: Callable[[], Iterable[Sequence[str]]]
    """Of each passage, in order; asked for only where they are needed."""


def write_index(folder: Path, reports: Sequence[Indexed], before: tuple[Path, Sequence[Indexed]] | None = None) -> None:
    """Indexes ``reports``, at least one. ``folder`` is there and empty; ``before`` is what to link equal runs from.

    Raises ``StorageError``.
    """
    segments, known = [], _known(*before) if before else {}
    meta: dict[str, Any] = {}
    try:
        for run in _runs(reports):
            if _name(run) in known:
                source, meta = known[_name(run)]
            else:
                source = folder / "run"
                meta = _write_run(source, run)
            (segment,) = meta["segments"]
            for file in source.glob(segment["segment_id"].replace("-", "") + ".*"):
                link(file, folder / file.name)
            segments.append(segment)
            _remove(folder / "run")
        write(folder / _META, json.dumps({**meta, "segments": segments}).encode())
    except (ValueError, OSError) as error:
        message = f"the word index in {str(folder)!r} cannot be written ({error}); free disk space and build again"
        raise StorageError(message) from error


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(_TERMS, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field(_REPORT, tokenizer_name="raw", index_option="basic")
    return builder.build()


def _runs(reports: Sequence[Indexed]) -> Iterator[Sequence[Indexed]]:
    start = 0
    for end, report in enumerate(reports, start=1):
        if int(report.sha256[:8], 16) % _RUN == 0 or end == len(reports):
            yield reports[start:end]
            start = end


def _name(run: Sequence[Indexed]) -> str:
    """What the run holds, for recognising it."""
    return sha256("\n".join(f"{report.id} {report.sha256}" for report in run).encode()).hexdigest()


def _known(folder: Path, reports: Sequence[Indexed]) -> dict[str, tuple[Path, dict[str, Any]]]:
    """For each run of an earlier word index by its name, the folder and a meta.json of its segment alone."""
    meta = json.loads((folder / _META).read_bytes())
    names = map(_name, _runs(reports))
    return {
        name: (folder, {**meta, "segments": [segment]}) for name, segment in zip(names, meta["segments"], strict=True)
    }


def _write_run(folder: Path, run: Sequence[Indexed]) -> dict[str, Any]:
    folder.mkdir()
    writer = tantivy.Index(_schema(), path=str(folder), reuse=False).writer(_HEAP, 1)
    for report in run:
        for terms in report.terms():
            writer.add_document(tantivy.Document(terms=_joined(terms), report=report.id))
    writer.commit()
    writer.wait_merging_threads()
    meta: dict[str, Any] = json.loads((folder / _META).read_bytes())
    return meta


class LexicalIndex:
    """Passage numbers by the terms that they hold; safe for many threads."""

    def __init__(self, folder: Path, count: int) -> None:
        """Raises ``IndexDamagedError`` unless the folder holds ``count`` passages."""
        self._folder = folder
        self._schema = _schema()
        try:
            sizes = [int(segment["max_doc"]) for segment in json.loads((folder / _META).read_bytes())["segments"]]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._damaged() from error
        self._firsts = list(accumulate(sizes, initial=0))
        """Number of each segment's first passage, and the count."""
        with _linked(folder) as links, self._translated():
            index = tantivy.Index.open(str(links))
            index.config_reader(reload_policy="manual")
            self._searcher = index.searcher()
            found = self._searcher.num_docs
        if not found == count == self._firsts[-1]:
            raise IndexDamagedError(f"index folder {str(folder)!r} has {found} passages, not {count}; {REMEDY}")

    def search(
        self, terms: Sequence[str], limit: int, reports: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """Passages that hold any of ``terms``, by BM25 over the whole collection, best first, equals by number.

        ``reports``: ids of the reports to search, None for all. A repeated term counts once.
        """
        wanted = list(dict.fromkeys(_joined(terms).split()))
        if not wanted or limit <= 0 or (reports is not None and not reports):
            return []
        query = self._any(_TERMS, wanted, "freq")
        if reports is not None:
            within = tantivy.Query.const_score_query(self._any(_REPORT, sorted(reports), "basic"), 0.0)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, within)])
        with self._translated():
            hits = self._searcher.search(query, limit, count=False).hits
        found = [(self._number(address), float(score)) for score, address in hits]
        return sorted(found, key=lambda item: (-item[1], item[0]))

    def frequency(self, term: str) -> int:
        """In how many passages a term occurs."""
        with self._translated():
            return min((int(self._searcher.doc_freq(_TERMS, part)) for part in term.split()), default=0)

    def _number(self, address: tantivy.DocAddress) -> int:
        first, end = self._firsts[address.segment_ord : address.segment_ord + 2]
        number = first + int(address.doc)
        if number >= end:
            raise self._damaged()
        return number

    def _any(self, field: str, values: Sequence[str], option: str) -> tantivy.Query:
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, tantivy.Query.term_query(self._schema, field, value, option)) for value in values]
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, OSError) as error:
            raise self._damaged() from error
        except BaseException as error:
            # A panic of the Rust side derives from BaseException, and its class cannot be imported.
            if type(error).__name__ != "PanicException":
                raise
            raise self._damaged() from error

    def _damaged(self) -> IndexDamagedError:
        return IndexDamagedError(f"index folder {str(self._folder)!r} cannot be searched; {REMEDY}")


@contextmanager
def _linked(folder: Path) -> Iterator[Path]:
    """A folder of links to the files of ``folder``.

    tantivy makes a lock file beside what it opens. Opened through links, the generation stays as it is and may stand
    on read-only storage; once opened, everything is mapped and the links may go.
    """
    try:
        links = Path(tempfile.mkdtemp(prefix="rapporteur-"))
        for file in folder.iterdir():
            (links / file.name).symlink_to(file.resolve())
    except OSError as error:
        message = f"no folder for short-lived files ({error.strerror or error}); set TMPDIR to one that can be written"
        raise StorageError(message) from error
    try:
        yield links
    finally:
        _remove(links)


def _remove(folder: Path) -> None:
    # A thread of tantivy's may make its lock file once more meanwhile.
    for _ in range(_ATTEMPTS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            break


def _joined(terms: Iterable[str]) -> str:
    """Terms between single blanks, where tantivy cuts; a term that holds white space counts as several."""
    return " ".join(" ".join(terms).split())
