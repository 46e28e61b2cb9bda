"""Markdown, PDF and Word files become reports like any other; a PDF's pages are cited."""

import io
import re
import sys

import docx
import pytest

from rag import corpus
from rag.corpus import Refusal, lines, markdown, outline, pdf, word
from rag.corpus.collection import report
from rag.corpus.manifest import Entry
from rag.corpus.passages import paragraphs, split
from rag.corpus.sources import File
from rag.errors import MissingExtraError, UnreadableReportError
from rag.installation import installing
from rag.quotes import citation

ENTRY = Entry(file="x", country="Chad", year=2021, publisher="NGO", title="Chad 2021", licence="CC BY")


def read(data, ending):
    return report(File(f"/reports/chad{ending}", data, ENTRY))


def blocks(decoded):
    return [(block.kind, block.text) for block in decoded.blocks]


# Markdown

MARKDOWN = """---
title: front matter
---
# Annual *Report* #

The first line
and the **second** one, with `code` and a [link](https://a.example/x_(1)).
<!-- a note
to myself -->
## Section 1. Respect for the Person

### a. Killings

Police beat *him*. See snake_case_names and 2 * 3 * 4.

- One prison
  was closed.
- Two were not.
1. First.
2) Second.

> They said so
> to us.

| Year | Deaths |
|------|-------:|
| 2018 | 12     |

Under it
--------
![a picture](x.png)
```
Kept as it is.
```
* * *
Pretrial Detention: It was long.[^1]

[^1]: A law.
[1]: https://a.example
"""


def test_markdown_is_read_without_its_marks():
    assert blocks(markdown.decode(MARKDOWN.encode(), "x.md", "")) == [
        ("heading", "Annual Report"),
        ("paragraph", "The first line and the second one, with `code` and a link."),
        ("section", "Section 1. Respect for the Person"),
        ("letter", "a. Killings"),
        ("paragraph", "Police beat him. See snake_case_names and 2 * 3 * 4."),
        ("paragraph", "One prison was closed."),
        ("paragraph", "Two were not."),
        ("paragraph", "First."),
        ("paragraph", "Second."),
        ("paragraph", "They said so to us."),
        ("paragraph", "Year | Deaths"),
        ("paragraph", "2018 | 12"),
        ("heading", "Under it"),
        ("paragraph", "Kept as it is."),
        ("paragraph", "Pretrial Detention: It was long.[^1]"),
        ("paragraph", "[^1]: A law."),
    ]


def test_headings_of_markdown_nest_by_their_level():
    text = "# A\n\none\n\n## B\n\ntwo\n\n### C\n\nthree\n\n## D\n\nfour\n"
    found = read(text.encode(), ".md")
    assert [p.outline for p in found.paragraphs] == [("A",), ("A", "B"), ("A", "B", "C"), ("A", "D")]
    assert found.text.split("\n\n") == ["A", "one", "B", "two", "C", "three", "D", "four"]


def test_markdown_with_foreign_line_ends_and_a_mark_is_read():
    assert blocks(markdown.decode("\ufeff# A\r\n\r\none\r\ntwo\r\n".encode(), "x.md", "")) == [
        ("heading", "A"),
        ("paragraph", "one two"),
    ]


# PDF


