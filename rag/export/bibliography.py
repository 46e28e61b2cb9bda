"""BibTeX and CSL-JSON: one entry for each report that is quoted, with its quotes."""

import json
from typing import Any

from rag.export.anchors import annotation, link
from rag.export.material import Material
from rag.types import Quote, Report

_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{mark: f"\\{mark}" for mark in "%&$#_"},
    }
)


def bibtex(material: Material) -> str:
    """Quotes stand in ``annote``, each with section, paragraph and offsets."""
    return "\n".join(_entry(report, _of(report, material)) for report in material.reports.values())


def csl_json(material: Material) -> str:
    """Quotes stand in ``custom.quotes``, each with its citation and a W3C Web Annotation."""
    items = [_item(report, _of(report, material)) for report in material.reports.values()]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def _of(report: Report, material: Material) -> list[Quote]:
    return [quote for quote in material.quotes if quote.report == report.info.id]


def _entry(report: Report, quotes: list[Quote]) -> str:
    info = report.info
    annote = "\n  ".join(f"“{_latex(quote.text)}” ({_latex(_place(quote))})" for quote in quotes)
    fields = {
        "title": f"{{{_latex(info.title)}}}",
        "institution": f"{{{_latex(info.publisher)}}}",
        "year": str(info.year),
        **({"url": info.url.translate({ord(mark): f"%{ord(mark):02X}" for mark in "{}\\"})} if info.url else {}),
        "note": _latex(f"SHA-256 {info.sha256}"),
        "annote": annote,
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@techreport{{{info.id},\n{lines}\n}}\n"


def _item(report: Report, quotes: list[Quote]) -> dict[str, Any]:
    info = report.info
    return {
        "id": info.id,
        "type": "report",
        "title": info.title,
        "publisher": info.publisher,
        "issued": {"date-parts": [[info.year]]},
        **({"URL": info.url} if info.url else {}),
        "custom": {
            "country": info.country,
            "sha256": info.sha256,
            "quotes": [
                {"citation": quote.citation, "link": link(quote, report), "annotation": annotation(quote, report)}
                for quote in quotes
            ],
        },
    }


def _place(quote: Quote) -> str:
    parts = (quote.section, f"para. {quote.paragraph}", f"characters {quote.start}-{quote.end}")
    return ", ".join(part for part in parts if part)


def _latex(text: str) -> str:
    return text.translate(_LATEX)
