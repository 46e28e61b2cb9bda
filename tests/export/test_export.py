"""Every format carries the quotes as the reports have them, with their citations, and runs nothing."""

import csv
import html
import json
import re
import sys
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO, StringIO
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from rag import export
from rag.commands.export import app
from rag.corpus import passages, read_folder
from rag.errors import MissingExtraError, ReceiptError, UnknownNameError
from rag.export.anchors import annotation, link
from rag.export.cells import safe
from rag.export.text import escaped
from rag.installation import installing
from rag.quotes import citation
from rag.records import receipt, report_texts
from rag.types import Answer, Decline, Filters, IndexInfo, ModelInfo, Searched, Statement, Withheld
from tests.fakes import make_report

SEEDS = Path(__file__).parents[2] / "seeds"
URL = "https://example.org/reports/2020/kazakhstan?a=1&b=2"
NASTY = "The <b>law</b> & the [court](x) said: *no*, “it’s 5%” – a_b_c {x} \\ ~1 #2 $3 ^4 | `code`."


def _with_address(report):
    return replace(report, info=replace(report.info, url=URL))


REPORTS = [
    *read_folder(SEEDS)[:1],
    _with_address(read_folder(SEEDS)[1]),
    _with_address(
        make_report(
            "Chad", 2020, ["=1+1 is said. @SUM is not.", NASTY, "Twice told, it is. Once, then. Twice told, it is."]
        )
    ),
]
SHELF = report_texts.of_reports(REPORTS)
QUOTES = [
    citation.quote(report.info, report.text, passage, span)
    for report in REPORTS
    for passage in passages.split(report)
    for span in passage.sentences
]
TEXTS = {report.info.id: report.text for report in REPORTS}


def answer_of(*quotes, text=None):
    return Answer(
        question="What does <the> law say?",
        standalone_question="What does the law say?",
        filters=Filters(),
        outcome="answered",
        confidence=0.9,
        statements=tuple(Statement(text or quote.text, (number,)) for number, quote in enumerate(quotes)),
        quotes=tuple(quotes),
        withheld=(Withheld("=cmd", "unrelated", "no"),),
        silent=(),
        decline=None,
        model=ModelInfo("scripted", "scripted"),
        prompt_sha256=None,
        index=IndexInfo("generation", SHELF.corpus_sha256, "hash"),
    )


CHAD = [quote for quote in QUOTES if quote.report == "chad-2020"]
SEED = next(quote for quote in QUOTES if quote.text.startswith("During the first 10 months of the year, her"))
PLAIN = next(quote for quote in QUOTES if quote.report == "kazakhstan-2016")
MATERIAL = export.gather(answer_of(PLAIN, SEED, *CHAD), SHELF)
DECLINED = export.gather(
    replace(
        answer_of(SEED),
        outcome="declined",
        statements=(),
        quotes=(),
        decline=Decline("silent", "Nothing.", Searched(3, 9), (SEED, PLAIN)),
    ),
    SHELF,
)


def rendered(name, material=MATERIAL):
    return export.named(name).encoded(material).decode()


