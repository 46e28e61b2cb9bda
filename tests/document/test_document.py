"""Every quotation of a draft is found where it stands and judged together with its citation."""

import csv
import json
import random
import time
import zipfile
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from rag import document
from rag.commands.verify import app
from rag.corpus import read_folder
from rag.document import blocks
from rag.document.cited import Cited
from rag.errors import DraftError, UnknownNameError, UsageError
from rag.quotes import QuoteIndex
from rag.records import report_texts
from rag.text import sentences

SEEDS = Path(__file__).parents[2] / "seeds"
REPORTS = read_folder(SEEDS)
SHELF = report_texts.of_reports(REPORTS)
INDEX = QuoteIndex(REPORTS)
COMPLAINTS = (
    "During the first 10 months of the year, her office received 125 complaints about torture and cruel treatment, "
    "compared to 84 throughout 2019."
)
DENIED = "there were COVID-19 cases among prisoners"
SENTENCES = [
    (report.info, span.of(report.text))
    for report in REPORTS
    for paragraph in report.paragraphs
    for span in sentences.split(report.text, paragraph.body_start, paragraph.end)
    if len(span.of(report.text).split()) > 6 and not set('“”‘"') & set(span.of(report.text))
]


def quotations(text, suffix=".md"):
    draft = blocks.markdown(text) if suffix == ".md" else blocks.plain(text)
    return [(draft.blocks[q.block].place(q.start), q.text(draft.blocks[q.block])) for q in document.find(draft.blocks)]


def ledger(text):
    return document.check(blocks.markdown(text), INDEX, SHELF.infos)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("He said “one two three.” Then", ["one two three."], id="curly"),
        pytest.param('He said "one two three" and "four five six".', ["one two three", "four five six"], id="straight"),
        pytest.param("Sie „eins zwei drei“ und »vier fünf sechs«", ["eins zwei drei", "vier fünf sechs"], id="German"),
        pytest.param("Il « un deux trois » et", ["un deux trois"], id="French"),
        pytest.param("On ”ett två tre” sade", ["ett två tre"], id="Swedish"),
        pytest.param("A ‘one two three’ b", ["one two three"], id="single"),
        pytest.param("A 'one two three' b", ["one two three"], id="straight single"),
        pytest.param("“He said ‘two three’ to me”", ["He said ‘two three’ to me"], id="single in double"),
        pytest.param("“He said “two three” to me”", ["He said “two three” to me"], id="double in double"),
        pytest.param("‘He said “two three” to me’", ["He said “two three” to me"], id="double in single"),
        pytest.param("the prisoners’ rights and the guards’ duty, don’t", [], id="apostrophes"),
        pytest.param("the prisoners' rights, the '90s, don't, 'tis so", [], id="straight apostrophes"),
        pytest.param('a 5" pipe and a 6" pipe', [], id="inches"),
        pytest.param("“a *b* **c** [d](http://x.org/y) &amp; e_f_g”", ["a b c d & e_f_g"], id="markup"),
        pytest.param("“one two[^1] three”[^2]", ["one two three"], id="footnote mark"),
        pytest.param("``one two three''", ["one two three"], id="typewriter marks"),
        pytest.param("```\n“one two three”\n```", [], id="code"),
        pytest.param("“one two three\n\nnext", ["one two three"], id="never closed"),
        pytest.param("> one two\n> three\n", ["one two\nthree"], id="block quote"),
        pytest.param("> one two three (Kazakhstan 2020, Section 1)", ["one two three"], id="source in it"),
        pytest.param("> one two three\n> — USDOS 2020", ["one two three"], id="source below it"),
        pytest.param("> one two three\n>\n> four five six", ["one two three", "four five six"], id="two paragraphs"),
    ],
)
def test_quotations_of_every_kind_of_mark_are_found(text, found):
    assert [quotation for _, quotation in quotations(text)] == found


def test_a_quotation_says_on_which_line_it_begins():
    text = "# Title\n\nSome words\nand “one two\nthree” and\n“four five six”.\n\n> seven eight\n> nine\n\n[^1]: “ten eleven twelve”"
    assert [place for place, _ in quotations(text)] == ["line 4", "line 6", "line 8", "line 11"]


