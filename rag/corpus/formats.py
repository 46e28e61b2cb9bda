"""Which reader reads which kind of file."""

from collections.abc import Callable
from pathlib import PurePath

from rag.corpus import boilerplate, lines, state_gov, webpage
from rag.corpus.blocks import Decoded
from rag.errors import UnreadableReportError

Decoder = Callable[[bytes, str, str], Decoded]
"""From a file's bytes, its path for messages, and the country that its manifest names, or ""."""


def _plain_text(data: bytes, path: str, country: str) -> Decoded:
    text = unicode_text(data, path)
    return Decoded(text, lines.blocks(text, boilerplate.body(text, country)), certain=False)


def _web_page(data: bytes, path: str, country: str) -> Decoded:
    page, doubts = webpage.parse(data)
    entry = None if country else state_gov.entry(page, PurePath(path).name)
    decoded = webpage.read(page)
    return Decoded(decoded.text, decoded.blocks, certain=True, entry=entry, doubts=(*doubts, *decoded.doubts))


def unicode_text(data: bytes, path: str) -> str:
    """``UnreadableReportError`` where ``data`` is not UTF-8, or no text."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableReportError(
            f"{path} is not UTF-8 (byte {error.start}): convert it, for instance with iconv -t UTF-8"
        ) from error
    if "\0" in text:
        raise UnreadableReportError(f"{path} holds a zero byte at {text.index(chr(0))}: it is no text file")
    return text


DECODERS: dict[str, Decoder] = {".txt": _plain_text, ".html": _web_page, ".htm": _web_page}
"""By the ending of a file's name, in lower case."""
DESCRIBED = (".html", ".htm")
"""Files that may tell themselves what a manifest tells of others."""