class Shown(HTMLParser):
    """What a page shows, and what its tags are."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.links, self.texts = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name == "href"]

    def handle_data(self, data):
        self.texts.append(data)


def test_an_unknown_format_is_refused_with_every_name():
    with pytest.raises(UnknownNameError, match="markdown, html, docx, csv, json, bibtex, csl-json"):
        export.named("pdf")


@pytest.mark.parametrize("name", [name for name in export.FORMATS if name != "docx"])
@pytest.mark.parametrize("material", [MATERIAL, DECLINED], ids=["answered", "declined"])
def test_every_format_names_every_report_it_quotes(name, material):
    content = re.sub(r"\\(.)", r"\1", rendered(name, material))
    for report in material.reports.values():
        assert report.info.title in content


def test_json_holds_the_published_answer_and_an_annotation_of_every_quote():
    value = json.loads(rendered("json"))
    assert value["answer"] == json.loads(receipt.published(MATERIAL.answer))
    for quote, found in zip(MATERIAL.quotes, value["annotations"], strict=True):
        position, words = found["target"]["selector"]
        text = TEXTS[quote.report]
        assert text[position["start"] : position["end"]] == words["exact"] == quote.text
        at = position["start"]
        assert text[at - len(words["prefix"]) : at] == words["prefix"]
        assert text[position["end"] :].startswith(words["suffix"])
        assert found["body"]["value"] == quote.text


def test_csl_items_hold_what_a_citation_needs_and_every_quote():
    items = {item["id"]: item for item in json.loads(rendered("csl-json"))}
    assert list(items) == ["kazakhstan-2016", "kazakhstan-2020", "chad-2020"]
    assert items["kazakhstan-2020"]["issued"] == {"date-parts": [[2020]]}
    assert items["kazakhstan-2020"]["URL"] == URL
    assert "URL" not in items["kazakhstan-2016"]
    exact = [
        q["annotation"]["target"]["selector"][1]["exact"] for item in items.values() for q in item["custom"]["quotes"]
    ]
    assert exact == [quote.text for quote in MATERIAL.quotes]


def test_csv_rows_hold_the_quotes_and_no_formula():
    rows = list(csv.DictReader(StringIO(rendered("csv"))))
    assert [row["quoted"].removeprefix("'") for row in rows] == [quote.text for quote in MATERIAL.quotes]
    assert all(
        TEXTS[row["report"]][int(row["start"]) : int(row["end"])] == row["quoted"].removeprefix("'") for row in rows
    )
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert "'=1+1 is said. @SUM is not." in [row["quoted"] for row in rows]


@given(st.text())
def test_no_cell_is_a_formula_and_none_loses_a_character(text):
    cell = safe(text)
    assert cell in (text, f"'{text}")
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


def test_html_shows_the_quotes_as_text_and_links_to_their_places():
    page = rendered("html")
    shown = Shown(page)
    for quote in MATERIAL.quotes:
        assert quote.text in shown.texts
    assert not {"b", "script", "img", "link"} & set(shown.tags)
    assert "What does <the> law say?" in shown.texts
    assert shown.links == [link(quote, SHELF.report(quote.report)) for quote in MATERIAL.quotes if quote.url]
    assert not re.search(r"<(?:b|the)>", page)


def test_markdown_shows_markup_of_the_report_as_text():
    shown = rendered("markdown")
    assert f"“{escaped(NASTY)}”" in shown
    assert not re.search(r"(?<!\\)<(?!https:)", shown)
    assert f"> — {escaped(PLAIN.citation)}" in shown


@given(st.text(alphabet="ab1. -+=*_`[]()<>&|~#\\\n", max_size=40))
def test_escaped_markdown_loses_nothing(text):
    """Taking the escapes away again gives the text."""
    plain = re.sub(r"(?<!\\)&#(\d+);", lambda match: chr(int(match[1])), escaped(text))
    back = re.sub(r"\\([\\`*_\[\]<>&|~#+=-])", r"\1", plain)
    assert back == text
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_`\[<]", escaped(text))


def test_bibtex_is_balanced_and_escaped():
    shown = rendered("bibtex")
    assert shown.count("@techreport{") == 3
    bare = re.sub(r"\\[{}]", "", shown)
    assert bare.count("{") == bare.count("}")
    assert r"5\%" in shown
    assert r"\#2 \$3" in shown
    assert f"url = {{{URL}}}" in shown


def test_word_documents_hold_quotes_citations_and_links():
    docx = pytest.importorskip("docx")
    found = docx.Document(BytesIO(export.named("docx").encoded(MATERIAL)))
    texts = [paragraph.text for paragraph in found.paragraphs]
    assert [text for text in texts if text.startswith("“")] == [f"“{quote.text}”" for quote in MATERIAL.quotes]
    assert [text for text in texts if text.startswith("— ")] == [f"— {quote.citation}" for quote in MATERIAL.quotes]
    targets = {relation.target_ref for relation in found.part.rels.values() if relation.is_external}
    assert targets == {link(quote, SHELF.report(quote.report)) for quote in MATERIAL.quotes if quote.url}


def test_without_its_package_a_word_document_is_refused_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(MissingExtraError, match=re.escape(installing("docx"))):
        export.named("docx").encoded(MATERIAL)


def _parts(address):
    """Prefix, beginning and end of a text fragment, decoded."""
    fragment = address.split(":~:text=")[1]
    parts = fragment.split(",")
    prefix = unquote(parts.pop(0)[:-1]) if parts[0].endswith("-") else ""
    return prefix, unquote(parts[0]), unquote(parts[-1])


@given(st.sampled_from([quote for quote in QUOTES if quote.url]))
def test_a_text_fragment_leads_to_the_quote(quote):
    """Prefix, beginning and end, in this order, first occur in the report at the quote's own place."""
    address = link(quote, SHELF.report(quote.report))
    assert address.startswith(URL + "#:~:text=")
    assert re.fullmatch(r"(?:[\w.~,]|%[0-9A-F]{2}|(?<=[\w.~])-(?=,))+", address.split(":~:text=")[1], re.ASCII)
    prefix, first, last = _parts(address)
    flat = " ".join(TEXTS[quote.report].split())
    words = " ".join(quote.text.split())
    assert words.startswith(first)
    assert words.endswith(last)
    assert f"{prefix} {first}".strip() in flat