def test_inset_text_is_a_block_quote_in_plain_text_and_a_list_is_not():
    text = "It says:\n\n    one two three\n    four five six\n\n    1. a list of things\n\nEnd."
    assert quotations(text, ".txt") == [("line 3", "one two three\n    four five six")]


@given(
    st.sampled_from(SENTENCES), st.sampled_from(["“{}”", '"{}"', "„{}“", "«\u00a0{}\u00a0»", "‘{}’", "> {}"]), st.data()
)
def test_every_sentence_of_the_reports_is_found_and_true_whatever_its_marks(case, marks, data):
    info, sentence = case
    before = data.draw(st.sampled_from(["", f"The {info.year} report on Kazakhstan says: "])) if marks[0] != ">" else ""
    entries = ledger(f"Words before.\n\n{before}{marks.format(sentence)}\n")
    assert [entry.verdict for entry in entries if entry.verdict != "not_checked"] in (["verbatim"], ["typography"]), (
        entries
    )


@given(st.text(alphabet=st.sampled_from("ab “”\"'‘’„«»`>.\n[^1]()*_\\ -"), max_size=80))
def test_no_draft_breaks_the_reading(text):
    """Quotations come in order, do not overlap, and lie inside their blocks."""
    for draft in (blocks.markdown(text), blocks.plain(text)):
        done = (-1, 0)
        for found in document.find(draft.blocks):
            assert 0 <= found.start <= found.end <= len(draft.blocks[found.block].text)
            assert (found.block, found.start) >= done
            done = (found.block, found.end)


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        pytest.param("The 2020 report on Kazakhstan said “{}”.", Cited("Kazakhstan", 2020), id="before"),
        pytest.param("“{}” (Kazakhstan 2020, Section 1.c)", Cited("Kazakhstan", 2020, "1.c"), id="parenthesis"),
        pytest.param("“{}” (USDOS 2020, sec. 1(c)).", Cited(None, 2020, "1.c"), id="short form"),
        pytest.param("“{}” (2020).", Cited(None, 2020), id="year alone"),
        pytest.param(
            "“{}”[^1]\n\n[^1]: US Department of State, 2020 Country Reports on Human Rights Practices: Kazakhstan, 30 March 2021, § 2",
            Cited("Kazakhstan", 2020, "2"),
            id="footnote",
        ),
        pytest.param(
            "“{}”, Country Reports on Human Rights Practices for 2016: Kazakhstan.",
            Cited("Kazakhstan", 2016),
            id="after",
        ),
        pytest.param("In 2019 the ombudsman reported “{}”.", Cited(), id="year of an event"),
        pytest.param("A Russian in Kazakhstan in 2016 said “{}”.", Cited(), id="country of an event"),
        pytest.param("“{}” The 2016 report says otherwise.", Cited(), id="another sentence after"),
        pytest.param(
            "The 2020 report on Kazakhstan says:\n\n> {}\n", Cited("Kazakhstan", 2020), id="block quote, before"
        ),
        pytest.param(
            "It says:\n\n> {}\n\n(Kazakhstan 2016, Section 3)", Cited("Kazakhstan", 2016, "3"), id="block quote, after"
        ),
        pytest.param(
            "It says:\n\n> {}\n> — Country Reports on Human Rights Practices for 2020: Kazakhstan",
            Cited("Kazakhstan", 2020),
            id="block quote, in it",
        ),
        pytest.param("It says “{}”.", Cited(), id="none"),
    ],
)
def test_the_citation_beside_a_quotation_is_read(text, cited):
    assert ledger(text.format(COMPLAINTS))[0].cited == cited


def test_ibid_means_the_citation_before():
    text = (
        f"“{COMPLAINTS}”[^1] and “{DENIED}”[^2]\n\n[^1]: USDOS, Country Report 2020: Kazakhstan, section 1\n[^2]: Ibid."
    )
    assert [entry.cited for entry in ledger(text)] == [Cited("Kazakhstan", 2020, "1")] * 2


