"""Which reader reads which kind of file."""

from collections.abc import Callable
from pathlib import PurePath

from rag.corpus import boilerplate, lines, markdown, pdf, state_gov, webpage, word
from rag.corpus.blocks import Decoded

Decoder = Callable[[bytes, str, str], Decoded]
"""From a file's bytes, its path for messages, and the country that its manifest names, or ""."""


def _plain_text(data: bytes, path: str, country: str) -> Decoded:
    text = lines.unicode_text(data, path)
    return Decoded(text, lines.blocks(text, boilerplate.body(text, country)), certain=False)


def _web_page(data: bytes, path: str, country: str) -> Decoded:
    page, doubts = webpage.parse(data)
    entry = None if country else state_gov.entry(page, PurePath(path).name)
    decoded = webpage.read(page)
    return Decoded(decoded.text, decoded.blocks, certain=True, entry=entry, doubts=(*doubts, *decoded.doubts))


DECODERS: dict[str, Decoder] = {
    ".txt": _plain_text,
    ".md": markdown.decode,
    ".html": _web_page,
    ".htm": _web_page,
    ".pdf": pdf.decode,
    ".docx": word.decode,
}
"""By the ending of a file's name, in lower case."""
DESCRIBED = (".html", ".htm")
"""Files that may tell themselves what a manifest tells of others."""
