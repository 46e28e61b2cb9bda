"""From files to the reports of a collection."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from rag import countries
from rag.corpus import manifest, outline
from rag.corpus.formats import DECODERS, DESCRIBED
from rag.corpus.sources import File, Refusal, files, is_report, read_bytes
from rag.errors import CorpusError, DuplicateReportError, MissingExtraError, UnreadableReportError
from rag.text import invisible
from rag.types import Report, ReportInfo

_TOP = 60
"""Headings of a report's outline that are kept as what it holds."""
FITTING, LATER = 0.2, 0.25
"""Shares of the years in a text: fewer than that of the edition and the year before, or more than that of later ones,
cast a doubt on the edition. Set on 814 editions: true ones are doubted in 4 of 100, ones two years off pass in 4."""


def read(paths: Sequence[Path]) -> Iterator[Report | Refusal]:
    """Every report that files, folders and archives hold, and a refusal for every file that is none.

    Nothing stops it, and one file is in memory at a time. A manifest governs the files beside it that it names; a page
    that tells of itself needs none. Of several files for one country and edition, or of the same content, the first
    one counts; the others are refused by name.
    """
    seen = _Seen()
    for path in paths:
        for file in files(path):
            if isinstance(file, Refusal):
                yield file
                continue
            try:
                found = report(file)
                seen.add(file.path, found)
                yield found
            except (CorpusError, MissingExtraError) as error:
                yield Refusal(file.path, str(error))


def read_folder(folder: Path) -> list[Report]:
    """All reports that ``folder`` itself holds, in order of country and year; raises the first fault.

    Files of other endings that the manifest does not name are left alone. Raises a ``CorpusError``, or
    ``MissingExtraError`` where a kind of file needs a package that is not installed.
    """
    if not folder.is_dir():
        raise CorpusError(f"{folder} is no folder: give one that holds reports and a {manifest.NAME}")
    try:
        names = sorted(path.name for path in folder.iterdir() if path.is_file())
    except OSError as error:
        raise CorpusError(f"{folder} cannot be read ({error.strerror}): make it readable") from error
    wanted = [name for name in names if is_report(name)]
    described = bool(wanted) and all(PurePath(name).suffix.lower() in DESCRIBED for name in wanted)
    entries = {} if described and manifest.NAME not in names else manifest.read(folder)
    for name in wanted:
        if name not in entries and PurePath(name).suffix.lower() not in DESCRIBED:
            raise manifest.missing(folder, name)
    every = [*entries, *(name for name in wanted if name not in entries)]
    if not every:
        raise CorpusError(f"{folder} holds no report: add files ending in {', '.join(DECODERS)} and a {manifest.NAME}")
    reports = [
        report(File(str(folder / name), read_bytes(folder / name, named=True), entries.get(name))) for name in every
    ]
    refuse_duplicates(report.info for report in reports)
    return sorted(reports, key=lambda report: (report.info.country, report.info.year, report.info.id))


def report(file: File) -> Report:
    """One report; ``UnreadableReportError`` or ``ManifestError`` where the file cannot be one."""
    path = PurePath(file.path)
    decode = DECODERS.get(path.suffix.lower())
    if decode is None:
        raise UnreadableReportError(
            f"{file.path} has an unknown ending {path.suffix!r}: known are {', '.join(DECODERS)}"
        )
    if file.entry is None and path.suffix.lower() not in DESCRIBED:
        raise manifest.missing(path.parent, path.name)
    decoded = decode(file.data, file.path, file.entry.country if file.entry else "")
    entry = file.entry or decoded.entry
    if entry is None:
        raise manifest.missing(path.parent, path.name)
    country = countries.canonical(entry.country) or entry.country
    paragraphs = outline.paragraphs(decoded.blocks, certain=decoded.certain)
    if not paragraphs:
        raise UnreadableReportError(f"{file.path} holds no paragraph of a report: replace it, or leave it out")
    if file.entry:
        headings = (block.text for block in decoded.blocks if block.kind == "heading")
        _refuse_other_countries(file.path, headings, country)
    info = ReportInfo(
        id=report_id(country, entry.year, entry.part),
        country=country,
        year=entry.year,
        title=entry.title,
        publisher=entry.publisher,
        licence=entry.licence,
        url=entry.url,
        file=path.name,
        sha256=hashlib.sha256(file.data).hexdigest(),
        pdf=entry.pdf,
        sections=tuple(dict.fromkeys(each.outline[0] for each in paragraphs if each.outline))[:_TOP],
    )
    found = Report(info, decoded.text, paragraphs, decoded.doubts)
    doubt = year_doubt(found) if file.entry else None
    return replace(found, doubts=(*found.doubts, doubt)) if doubt else found


class _Seen:
    """The reports of one reading, by what no two of them may share."""

    def __init__(self) -> None:
        self._paths: dict[str, str] = {}

    def add(self, path: str, found: Report) -> None:
        """``DuplicateReportError`` where an earlier file was the same report."""
        text = hashlib.sha256(found.text.encode()).hexdigest()
        for key, what in ((found.info.id, "both claim"), (text, "hold the same text:")):
            if key in self._paths:
                raise DuplicateReportError(
                    f"{self._paths[key]!r} and {path!r} {what} {found.info.country} {found.info.year}: "
                    "the first one was taken"
                )
        self._paths[found.info.id] = self._paths[text] = path


def report_id(country: str, year: int, part: str | None = None) -> str:
    """Country, its part where the report is about that alone, and year as one lower-case word, in plain letters.

    >>> report_id("Côte d'Ivoire", 2020)
    'cote-d-ivoire-2020'
    """
    name = f"{country} {part or ''}"
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
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


def doubts(report: Report) -> list[str]:
    """What a person should know before this report is searched, a line each, with the file's name."""
    noticed = [f"{report.info.file}: {doubt}" for doubt in report.doubts]
    return [*noticed, *filter(None, [invisible.warning(report)])]


def year_doubt(report: Report) -> str | None:
    """A warning where the years that the text mentions do not fit the edition.

    Reports mostly tell of the year of their edition and the year before, and seldom of later ones.
    """
    first, last = report.paragraphs[0].start, report.paragraphs[-1].end
    years = Counter(int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", report.text[first:last]))
    if not years:
        return None
    edition = report.info.year
    common = max(years, key=lambda year: (years[year], year))
    fitting = years[edition] + years[edition - 1]
    later = sum(count for year, count in years.items() if year > edition)
    if later <= LATER * years.total() and (common in (edition, edition - 1) or fitting >= FITTING * years.total()):
        return None
    return f"the edition is {edition}, the text speaks mostly of {common}: check the year"


def _refuse_other_countries(path: str, titles: Iterable[str], country: str) -> None:
    """A custom capture may hold several countries, each after its bare name: they would be cited as one."""
    for title in titles:
        other = countries.canonical(title)
        if other and other != country and title[0].isupper():
            raise UnreadableReportError(
                f"{path} holds a part headed {title!r} besides {country}: split it into one file per country"
            )