@pytest.mark.parametrize(
    ("text", "verdict", "says"),
    [
        pytest.param("“{}” (Kazakhstan 2020)", "verbatim", "", id="true"),
        pytest.param("“{}” (Kazakhstan 2016)", "misattributed", "", id="another edition"),
        pytest.param("“{}” (Chad 2020, Section 1)", "misattributed", "there is no report Chad 2020", id="not held"),
        pytest.param("“{}” (Kazakhstan 2020, Section 6)", "wrong_section", "stands in Section 1", id="another section"),
        pytest.param("“{}”", "verbatim", "no citation", id="no citation"),
    ],
)
def test_quotation_and_report_are_judged_together(text, verdict, says):
    entry = ledger(text.format(COMPLAINTS))[0]
    assert entry.verdict == verdict
    assert says in " ".join(entry.notes)
    assert entry.citations[0].endswith("2020: Kazakhstan, Section 1, para. 7")


def test_what_was_cut_off_is_shown_with_what_it_held():
    entry = ledger(f"Officials said “{DENIED}.”")[0]
    assert entry.verdict == "cut"
    assert entry.places[0].lost == ("denial", "speaker")
    assert "prison officials denied" in entry.places[0].before


def test_an_altered_quotation_is_not_found_and_the_nearest_sentence_is_no_verdict():
    entry = ledger("“" + COMPLAINTS.replace("125", "152") + "” (Kazakhstan 2020)")[0]
    assert (entry.verdict, entry.nearest.text) == ("not_found", COMPLAINTS)


def test_an_apostrophe_does_not_end_a_single_quoted_sentence():
    sentence = next(text for _, text in SENTENCES if "s’ " in text)
    assert ledger(f"It says ‘{sentence}’ and the guards’ duty.")[0].verdict == "verbatim"


def test_terms_and_scare_quotes_are_listed_and_not_checked():
    assert [(entry.verdict, entry.text) for entry in ledger("A “foreign agent” here")] == [
        ("not_checked", "foreign agent")
    ]


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STYLES = f'<w:styles {W}><w:style w:styleId="a7"><w:name w:val="Intense Quote"/></w:style></w:styles>'
NOTES = (
    f'<w:footnotes {W}><w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote><w:footnote w:id="2"><w:p><w:r>'
    "<w:t>Country Report 2016: Kazakhstan. “Ombudsmen never lie”</w:t></w:r></w:p></w:footnote></w:footnotes>"
)
BODY = (
    f"<w:document {W}><w:body><w:p/><w:p><w:r><w:t>It says “{COMPLAINTS[:40]}</w:t></w:r><w:del><w:r><w:delText>gone"
    f'</w:delText></w:r></w:del><w:r><w:t>{COMPLAINTS[40:]}”</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    f'<w:tbl><w:tr><w:tc><w:p><w:pPr><w:pStyle w:val="a7"/></w:pPr><w:r><w:t>{COMPLAINTS}</w:t></w:r></w:p></w:tc></w:tr>'
    f'</w:tbl><w:p><w:pPr><w:ind w:left="720" w:right="720"/></w:pPr><w:r><w:t>{COMPLAINTS}</w:t></w:r></w:p></w:body>'
    "</w:document>"
)


def word_file(path, body=BODY):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", body)
        archive.writestr("word/styles.xml", STYLES)
        archive.writestr("word/footnotes.xml", NOTES)
    return path


def test_word_paragraphs_tables_block_quotes_and_footnotes_are_read(tmp_path):
    entries = document.check(document.read(word_file(tmp_path / "draft.docx")), INDEX, SHELF.infos)
    assert [(entry.place, entry.verdict) for entry in entries] == [
        ("paragraph 2", "misattributed"),
        ("paragraph 3", "verbatim"),
        ("paragraph 4", "verbatim"),
        ("footnote 1", "not_found"),
    ]
    assert entries[0].cited == Cited("Kazakhstan", 2016)


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        pytest.param("a.pdf", b"", UnknownNameError, id="ending"),
        pytest.param("a.docx", b"no zip", DraftError, id="no Word file"),
        pytest.param("a.md", b"\xff\xfe\x00", DraftError, id="encoding"),
        pytest.param("missing.md", None, UsageError, id="missing"),
    ],
)
def test_what_is_no_draft_is_an_error_that_says_what_to_give(tmp_path, name, data, error):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(error, match=r"give|save"):
        document.read(tmp_path / name)


