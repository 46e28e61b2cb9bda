"""Question sets of others, read from the files they are published as (also gzipped) into one shape.

Nothing of them is part of this project: the caller names the files.
"""

import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from rag.errors import UsageError
from rag.quotes import fold, occurrences

T = TypeVar("T", bound=BaseModel)


class OutsideError(UsageError):
    """A file of an outside set is missing or out of form."""


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of a document that answers a question."""

    document: int
    paragraph: int
    start: int
    end: int
    """In the paragraph."""
    group: str


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    id: str
    question: str
    document: int
    """The one that it was asked of."""
    found: tuple[Found, ...]
    """Empty where it is unanswerable."""
    answers: tuple[str, ...]
    """Short answers, any of which will do."""


@dataclass(frozen=True, slots=True)
class Collected:
    documents: tuple[Document, ...]
    asked: tuple[Asked, ...]


class _Answer(BaseModel):
    text: str
    answer_start: int


class _Question(BaseModel):
    id: str | int
    question: str
    answers: list[_Answer]
    is_impossible: bool = False


class _Context(BaseModel):
    context: str
    qas: list[_Question]


class _Article(BaseModel):
    title: str | None = None
    paragraphs: list[_Context]


class _Squad(BaseModel):
    data: list[_Article]


class _Passage(BaseModel):
    title: str
    text: str


class _Output(BaseModel):
    selected_sentences: list[str]


class _Clapnq(BaseModel):
    id: str
    input: str
    passages: list[_Passage]
    output: list[_Output]


class _QuoteSum(BaseModel):
    model_config = {"extra": "allow"}

    qid: str
    question: str
    summary: str


def squad2(paths: Sequence[Path]) -> Collected:
    """SQuAD 2.0: one document an article; every annotated answer of a question is an alternative."""
    documents: list[Document] = []
    asked: list[Asked] = []
    for article in _articles(paths):
        contexts = [context.context for context in article.paragraphs]
        documents.append(Document(article.title or contexts[0].split("\n")[0], tuple(contexts)))
        for number, context in enumerate(article.paragraphs):
            asked += [_extractive(question, len(documents) - 1, number, context.context) for question in context.qas]
    return Collected(tuple(documents), tuple(asked))


def covidqa(paths: Sequence[Path]) -> Collected:
    """COVID-QA: one document an article, its lines as paragraphs; answers whose offset is wrong are looked up."""
    documents: list[Document] = []
    asked: list[Asked] = []
    for article in _articles(paths):
        for context in article.paragraphs:
            lines = tuple(context.context.split("\n"))
            documents.append(Document(next(line for line in lines if line.strip()), lines))
            whole = [_extractive(question, len(documents) - 1, 0, context.context) for question in context.qas]
            asked += [_by_line(question, lines) for question in whole]
    return Collected(tuple(documents), tuple(asked))


def clapnq(paths: Sequence[Path]) -> Collected:
    """CLAPnq: one document a title; required are the sentences that all annotators chose, or else any did."""
    titles: dict[str, list[str]] = {}
    asked: list[Asked] = []
    for row in _rows(paths, _Clapnq):
        passage = row.passages[0]
        paragraphs = titles.setdefault(passage.title, [])
        if passage.text not in paragraphs:
            paragraphs.append(passage.text)
        document, number = list(titles).index(passage.title), paragraphs.index(passage.text)
        chosen = [set(output.selected_sentences) for output in row.output if output.selected_sentences]
        required = set.intersection(*chosen) or set.union(*chosen) if chosen else set()
        found = [
            Found(document, number, start, start + len(sentence), str(group))
            for group, sentence in enumerate(sorted(required, key=passage.text.find))
            if (start := passage.text.find(sentence)) >= 0
        ]
        asked.append(Asked(row.id, row.input, document, tuple(found), ()))
    return Collected(tuple(Document(title, tuple(texts)) for title, texts in titles.items()), tuple(asked))


def quotesum(paths: Sequence[Path]) -> Collected:
    """QuoteSum: one document a title; required is a quote from each source that an annotator's answer is built of."""
    titles: dict[str, list[str]] = {}
    questions: dict[str, tuple[str, list[Found]]] = {}
    for row in _rows(paths, _QuoteSum):
        extra: Mapping[str, Any] = row.model_extra or {}
        _, found = questions.setdefault(row.qid, (row.question, []))
        for number in range(1, 9):
            title, text = str(extra.get(f"title{number}") or ""), str(extra.get(f"source{number}") or "")
            if not title or not text:
                continue
            paragraphs = titles.setdefault(title, [])
            if text not in paragraphs:
                paragraphs.append(text)
            place = list(titles).index(title), paragraphs.index(text)
            for source, quoted in _TAGGED.findall(row.summary):
                span = _folded(text, quoted) if int(source) == number else None
                if span:
                    found.append(Found(*place, *span, group=f"{title} {place[1]}"))
    asked = [
        Asked(qid, question, found[0].document, tuple(dict.fromkeys(found)), ())
        for qid, (question, found) in questions.items()
        if found
    ]
    return Collected(tuple(Document(title, tuple(texts)) for title, texts in titles.items()), tuple(asked))