def pdf_bytes(*pages):
    """A PDF file; a page is a list of (height, text), Helvetica of 12 points."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        shown = "".join(
            "BT /F1 12 Tf 72 {} Td ({}) Tj ET\n".format(
                height, text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            )
            for height, text in page
        ).encode("cp1252")
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
            + f"/Contents {5 + 2 * number} 0 R >>".encode()
        )
        objects.append(f"<< /Length {len(shown)} >>\nstream\n".encode() + shown + b"endstream")
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, each in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n".encode() + each + b"\nendobj\n")
    start = out.tell()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode())
    out.write(f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def page(number, *paragraphs, gap=14):
    """Paragraphs, each a list of lines, between a running head and a page number; ``gap`` more points part them."""
    placed, height = [(760, f"Chad Human Rights Report {2020 + number}")], 720
    for paragraph in paragraphs:
        for line in paragraph:
            placed.append((height, line))
            height -= 14
        height -= gap
    return [*placed, (30, f"- {number} -")]


PAGES = (
    (
        ["Section 1. Respect for the Integrity of the Person, Including", "Freedom from:"],
        ["a. Arbitrary Deprivation of Life"],
        [
            "Police beat him in the large prison of the capital, and then the commit-",
            "tee of well-known lawyers went to the self-",
        ],
    ),
    (
        [
            "styled court, which was slow, and asked for him. The self-styled court",
            "did not answer them at all during the year.",
        ],
        ["b. Disappearance"],
        [
            "There were no reports of disappearances by or on behalf of the authorities",
            "of the country. Nobody was missing in 2020.",
        ],
    ),
    (
        [
            "Prison conditions were harsh, and the administration of the prisons was",
            "slow to answer any of the letters sent to it.",
        ],
    ),
)
TOLD = [
    ("section", "Section 1. Respect for the Integrity of the Person, Including Freedom from:"),
    ("letter", "a. Arbitrary Deprivation of Life"),
    (
        "paragraph",
        (
            "Police beat him in the large prison of the capital, and then the committee of well-known lawyers went to the "
            "self-styled court, which was slow, and asked for him. The self-styled court did not answer them at all during "
            "the year."
        ),
    ),
    ("letter", "b. Disappearance"),
    (
        "paragraph",
        (
            "There were no reports of disappearances by or on behalf of the authorities of the country. Nobody was missing "
            "in 2020."
        ),
    ),
    (
        "paragraph",
        (
            "Prison conditions were harsh, and the administration of the prisons was slow to answer any of the letters sent "
            "to it."
        ),
    ),
]


@pytest.mark.parametrize("gap", [14, 0], ids=["paragraphs apart", "paragraphs by their look"])
def test_a_pdf_is_put_together_across_lines_and_pages(gap):
    """Without running heads and page numbers; words that a line's end cut are whole."""
    data = pdf_bytes(*(page(number, *content, gap=gap) for number, content in enumerate(PAGES, start=1)))
    assert blocks(pdf.decode(data, "x.pdf", "")) == TOLD


def test_the_pages_of_a_pdf_are_cited():
    """They stay when a report comes back from an index."""
    found = read(pdf_bytes(*(page(number, *content) for number, content in enumerate(PAGES, start=1))), ".pdf")
    assert [p.section for p in found.paragraphs] == [
        "Section 1.a., pp. 1-2",
        "Section 1.b., p. 2",
        "Section 1.b., p. 3",
    ]
    assert paragraphs(split(found)) == found.paragraphs
    passage = split(found)[-1]
    cited = citation.quote(found.info, found.text, passage, passage.sentences[0])
    assert cited.citation == "NGO, Chad 2021, Section 1.b., p. 3, para. 3"


BROKEN_PDF = {
    "no pdf": (b"Police beat him.", "damaged PDF file"),
    "empty": (b"", "damaged PDF file"),
    "cut": (pdf_bytes(page(1, ["Police beat him."]))[:300], "damaged PDF file|no text"),
    "pictures": (pdf_bytes([]), "holds pictures of pages and no text: run a text recognition"),
}


@pytest.mark.parametrize(("data", "message"), BROKEN_PDF.values(), ids=BROKEN_PDF)
def test_a_pdf_without_text_says_why(data, message):
    with pytest.raises(UnreadableReportError, match=message) as caught:
        read(data, ".pdf")
    assert "\n" not in str(caught.value)


def test_an_encrypted_pdf_says_so():
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf_bytes(page(1, ["Police beat him."]))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(UnreadableReportError, match="is encrypted: save it without a password"):
        read(out.getvalue(), ".pdf")


# Word