def test_a_word_file_that_declares_entities_is_refused(tmp_path):
    path = word_file(tmp_path / "bomb.docx", f'<!DOCTYPE x [<!ENTITY a "b">]>{BODY}')
    with pytest.raises(DraftError, match="entities"):
        document.read(path)


def test_the_command_prints_the_ledger_as_text_json_and_csv(tmp_path):
    path = tmp_path / "draft.md"
    path.write_text(f"“=1+1 and so on” and “{COMPLAINTS}” (Kazakhstan 2020).", encoding="utf-8")
    arguments = ["--document", str(path), "--reports", str(SEEDS)]
    shown = CliRunner().invoke(app, arguments)
    assert (shown.exit_code, "1 verbatim, 1 not_found" in shown.stdout) == (23, True)
    value = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)
    assert [each["verdict"] for each in value["quotations"]] == ["not_found", "verbatim"]
    rows = list(csv.DictReader(StringIO(CliRunner().invoke(app, [*arguments, "--csv"]).stdout)))
    assert [row["quotation"] for row in rows] == ["'=1+1 and so on", COMPLAINTS]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(["--quote", COMPLAINTS], 0, id="verbatim"),
        pytest.param(["--quote", COMPLAINTS, "--year", "2016"], 22, id="year"),
        pytest.param(["--quote", COMPLAINTS, "--report", "kazakhstan-2016"], 22, id="report"),
        pytest.param(["--quote", DENIED, "--country", "kazakhstan"], 20, id="cut"),
        pytest.param(["--quote", "nobody ever said this here"], 23, id="not found"),
    ],
)
def test_the_command_judges_one_quotation(arguments, code):
    shown = CliRunner().invoke(app, [*arguments, "--reports", str(SEEDS)])
    assert shown.exit_code == code
    machine = CliRunner().invoke(app, [*arguments, "--reports", str(SEEDS), "--json"])
    assert json.loads(machine.stdout)["exit_code"] == code


def test_two_hundred_pages_with_five_hundred_quotations_take_five_seconds_at_most(tmp_path):
    choose = random.Random(7)  # noqa: S311 - a draft, no secret
    pages, quoted = [], []
    for number in range(500):
        info, sentence = choose.choice(SENTENCES)
        words = sentence.split(" ")
        kind = number % 5
        text = {
            0: sentence,
            1: " ".join(words[2:-2]),
            2: " ".join([*words[:3], "certainly", *words[3:]]),
            3: sentence.replace("’", "'"),
            4: " ".join([*words[:2], "[…]", *words[4:]]),
        }[kind]
        quoted.append(kind)
        filler = " ".join(choose.choice(SENTENCES)[1] for _ in range(8))
        pages.append(f"{filler}\n\nAs stated, “{text}” (Kazakhstan {info.year}).")
    path = tmp_path / "draft.md"
    path.write_text("\n\n".join(pages), encoding="utf-8")
    assert len(path.read_text(encoding="utf-8").split()) > 200 * 400
    started = time.perf_counter()
    held = report_texts.of_folder(SEEDS)
    entries = document.check(document.read(path), QuoteIndex(held.reports()), held.infos)
    spent = time.perf_counter() - started
    judged = [entry for entry in entries if entry.cited]
    assert len(judged) == 500
    assert all(
        entry.verdict in ("verbatim", "typography")
        for entry, kind in zip(judged, quoted, strict=True)
        if kind in (0, 3)
    )
    assert all(entry.verdict == "not_found" for entry, kind in zip(judged, quoted, strict=True) if kind == 2)
    assert spent < 5, f"{spent:.1f} s"
