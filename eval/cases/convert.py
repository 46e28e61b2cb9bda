"""An outside set as a folder that everything else reads: reports with their manifest, and cases.

OUT/reports/*.txt, manifest.toml    one report a document, to build an index over
OUT/cases.jsonl                     its questions; gold are the whole sentences that hold the answers
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from eval.cases.outside import SETS, Asked, Document, Found, OutsideError, OutsideSet
from eval.cases.records import replace
from rag import countries
from rag.corpus import manifest, read_folder
from rag.corpus.collection import report_id
from rag.corpus.lines import HEADING_WORDS
from rag.errors import UnknownNameError
from rag.text import sentences
from rag.types import Report, Span

YEAR = 2000
"""Edition of every report, since a document of these sets has none."""
_ANSWER_WORDS = 10
"""A longer answer is not required word for word."""
_NAME = 90
"""Characters of a title that become the name."""
_QUESTION_WORDS = ("how many", "how much", "how", "when", "where", "who", "whom", "whose", "which", "why", "what")


@dataclass(frozen=True, slots=True)
class Converted:
    reports: int
    cases: int
    answerable: int
    left_out: int
    """Answerable questions whose answer stands in no sentence, such as those in a heading."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A document as written: its name, text, and where each paragraph begins in it."""

    name: str
    text: str
    starts: tuple[int, ...]


def convert(name: str, source: Path, out: Path, *, within: bool = False) -> Converted:
    """Writes ``OUT`` for the set ``name`` from a file, or from those of a folder.

    ``within``: each question is asked of its own document only. Raises ``UnknownNameError`` or ``OutsideError``.
    """
    if name not in SETS:
        raise UnknownNameError(f"there is no outside set {name!r}: choose one of {', '.join(SETS)}")
    outside = SETS[name]
    collected = outside.read(_files(source, outside))
    folder = out / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.txt"):
        old.unlink()
    placed = _written(collected.documents, outside, folder)
    by_name = {report.info.file: report for report in read_folder(folder)}
    reports = [by_name[f"{report_id(one.name, YEAR)}.txt"] for one in placed]
    lines = [line for asked in collected.asked if (line := _case(asked, placed, reports, within=within)) is not None]
    replace(out / "cases.jsonl", [json.dumps(line, ensure_ascii=False) + "\n" for line in lines])
    answerable = sum(bool(line["answerable"]) for line in lines)
    return Converted(len(placed), len(lines), answerable, len(collected.asked) - len(lines))


def _files(source: Path, outside: OutsideSet) -> list[Path]:
    files = sorted(source.glob(outside.files)) if source.is_dir() else [source]
    if not files:
        raise OutsideError(f"{source} holds no {outside.files}: give the folder or the file of {outside.publisher}")
    return files


def _written(documents: Sequence[Document], outside: OutsideSet, folder: Path) -> list[_Placed]:
    placed: list[_Placed] = []
    entries: list[str] = []
    taken: set[str] = set()
    for document in documents:
        one = _placed(document, _free(document.title, taken))
        file = f"{report_id(one.name, YEAR)}.txt"
        (folder / file).write_text(one.text, encoding="utf-8", newline="")
        entry = {
            "file": file,
            "country": one.name,
            "year": YEAR,
            "publisher": outside.publisher,
            "title": document.title.strip(),
            "licence": outside.licence,
        }
        fields = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items()]
        entries.append("\n".join(["[[report]]", *fields, "", ""]))
        placed.append(one)
    replace(folder / manifest.NAME, entries)
    return placed


def _free(title: str, taken: set[str]) -> str:
    """The title as a name that no other document has, nor any country's, which would be read as that country."""
    plain = " ".join(title.replace("_", " ").split())[:_NAME] or "Untitled"
    if countries.canonical(plain):
        plain = f"About {plain}"
    name = next(name for number in count(1) if report_id(name := _numbered(plain, number), YEAR) not in taken)
    taken.add(report_id(name, YEAR))
    return name


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name} {number}"


def _placed(document: Document, name: str) -> _Placed:
    starts: list[int] = []
    # As captured pages begin: the bare name, which is no part of the report, keeps apart files of equal content.
    text = f"{name}\n\n"
    for paragraph in document.paragraphs:
        starts.append(len(text))
        text += _ended(paragraph.replace("\n", " ").replace("\r", " ")) + "\n\n"
    return _Placed(name, text, tuple(starts))


def _ended(line: str) -> str:
    """The line, with a full stop where it would be taken for a heading and is none."""
    short = 3 < len(line.split()) <= HEADING_WORDS or countries.canonical(line.strip()) is not None
    return line + "." if short and line.rstrip()[-1:] not in set(".?!…\"'”’)]") else line


def _case(
    asked: Asked, placed: Sequence[_Placed], reports: Sequence[Report], *, within: bool
) -> dict[str, object] | None:
    quotes: dict[tuple[str, str, str], None] = {}
    for found in asked.found:
        report = reports[found.document]
        text = _sentences(report, _span(found, placed[found.document]))
        if text:
            quotes[report.info.id, text, found.group] = None
    if asked.found and not quotes:
        return None
    shortest = min(asked.answers, key=lambda answer: (len(answer), answer), default="")
    return {
        "id": asked.id,
        "question": _visible(asked.question),
        "countries": [reports[asked.document].info.country] if within else [],
        "years": [],
        "type": _type(asked.question) if quotes else "unanswerable",
        "answerable": bool(quotes),
        "quotes": [dict(zip(("report", "text", "group"), quote, strict=True)) for quote in quotes],
        "must_contain": [shortest] if shortest and quotes and len(shortest.split()) <= _ANSWER_WORDS else [],
        "notes": "",
    }


def _visible(question: str) -> str:
    """The question without the invisible characters that no asker means, on one line."""
    return " ".join("".join(c for c in question if c.isprintable() or c.isspace()).split())


def _span(found: Found, placed: _Placed) -> Span:
    start = placed.starts[found.paragraph]
    return Span(start + found.start, start + found.end)


def _sentences(report: Report, span: Span) -> str:
    """The whole sentences of a report that hold ``span``, "" where it stands in no paragraph."""
    position = bisect_right(report.paragraphs, span.start, key=lambda paragraph: paragraph.start) - 1
    if position < 0:
        return ""
    paragraph = report.paragraphs[position]
    split = sentences.split(report.text, paragraph.body_start, paragraph.end)
    touched = [one for one in split if one.start < span.end and span.start < one.end]
    return report.text[touched[0].start : touched[-1].end] if touched else ""


def _type(question: str) -> str:
    """The word that the question asks with, "other" where it has none."""
    plain = f" {question.casefold()} "
    asked: Iterable[str] = (word for word in _QUESTION_WORDS if f" {word} " in plain)
    return next(iter(asked), "other")