def test_words_that_stand_twice_are_told_apart_by_what_stands_before():
    first, _, second = CHAD[2:5]
    assert first.text == second.text
    assert _parts(link(first, SHELF.report("chad-2020")))[0] != _parts(link(second, SHELF.report("chad-2020")))[0]


def test_an_address_with_a_fragment_keeps_it_and_none_is_made_up():
    quote = replace(SEED, url="https://example.org/x#part")
    assert link(quote, SHELF.report(quote.report)).startswith("https://example.org/x#part:~:text=")
    assert link(PLAIN, SHELF.report(PLAIN.report)) is None
    assert annotation(PLAIN, SHELF.report(PLAIN.report))["target"]["source"] == f"urn:sha256:{PLAIN.report_sha256}"


@given(st.sampled_from(QUOTES), st.sampled_from(["text", "start", "end", "report_sha256"]))
def test_nothing_is_exported_that_is_not_the_reports_own_slice(quote, field):
    value = getattr(quote, field)
    altered = replace(
        quote, **{field: value + 1 if isinstance(value, int) else value[:-1] + ("x" if value[-1] != "x" else "y")}
    )
    with pytest.raises(ReceiptError, match="verify"):
        export.gather(answer_of(altered), SHELF)


def test_the_command_exports_only_what_holds(tmp_path):
    seeds = report_texts.of_folder(SEEDS)
    quote = replace(SEED, url=None)
    saved = replace(answer_of(quote), index=IndexInfo("generation", seeds.corpus_sha256, "hash"), withheld=())
    path, out = tmp_path / "answer.json", tmp_path / "answer.html"
    receipt.save(saved, path)
    arguments = [str(path), "--reports", str(SEEDS), "--format"]
    assert quote.text in html.unescape(CliRunner().invoke(app, [*arguments, "html"]).stdout)
    assert CliRunner().invoke(app, [*arguments, "html", "--output", str(out)]).exit_code == 0
    assert CliRunner().invoke(app, [*arguments, "html", "--output", str(out)]).exception
    assert quote.text in html.unescape(out.read_text(encoding="utf-8"))
    path.write_text(path.read_text(encoding="utf-8").replace("125", "126"), encoding="utf-8")
    refused = CliRunner().invoke(app, [*arguments, "markdown"])
    assert refused.exit_code > 2
    assert "quote_altered" in refused.stdout
    assert "> " not in refused.stdout