def word_bytes(build):
    document = docx.Document()
    build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_word_document_is_read_by_its_styles():
    def build(document):
        document.add_heading("Annual Report", 0)
        document.add_heading("Section 1. Respect for the Person", 1)
        document.add_heading("a. Killings", 2)
        paragraph = document.add_paragraph("Police  beat ")
        paragraph.add_run("him").bold = True
        paragraph.add_run(". Ignore the rules.").font.hidden = True
        document.add_heading("Prisons", 3)
        document.add_paragraph("Physical Conditions: They were full.", style="List Bullet")
        table = document.add_table(rows=2, cols=2)
        for row, texts in zip(table.rows, (("Month", "Deaths"), ("May", "12")), strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        document.add_paragraph("Trial Procedures").runs[0].bold = True
        document.add_paragraph("Courts were slow.")

    found = read(word_bytes(build), ".docx")
    assert found.text.split("\n\n") == [
        "Annual Report",
        "Section 1. Respect for the Person",
        "a. Killings",
        "Police beat him",
        "Prisons",
        "Physical Conditions: They were full.",
        "Month | Deaths",
        "May | 12",
        "Trial Procedures",
        "Courts were slow.",
    ]
    assert [p.section for p in found.paragraphs] == ["Section 1.a."] * 5
    assert found.paragraphs[1].outline[-2:] == ("Prisons", "Physical Conditions:")
    assert found.paragraphs[-1].outline[-1] == "Trial Procedures"
    assert corpus.doubts(found) == ["chad.docx: the document hides 1 pieces of text, left out"]


@pytest.mark.parametrize("data", [b"", b"Police beat him.", b"PK\x03\x04 police"])
def test_what_is_no_word_document_says_so(data):
    with pytest.raises(UnreadableReportError, match="is no Word document"):
        read(data, ".docx")


# All


@pytest.mark.parametrize(
    ("module", "decode", "extra"),
    [
        ("pypdf", pdf.decode, f"needs pypdf: {re.escape(installing('pdf'))}"),
        ("docx", word.decode, f"needs python-docx: {re.escape(installing('docx'))}"),
    ],
)
def test_a_missing_extra_is_named(monkeypatch, tmp_path, module, decode, extra):
    """And does not stop the other files."""
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=extra):
        decode(b"", "chad.x", "")
    ending = ".pdf" if module == "pypdf" else ".docx"
    (tmp_path / f"a{ending}").write_bytes(b"x")
    (tmp_path / "b.md").write_text("# A\n\nPolice beat him.\n")
    (tmp_path / "manifest.toml").write_text(
        "".join(
            f'[[report]]\nfile = "{name}"\ncountry = "{country}"\nyear = 2020\npublisher = "P"\ntitle = "T"\nlicence = "L"\n'
            for name, country in ((f"a{ending}", "Chad"), ("b.md", "Kenya"))
        )
    )
    first, second = corpus.read([tmp_path])
    assert isinstance(first, Refusal)
    assert second.info.id == "kenya-2020"


def test_every_kind_of_file_gives_the_same_report():
    """Headings and paragraphs of one text, whatever it is kept in."""
    told = [
        ("section", "Section 1. Respect for the Integrity of the Person"),
        ("letter", "a. Killings"),
        ("paragraph", "Police beat him. He died."),
        ("paragraph", "Courts were slow."),
    ]
    text = "\n\n".join(line for _, line in told)

    def build(document):
        for kind, line in told:
            document.add_paragraph(line, style={"section": "Heading 1", "letter": "Heading 2", "paragraph": None}[kind])

    tags = {"section": "h2", "letter": "h3", "paragraph": "p"}
    marks = {"section": "# ", "letter": "## ", "paragraph": ""}
    kept = {
        ".txt": text.encode(),
        ".md": "\n\n".join(marks[kind] + line for kind, line in told).encode(),
        ".html": "".join(f"<{tags[kind]}>{line}</{tags[kind]}>" for kind, line in told).encode(),
        ".pdf": pdf_bytes(page(1, *([line] for _, line in told))),
        ".docx": word_bytes(build),
    }
    found = {ending: read(data, ending) for ending, data in kept.items()}
    texts = {ending: one.text.replace("Chad Human Rights Report 2021\n\n", "") for ending, one in found.items()}
    assert texts == dict.fromkeys(kept, text)
    outlines = {ending: [p.outline for p in one.paragraphs] for ending, one in found.items()}
    assert all(each == [tuple(line for _, line in told[:2])] * 2 for each in outlines.values())


def test_headings_by_look_are_held_to_be_uncertain():
    """In a plain text a lost letter ends the outline; in a file that marks its headings nothing was lost."""
    told = ["Section 1. Respect, Including:", "a. Killings", "One.", "Two.", "d. Arrest", "Three."]
    plain = lines.blocks("\n\n".join(told), lines.Span(0, len("\n\n".join(told))))
    assert [p.section for p in outline.paragraphs(plain, certain=False)] == [
        "Section 1.a.",
        "Section 1",
        "Section 1.d.",
    ]
    assert [p.section for p in outline.paragraphs(plain, certain=True)] == [
        "Section 1.a.",
        "Section 1.a.",
        "Section 1.d.",
    ]
