"""BM25 over terms that were cut before (``rag.words.terms``), so that passages and questions are cut alike."""

import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy

from rag.errors import IndexDamagedError, StorageError
from rag.store.generation import REMEDY

_TERMS, _NUMBER, _REPORT = "terms", "number", "report"
_HEAP = 1_000_000_000
"""Bytes, a limit and not a reservation: large enough for one segment, which keeps passages in order."""

_ATTEMPTS = 10


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(_TERMS, tokenizer_name="whitespace", index_option="freq")
    builder.add_integer_field(_NUMBER, fast=True)
    builder.add_integer_field(_REPORT, indexed=True)
    return builder.build()


def write(folder: Path, passages: Iterable[tuple[int, Sequence[str]]]) -> None:
    """Indexes passages, each as (position of its report, its terms), in order of their numbers.

    ``folder`` is there and empty. Raises ``StorageError``.
    """
    try:
        writer = tantivy.Index(_schema(), path=str(folder), reuse=False).writer(_HEAP, 1)
        for number, (report, terms) in enumerate(passages):
            writer.add_document(tantivy.Document(terms=_joined(terms), number=number, report=report))
        writer.commit()
        writer.wait_merging_threads()
    except (ValueError, OSError) as error:
        message = f"the word index in {str(folder)!r} cannot be written ({error}); free disk space and build again"
        raise StorageError(message) from error
    for lock in folder.glob(".tantivy-*.lock"):
        lock.unlink()


class LexicalIndex:
    """Passage numbers by the terms that they hold; safe for many threads."""

    def __init__(self, folder: Path, count: int) -> None:
        """Raises ``IndexDamagedError`` unless the folder holds ``count`` passages."""
        self._folder = folder
        self._count = count
        self._schema = _schema()
        with _linked(folder) as links, self._translated():
            index = tantivy.Index.open(str(links))
            index.config_reader(reload_policy="manual")
            self._searcher = index.searcher()
            found = self._searcher.num_docs
        if found != count:
            raise IndexDamagedError(f"index folder {str(folder)!r} has {found} passages, not {count}; {REMEDY}")

    def search(
        self, terms: Sequence[str], limit: int, reports: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Passages that hold any of ``terms``, by BM25 over the whole collection, best first, equals by number.

        ``reports``: positions of the reports to search, None for all. A repeated term counts once.
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
            numbers = self._searcher.fast_field_values(_NUMBER, [address for _, address in hits])
        found = [(int(n), float(score)) for n, (score, _) in zip(numbers, hits, strict=True) if n is not None]
        if len(found) != len(hits) or any(not 0 <= number < self._count for number, _ in found):
            raise self._damaged()
        return sorted(found, key=lambda item: (-item[1], item[0]))

    def frequency(self, term: str) -> int:
        """In how many passages a term occurs."""
        with self._translated():
            return min((int(self._searcher.doc_freq(_TERMS, part)) for part in term.split()), default=0)

    def _any(self, field: str, values: Sequence[str | int], option: str) -> tantivy.Query:
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
        # A thread of tantivy's may make its lock file once more meanwhile.
        for _ in range(_ATTEMPTS):
            shutil.rmtree(links, ignore_errors=True)
            if not links.exists():
                break


def _joined(terms: Iterable[str]) -> str:
    """Terms between single blanks, where tantivy cuts; a term that holds white space counts as several."""
    return " ".join(" ".join(terms).split())
