"""Word documents, through python-docx."""

import re
from importlib import import_module
from io import BytesIO
from typing import Any

from rag.export.anchors import link
from rag.export.material import Material
from rag.installation import optional
from rag.types import Quote

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


def document(material: Material) -> bytes:
    """``MissingExtraError`` where python-docx is not installed."""
    made = optional("docx", "docx", "docx needs python-docx").Document()
    answer = material.answer
    made.core_properties.title = _legal(answer.question)[:255]
    made.add_heading(_legal(answer.question), level=1)
    if answer.decline:
        searched = answer.decline.searched
        made.add_paragraph(_legal(f"No answer. {answer.decline.detail}"))
        made.add_paragraph(f"Searched {searched.passages:,} passages of {searched.reports:,} reports.")
        if material.quotes:
            made.add_paragraph("The nearest passages:")
        for quote in material.quotes:
            _quoted(made, quote, material)
    for number, statement in enumerate(answer.statements, start=1):
        made.add_paragraph(_legal(f"{number}. {statement.text}"))
        for position in statement.quotes:
            _quoted(made, answer.quotes[position], material)
    for silent in answer.silent:
        made.add_paragraph(_legal(silent.told))
    if answer.withheld:
        made.add_paragraph(f"{len(answer.withheld)} withheld, because the quotes do not support it.")
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _quoted(made: Any, quote: Quote, material: Material) -> None:
    made.add_paragraph(_legal(f"“{quote.text}”"), style="Quote")
    source = made.add_paragraph("— ")
    run = source.add_run(_legal(quote.citation))
    address = link(quote, material.reports[quote.report])
    if address:
        anchor = import_module("docx.oxml").OxmlElement("w:hyperlink")
        anchor.set(import_module("docx.oxml.ns").qn("r:id"), made.part.relate_to(address, _HYPERLINK, is_external=True))
        run.underline = True
        # The library offers no other way to make a link than through its elements.
        anchor.append(run._r)  # noqa: SLF001
        source._p.append(anchor)  # noqa: SLF001


def _legal(text: str) -> str:
    """``text`` without the characters that XML forbids."""
    return _NO_XML.sub("\ufffd", text)