_TAGGED = re.compile(r"\[ (\d) (.*?) \]")


@dataclass(frozen=True, slots=True)
class OutsideSet:
    read: Callable[[Sequence[Path]], Collected]
    files: str
    """Pattern of its files in a folder."""
    publisher: str
    licence: str


SETS: Mapping[str, OutsideSet] = MappingProxyType(
    {
        "squad2": OutsideSet(squad2, "squad2*.json*", "SQuAD 2.0", "CC BY-SA 4.0"),
        "clapnq": OutsideSet(clapnq, "clapnq*.jsonl*", "CLAPnq", "Apache-2.0; passages CC BY-SA"),
        "covidqa": OutsideSet(covidqa, "covidqa*.json*", "COVID-QA", "Apache-2.0"),
        "quotesum": OutsideSet(quotesum, "quotesum*.jsonl*", "QuoteSum", "CC BY-SA 4.0"),
    }
)


def _extractive(question: _Question, document: int, paragraph: int, context: str) -> Asked:
    """A question with its answers where they stand; a wrong offset gives way to the nearest place of the same text."""
    found: list[Found] = []
    for answer in question.answers:
        places = [match.start() for match in re.finditer(re.escape(answer.text), context)] if answer.text else []
        if places and not question.is_impossible:
            start = min(places, key=lambda place: abs(place - answer.answer_start))
            found.append(Found(document, paragraph, start, start + len(answer.text), "a"))
    answers = tuple(dict.fromkeys(answer.text for answer in question.answers)) if found else ()
    return Asked(str(question.id), question.question, document, tuple(dict.fromkeys(found)), answers)


def _by_line(asked: Asked, lines: Sequence[str]) -> Asked:
    """The question with the offsets of the joined lines turned into offsets of single lines."""
    found: list[Found] = []
    for one in asked.found:
        start = 0
        for number, line in enumerate(lines):
            left, right = max(one.start, start), min(one.end, start + len(line))
            if left < right:
                found.append(Found(one.document, number, left - start, right - start, one.group))
                break
            start += len(line) + 1
    return Asked(asked.id, asked.question, asked.document, tuple(found), asked.answers)


def _folded(text: str, quoted: str) -> tuple[int, int] | None:
    """Where a quote stands in a text but for typography."""
    folded, wanted = fold(text), fold(quoted).text.strip()
    at = next(occurrences(folded.text, wanted), None) if wanted else None
    if at is None:
        return None
    span = folded.source(at, at + len(wanted))
    return span.start, span.end


def _articles(paths: Sequence[Path]) -> Iterator[_Article]:
    for path in paths:
        try:
            yield from _Squad.model_validate_json(_text(path)).data
        except ValidationError as error:
            raise _out_of_form(path, error) from error


def _rows(paths: Sequence[Path], kind: type[T]) -> Iterator[T]:
    adapter = TypeAdapter(kind)
    for path in paths:
        for number, line in enumerate(_text(path).split("\n"), start=1):
            if line.strip():
                try:
                    yield adapter.validate_python(json.loads(line))
                except (ValueError, ValidationError) as error:
                    raise _out_of_form(path, error, f" line {number}") from error


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise OutsideError(f"{path} cannot be read ({error}): give the file as it was published") from error


def _out_of_form(path: Path, error: Exception, where: str = "") -> OutsideError:
    return OutsideError(
        f"{path}{where} is out of form ({str(error).splitlines()[0]}): give the file as it was published"
    )
