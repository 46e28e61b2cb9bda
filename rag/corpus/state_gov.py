"""What a page of the U.S. Department of State tells of the report that it holds."""

import json
import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from rag import countries
from rag.corpus.manifest import Entry
from rag.corpus.webpage import collapsed

PUBLISHER = "U.S. Department of State"
LICENCE = "Public domain (work of the U.S. Government)"

_SERIES = "Country Reports on Human Rights Practices"
_HEADLINE = re.compile(rf"(?P<year>(?:19|20)\d\d) {_SERIES}\s*[:–—-]\s*(?P<name>.+)")
_ADDRESS = re.compile(
    r"https?://(?:www\.)?state\.gov/reports/(?P<year>(?:19|20)\d\d)-country-reports-on-human-rights-practices/"
    r"(?P<page>[\w/-]+)",
    re.IGNORECASE,
)
_ARCHIVE = re.compile(r"https?://web\.archive\.org/web/\w+/(?=https?://)")
_TAIL = re.compile(r"\s+[–—-]\s+|:\s+")
_SITE_NAME = re.compile(r"\s+[-–—|]\s+United States Department of State.*|\s+\|.*", re.DOTALL)

PARTS = {
    "hong kong": "Hong Kong",
    "macau": "Macau",
    "macao": "Macau",
    "tibet": "Tibet",
    "crimea": "Crimea",
    "area administered by turkish cypriots": "Area Administered by Turkish Cypriots",
}
"""Parts of a country with a report of their own beside the country's."""


def entry(page: LexborHTMLParser, file: str) -> Entry | None:
    """As a manifest would tell it; None where the page is no such report."""
    address = next(_addresses(page), None)
    headings = [collapsed(node.text()) for node in page.css("h1, title, meta[property='og:title']")]
    headings += [collapsed(node.attributes.get("content") or "") for node in page.css("meta[property='og:title']")]
    headline = next(filter(None, map(_HEADLINE.search, headings)), None)
    if headline:
        year, name, title = int(headline["year"]), headline["name"], headline.group()
    elif address:
        match = _ADDRESS.match(address)
        if match is None:
            return None
        name = next((_SITE_NAME.sub("", heading) for heading in headings if heading), match["page"])
        year = int(match["year"])
        title = f"{year} {_SERIES}: {name}"
    else:
        return None
    country, part = place(name, (address or "").rstrip("/"))
    if not country:
        return None
    return Entry(
        file=file,
        country=country,
        part=part,
        year=year,
        publisher=PUBLISHER,
        title=title,
        licence=LICENCE,
        url=address,
        pdf=_pdf(page),
    )


def place(name: str, address: str = "") -> tuple[str, str | None]:
    """Country, as canonical as can be, and the part of it, that a report so named is about.

    >>> place("China (Includes Hong Kong, Macau, and Tibet) – Hong Kong")
    ('China', 'Hong Kong')
    """
    pieces = _TAIL.split(name)
    below = address.partition("-practices/")[2].replace("-", " ").split("/")
    aside = re.search(r"\(([^)]+)\)", pieces[-1])
    tails = [*pieces[1:], *([aside[1]] if aside else []), *below[1:]]
    part = next(filter(None, (PARTS.get(_plain(tail)) for tail in reversed([pieces[0], *tails]))), None)
    unknown = next((tail for tail in [*below[1:], *pieces[1:]] if not countries.canonical(tail)), None)
    shorter = (re.sub(r"\s*\(.*", "", name), name.split(",", maxsplit=1)[0])
    for candidate in (*reversed(below[1:]), pieces[-1], name, *shorter, *pieces, below[0]):
        if country := countries.canonical(candidate):
            return country, part or unknown
    return name.strip(), part


def _plain(name: str) -> str:
    return re.sub(r"^the ", "", name.strip().casefold())


def _addresses(page: LexborHTMLParser) -> Iterator[str]:
    """The page's own addresses at the Department's site, the most certain first."""
    for selector, attribute in (("link[rel=canonical]", "href"), ("meta[property='og:url']", "content")):
        for node in page.css(selector):
            yield from _official(node.attributes.get(attribute) or "")
    for node in page.css("script[type='application/ld+json']"):
        try:
            told = json.loads(node.text())
        except json.JSONDecodeError:
            continue
        graph = told.get("@graph", [told]) if isinstance(told, dict) else []
        for each in graph:
            if isinstance(each, dict) and each.get("@type") == "WebPage":
                yield from _official(str(each.get("url", "")))


def _official(address: str) -> Iterator[str]:
    match = _ADDRESS.match(_ARCHIVE.sub("", address))
    if match:
        yield match.group().rstrip("/") + "/"


def _pdf(page: LexborHTMLParser) -> str | None:
    for node in page.css("[class*='download-pdf'] a[href], a[href$='.pdf']"):
        address = _ARCHIVE.sub("", node.attributes.get("href") or "")
        label = collapsed(node.text()).casefold()
        if re.match(r"https?://[^\s]*state\.gov/\S+\.pdf$", address) and "download" in label:
            return address
    return None
