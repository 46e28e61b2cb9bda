"""Word documents (.docx) as blocks, read with the standard library: body, tables, footnotes and endnotes."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

from rag.document.block import Block, Kind
from rag.errors import DraftError

LARGEST_PART = 200_000_000
"""Bytes of one unpacked part."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_QUOTE_STYLE = re.compile(r"quot|zitat|citation|block\s?text|cita\b", re.IGNORECASE)
_INSET = 400
"""Twentieths of a point that a block quote is set in on both sides."""
_SIGNS = {
    f"{_W}tab": "\t",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "\u2011",
    f"{_W}softHyphen": "\u00ad",
}


def blocks(data: bytes, path: Path) -> Iterator[Block]:
    """Blocks of a document; ``DraftError`` where it is none."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = {
                name: _part(archive, f"word/{name}.xml") for name in ("document", "styles", "footnotes", "endnotes")
            }
    except (zipfile.BadZipFile, ET.ParseError, NotImplementedError, RuntimeError) as error:
        raise DraftError(f"{str(path)!r} is no Word document ({error}): save it as .docx again") from error
    if parts["document"] is None:
        raise DraftError(f"{str(path)!r} holds no text of a Word document: save it as .docx again")
    styles = _quote_styles(parts["styles"])
    for number, paragraph in enumerate(parts["document"].iter(f"{_W}p"), start=1):
        text = "".join(_text(paragraph))
        if text.strip():
            yield Block(text, _kind(paragraph, styles), number, "paragraph")
    for unit in ("footnote", "endnote"):
        notes = parts[f"{unit}s"]
        numbered = [] if notes is None else [note for note in notes if note.get(f"{_W}type") in (None, "normal")]
        for number, note in enumerate(numbered, start=1):
            text = "\n".join("".join(_text(paragraph)) for paragraph in note.iter(f"{_W}p"))
            yield Block(text, "footnote", number, unit, f"{unit}{note.get(f'{_W}id')}")


def _part(archive: zipfile.ZipFile, name: str) -> ET.Element | None:
    if name not in archive.namelist():
        return None
    if archive.getinfo(name).file_size > LARGEST_PART:
        raise zipfile.BadZipFile(f"{name} unpacks to more than {LARGEST_PART:,} bytes")
    data = archive.read(name)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise zipfile.BadZipFile(f"{name} declares entities, which Word never writes")
    return ET.fromstring(data)  # noqa: S314 - entities are refused above


def _text(element: ET.Element) -> Iterator[str]:
    """Visible text of a paragraph: no deletions, no field codes, no other paragraph that is nested in it."""
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag in (f"{_W}footnoteReference", f"{_W}endnoteReference"):
            yield f"[^{child.tag.removeprefix(_W).removesuffix('Reference')}{child.get(f'{_W}id')}]"
        elif child.tag not in (f"{_W}p", f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", _FALLBACK):
            yield from _text(child)


def _quote_styles(styles: ET.Element | None) -> frozenset[str]:
    """Ids of the paragraph styles whose name says that they are for quotations."""
    found = set()
    for style in styles if styles is not None else ():
        name = style.find(f"{_W}name")
        identity = style.get(f"{_W}styleId", "")
        if style.tag == f"{_W}style" and _QUOTE_STYLE.search(
            f"{identity} {name.get(f'{_W}val') if name is not None else ''}"
        ):
            found.add(identity)
    return frozenset(found)


def _kind(paragraph: ET.Element, styles: frozenset[str]) -> Kind:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    if style is not None and style.get(f"{_W}val") in styles:
        return "quote"
    indent = paragraph.find(f"{_W}pPr/{_W}ind")
    if indent is None:
        return "paragraph"
    sides = [indent.get(f"{_W}{a}") or indent.get(f"{_W}{b}") or "0" for a, b in (("left", "start"), ("right", "end"))]
    return "quote" if all(side.isdecimal() and int(side) >= _INSET for side in sides) else "paragraph"
