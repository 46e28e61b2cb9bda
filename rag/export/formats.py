"""The formats by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rag.errors import UnknownNameError
from rag.export import bibliography, page, sheet, text, word
from rag.export.material import Material


@dataclass(frozen=True, slots=True)
class Format:
    suffix: str
    render: Callable[[Material], str | bytes]
    """Text, or bytes that a terminal cannot show."""
    binary: bool = False

    def encoded(self, material: Material) -> bytes:
        content = self.render(material)
        return content if isinstance(content, bytes) else content.encode()


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "markdown": Format(".md", text.markdown),
        "html": Format(".html", page.html_page),
        "docx": Format(".docx", word.document, binary=True),
        "csv": Format(".csv", sheet.csv_table),
        "json": Format(".json", sheet.json_text),
        "bibtex": Format(".bib", bibliography.bibtex),
        "csl-json": Format(".json", bibliography.csl_json),
    }
)


def named(name: str) -> Format:
    """``UnknownNameError`` that lists every format where there is none of this name."""
    if name not in FORMATS:
        raise UnknownNameError(f"--format {name!r} is unknown: choose one of {', '.join(FORMATS)}")
    return FORMATS[name]
