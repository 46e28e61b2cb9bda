"""From a folder with a manifest to the reports of a collection."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from rag import countries
from rag.corpus import boilerplate, manifest, outline
from rag.errors import CorpusError, DuplicateReportError, ManifestError, UnreadableReportError
from rag.types import Report, ReportInfo

Decoder = Callable[[bytes, Path], str]


def _decode_text(data: bytes, path: Path) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableReportError(
            f"{path} is not UTF-8 (byte {error.start}): convert it, for instance with iconv -t UTF-8"
        ) from error
    if "\0" in text:
        raise UnreadableReportError(f"{path} holds a zero byte at {text.index(chr(0))}: it is no text file")
    return text


DECODERS: dict[str, Decoder] = {".txt": _decode_text}
"""File ending to stored text."""


def read_folder(folder: Path) -> list[Report]:
    """All reports that ``folder`` holds, in order of country and year.

    Files of other endings that the manifest does not name are left alone. Raises a ``CorpusError``.
    """
    if not folder.is_dir():
        raise CorpusError(f"{folder} is no folder: give one that holds reports and a {manifest.NAME}")
    entries = manifest.read(folder)
    try:
        files = sorted(folder.iterdir())
    except OSError as error:
        raise CorpusError(f"{folder} cannot be read ({error.strerror}): make it readable") from error
    for path in files:
        if path.suffix.lower() in DECODERS and path.is_file() and path.name not in entries:
            raise manifest.missing(folder, path.name)
    if not entries:
        raise CorpusError(f"{folder} holds no report: add files ending in {', '.join(DECODERS)} and a {manifest.NAME}")
    reports = [read_report(folder / name, entry) for name, entry in entries.items()]
    refuse_duplicates(report.info for report in reports)
    return sorted(reports, key=lambda report: (report.info.country, report.info.year))


def read_report(path: Path, entry: manifest.Entry) -> Report:
    """One report; ``UnreadableReportError`` or ``ManifestError`` where it cannot be one."""
    decode = DECODERS.get(path.suffix.lower())
    if decode is None:
        raise UnreadableReportError(f"{path} has an unknown ending {path.suffix!r}: known are {', '.join(DECODERS)}")
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ManifestError(f"{path} is in the manifest only: add the file or remove the entry") from None
    except OSError as error:
        raise UnreadableReportError(f"{path} cannot be read ({error.strerror}): make it readable") from error
    text = decode(data, path)
    country = countries.canonical(entry.country) or entry.country
    body = boilerplate.body(text, entry.country)
    paragraphs = outline.paragraphs(text, body)
    if not paragraphs:
        raise UnreadableReportError(f"{path} holds no paragraph of a report: replace it or remove its manifest entry")
    _refuse_other_countries(path, outline.titles(text, body), country)
    info = ReportInfo(
        id=report_id(country, entry.year),
        country=country,
        year=entry.year,
        title=entry.title,
        publisher=entry.publisher,
        licence=entry.licence,
        url=entry.url,
        file=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
    )
    return Report(info, text, paragraphs)


def report_id(country: str, year: int) -> str:
    """Country and year as one lower-case word, in plain letters.

    >>> report_id("Côte d'Ivoire", 2020)
    'cote-d-ivoire-2020'
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", country) if not unicodedata.combining(c))
    return "-".join([*re.findall(r"[^\W_]+", plain.casefold()), str(year)])


def refuse_duplicates(infos: Iterable[ReportInfo]) -> None:
    """``DuplicateReportError`` where two reports share country and edition, or their bytes."""
    by_id: dict[str, str] = {}
    by_hash: dict[str, str] = {}
    for info in infos:
        for key, seen, what in ((info.id, by_id, "both claim"), (info.sha256, by_hash, "hold the same bytes as")):
            if key in seen:
                raise DuplicateReportError(
                    f"{seen[key]!r} and {info.file!r} {what} {info.country} {info.year}: remove one of them"
                )
            seen[key] = info.file


def year_doubt(report: Report) -> str | None:
    """A warning where the years that the text mentions do not fit the edition of the manifest.

    Reports mostly tell of the year of their edition and the year before.
    """
    first, last = report.paragraphs[0].start, report.paragraphs[-1].end
    years = Counter(int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", report.text[first:last]))
    if not years:
        return None
    common = max(years, key=lambda year: (years[year], year))
    if common in (report.info.year, report.info.year - 1):
        return None
    return (
        f"{report.info.file}: the manifest says {report.info.year}, the text speaks mostly of {common}: check the year"
    )


def _refuse_other_countries(path: Path, titles: Iterable[str], country: str) -> None:
    """A custom capture may hold several countries, each after its bare name: they would be cited as one."""
    for title in titles:
        other = countries.canonical(title)
        if other and other != country and title[0].isupper():
            raise UnreadableReportError(
                f"{path} holds a part headed {title!r} besides {country}: split it into one file per country"
            )
