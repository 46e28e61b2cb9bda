"""Files become reports: nothing lost, nothing guessed, the site's own words left out, and every fault said clearly."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import corpus
from rag.corpus import boilerplate, outline
from rag.corpus.collection import report_id
from rag.corpus.lines import blocks as line_blocks
from rag.errors import CorpusError, DuplicateReportError, ManifestError, UnreadableReportError
from rag.types import Span

BODY = "Section 1. Respect for the Integrity of the Person\n\nPolice beat him. He died.\n\nCourts were slow.\n"
HEADER = """An official website of the United States Government Here's how you know

Official websites use .gov

A .gov website belongs to an official government organization in the United States.

Secure .gov websites use HTTPS

A lock ( ) or https:// means you’ve safely connected to the .gov website. Share sensitive information only on official, secure websites.

"""
FOOTER = """

Human Rights Reports
Edit Your Custom Report

01 / Select a Year

02 / Select Sections

03 / Select Countries You can add more than one country or area.

U.S. Department of State

The Lessons of 1989: Freedom and Our Future"""


def entry(file="chad.txt", **changes):
    """A ``[[report]]`` table; a key set to None is left out, other values are TOML."""
    keys = {
        "country": '"Chad"',
        "year": "2021",
        "publisher": '"Publisher"',
        "title": '"Title"',
        "licence": '"PD"',
        **changes,
    }
    lines = [f"{key} = {value}" for key, value in keys.items() if value is not None]
    return "\n".join(["[[report]]", f'file = "{file}"', *lines, ""])


def folder(path, manifest=None, **files):
    """A folder of reports; names without their ending ``.txt``."""
    path.mkdir(exist_ok=True)
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (path / f"{name}.txt").write_bytes(data)
    if manifest is not None:
        (path / "manifest.toml").write_text(manifest, encoding="utf-8")
    return path


def read(path, content, country="Chad"):
    [report] = corpus.read_folder(folder(path, entry(country=f'"{country}"'), chad=content))
    return report


def outlined(text):
    """The paragraphs of a plain text, all of it a report's."""
    return outline.paragraphs(line_blocks(text, Span(0, len(text))), certain=False)


def lines(report):
    """Line of the file, counted from 1, to the paragraph that begins there."""
    return {report.text.count("\n", 0, paragraph.start) + 1: paragraph for paragraph in report.paragraphs}


def bodies(report):
    return [report.text[paragraph.body_start : paragraph.end] for paragraph in report.paragraphs]


# The manifest

FAULTS = {
    "no manifest": (None, r"has no manifest\.toml: write one with, for each file, \[\[report\]\] file = "),
    "no entry": (
        entry("other.txt"),
        r"manifest\.toml has no entry for 'chad\.txt': add \[\[report\]\] file = \"chad\.txt\", country = ",
    ),
    "empty": ("", r"no entry for 'chad\.txt': add \[\[report\]\] file = \"chad\.txt\""),
    "no year": (entry(year=None), r"entry 1 \(chad\.txt\): year: .*write it as .*year = 2020"),
    "no country": (entry(country=None), r"entry 1 \(chad\.txt\): country: .*country = "),
    "no publisher": (entry(publisher=None), r"\(chad\.txt\): publisher: "),
    "no title": (entry(title=None), r"\(chad\.txt\): title: "),
    "no licence": (entry(licence=None), r"\(chad\.txt\): licence: "),
    "blank country": (entry(country='"  "'), r"\(chad\.txt\): country: "),
    "year is a word": (entry(year='"soon"'), r"\(chad\.txt\): year: "),
    "year out of range": (entry(year="20211"), r"\(chad\.txt\): year: "),
    "misspelt key": (entry(yaer="2021"), r"\(chad\.txt\): yaer: "),
    "no address": (entry(url='"state.gov/chad"'), r"\(chad\.txt\): url: "),
    "a path as file": (entry("../chad.txt"), r"entry 1 \(\.\./chad\.txt\): file: "),
    "no file": ("[[report]]\nyear = 2021\n", r"entry 1 \(no file\): file: "),
    "second entry": (entry() + entry("other.txt", year=None), r"entry 2 \(other\.txt\): year: "),
    "twice": (entry() + entry(), r"two entries for 'chad\.txt': remove one"),
    "one table": ('[report]\nfile = "chad.txt"\n', r"'report' must be a list of tables, each headed \[\[report\]\]"),
    "no tables": ("report = [1]\n", r"entry 1 \(no table\)"),
    "not toml": ("[[report]\n", r"manifest\.toml cannot be read \(.*\): correct it"),
}


@pytest.mark.parametrize(("manifest", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_the_manifest_names_file_and_line_to_add(tmp_path, manifest, message):
    with pytest.raises(ManifestError, match=message) as caught:
        corpus.read_folder(folder(tmp_path, manifest, chad=BODY))
    assert "\n" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_a_manifest_that_is_no_text_says_so(tmp_path):
    path = folder(tmp_path, chad=BODY)
    (path / "manifest.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ManifestError, match="cannot be read"):
        corpus.read_folder(path)


def test_an_entry_without_its_file_says_so(tmp_path):
    with pytest.raises(ManifestError, match=r"gone\.txt is in the manifest only: add the file or remove the entry"):
        corpus.read_folder(folder(tmp_path, entry() + entry("gone.txt", year="2020"), chad=BODY))


def test_the_manifest_tells_what_the_text_does_not(tmp_path):
    """Names of countries come out canonical; the hash is that of the file's bytes."""
    manifest = entry(country='"kz"', year="2016", url='"https://example.org/kz"')
    [report] = corpus.read_folder(folder(tmp_path, manifest, chad=BODY))
    info = report.info
    assert (info.id, info.country, info.year) == ("kazakhstan-2016", "Kazakhstan", 2016)
    assert (info.publisher, info.title, info.licence) == ("Publisher", "Title", "PD")
    assert (info.url, info.file) == ("https://example.org/kz", "chad.txt")
    assert info.sha256 == hashlib.sha256(BODY.encode()).hexdigest()


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("Kazakhstan", "kazakhstan-2020"),
        ("Côte d’Ivoire", "cote-d-ivoire-2020"),
        ("Cote d'Ivoire", "cote-d-ivoire-2020"),
        ("São Tomé & Príncipe", "sao-tome-principe-2020"),
        ("Türkiye", "turkiye-2020"),
        ("China (includes Hong Kong)", "china-includes-hong-kong-2020"),
        ("中国", "中国-2020"),
    ],
    ids=lambda value: value,
)
def test_ids_are_plain_words(country, expected):
    assert report_id(country, 2020) == expected


def test_reports_come_in_order_of_country_and_year(tmp_path):
    manifest = entry("a.txt", country='"Kenya"') + entry("b.txt", year="2022") + entry("c.txt", year="2019")
    texts = {name: BODY + f"\n{name} was alone.\n" for name in "abc"}
    found = corpus.read_folder(folder(tmp_path, manifest, **texts))
    assert [report.info.id for report in found] == ["chad-2019", "chad-2022", "kenya-2021"]


# Files

UNREADABLE = {
    "empty": (b"", r"chad\.txt holds no paragraph of a report"),
    "white space": (b" \n\n\t\n", "holds no paragraph"),
    "headings only": (b"Section 1. Respect\n\na. Killings\n", "holds no paragraph"),
    "boilerplate only": ((HEADER + FOOTER).encode(), "holds no paragraph"),
    "latin 1": ("Détenus torturés.".encode("latin-1"), r"is not UTF-8 \(byte 1\): convert it"),
    "utf 16": ("Police beat him.".encode("utf-16"), r"is not UTF-8 \(byte 0\)"),
    "binary": (b"PK\x03\x04\x00\x00 police beat him.", r"holds a zero byte at 4: it is no text file"),
    "cut in a character": ("Police beat José".encode()[:-1], "is not UTF-8"),
}


@pytest.mark.parametrize(("data", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_report_says_why(tmp_path, data, message):
    with pytest.raises(UnreadableReportError, match=message) as caught:
        read(tmp_path, data)
    assert "chad.txt" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_says_so(tmp_path):
    """A folder in its place stands for whatever the system refuses."""
    (tmp_path / "chad.txt").mkdir()
    with pytest.raises(UnreadableReportError, match=r"chad\.txt cannot be read \(Is a directory\): make it readable"):
        corpus.read_folder(folder(tmp_path, entry()))


def test_a_file_without_permission_says_so(tmp_path, monkeypatch):
    """Patched, because permissions do not bind the superuser."""

    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    path = folder(tmp_path, entry(), chad=BODY)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(UnreadableReportError, match=r"cannot be read \(Permission denied\)"):
        corpus.read_folder(path)


def test_a_folder_without_permission_says_so(tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    path = folder(tmp_path, entry(), chad=BODY)
    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(CorpusError, match=r"cannot be read \(Permission denied\)"):
        corpus.read_folder(path)


@pytest.mark.parametrize("name", ["gone", "file"])
def test_a_folder_that_is_none_says_so(tmp_path, name):
    (tmp_path / "file").write_text("x")
    with pytest.raises(CorpusError, match=f"{name} is no folder: give one that holds reports"):
        corpus.read_folder(tmp_path / name)


def test_an_empty_folder_says_what_to_add(tmp_path):
    with pytest.raises(CorpusError, match="holds no report: add files ending in"):
        corpus.read_folder(folder(tmp_path, ""))


def test_files_of_other_kinds_are_left_alone(tmp_path):
    (tmp_path / "notes.xyz").write_text("x")
    (tmp_path / "sub.txt").mkdir()
    assert len(corpus.read_folder(folder(tmp_path, entry(), chad=BODY))) == 1


def test_an_unknown_ending_in_the_manifest_names_the_known_ones(tmp_path):
    (tmp_path / "chad.xyz").write_text(BODY)
    with pytest.raises(UnreadableReportError, match=r"unknown ending '\.xyz': known are \.txt"):
        corpus.read_folder(folder(tmp_path, entry("chad.xyz")))


DUPLICATES = {
    "same country and year": (BODY, BODY + "\nMore was said.\n", "2021", "both claim Chad 2021"),
    "same bytes": (BODY, BODY, "2020", "hold the same bytes as"),
}


@pytest.mark.parametrize(("one", "other", "year", "message"), DUPLICATES.values(), ids=DUPLICATES)
def test_duplicates_are_refused_by_name(tmp_path, one, other, year, message):
    manifest = entry("a.txt") + entry("b.txt", year=year)
    with pytest.raises(DuplicateReportError, match=rf"'a\.txt' and 'b\.txt' {message}.*: remove one of them"):
        corpus.read_folder(folder(tmp_path, manifest, a=one, b=other))


def test_names_of_one_country_are_one_country(tmp_path):
    manifest = entry("a.txt", country='"Côte d’Ivoire"') + entry("b.txt", country='"Ivory Coast"')
    with pytest.raises(DuplicateReportError, match="both claim"):
        corpus.read_folder(folder(tmp_path, manifest, a=BODY, b=BODY + "\nMore was said.\n"))


# The stored text is the file


STORED = {
    "as usual": BODY,
    "carriage returns": BODY.replace("\n", "\r\n"),
    "byte order mark": "\ufeff" + BODY,
    "byte order mark and header": "\ufeff" + HEADER + "Chad\n\n" + BODY + FOOTER,
    "no newline at the end": BODY.rstrip(),
    "many newlines": "\n\n\n" + BODY.replace("\n", "\n\n\n") + "\n\n",
    "header and footer": HEADER + "Chad\n\n" + BODY + FOOTER,
    "country in capitals": HEADER + "CHAD\n\n" + BODY + FOOTER,
    "footer in carriage returns": (HEADER + "Chad\n\n" + BODY + FOOTER).replace("\n", "\r\n"),
    "starts at its country": "Chad\n\n" + BODY,
    "footer with a capital": HEADER + BODY + FOOTER.replace("Select a Year", "Select A Year"),
    "header with a straight apostrophe": (HEADER + BODY).replace("’", "'"),
}


@pytest.mark.parametrize("text", STORED.values(), ids=STORED)
def test_the_stored_text_is_the_file_and_its_paragraphs_are_found(tmp_path, text):
    """Offsets count the decoded file's code points, whatever its line ends; the site's words are left out."""
    report = read(tmp_path, text)
    assert report.text == (tmp_path / "chad.txt").read_bytes().decode()
    assert bodies(report) == ["Police beat him. He died.", "Courts were slow."]
    assert {paragraph.section for paragraph in report.paragraphs} == {"Section 1"}


def test_hard_wrapped_text_is_read_by_blocks(tmp_path):
    """Where no line is long, a blank line ends a paragraph and a line break does not."""
    text = """Section 1. Respect for the Integrity of the Person

Police beat him in
the prison of Moundou. He
died.

Arbitrary Arrest: The law
prohibits it.
"""
    report = read(tmp_path, text)
    assert bodies(report) == ["Police beat him in\nthe prison of Moundou. He\ndied.", "The law\nprohibits it."]
    assert report.paragraphs[1].outline[-1] == "Arbitrary Arrest:"


def test_one_line_a_paragraph_needs_no_blank_lines(tmp_path):
    long = "Police beat him, " * 10 + "and he died."
    report = read(tmp_path, f"Section 1. Respect\n{long}\nCourts were slow.\n")
    assert bodies(report) == [long, "Courts were slow."]


@pytest.mark.parametrize("other", ["Kenya", "KENYA", "Côte d’Ivoire", "Russia"], ids=lambda value: value)
def test_a_capture_of_several_countries_is_refused(tmp_path, other):
    """They would all be cited as the first one."""
    text = f"{HEADER}Chad\n\n{BODY}\n{other}\n\n{BODY}{FOOTER}"
    with pytest.raises(UnreadableReportError, match=f"holds a part headed '{other}' besides Chad: split it"):
        read(tmp_path, text)


NO_PARTS = {
    "its own name": "Chad\n\n" + BODY + "\nChad\n\n" + BODY.replace("beat", "hit"),
    "end of a wrapped paragraph": "Section 1. Respect\n\nHe fled from the prison to\nKenya.\n\nHe died.\n",
    "wrapped line": "Section 1. Respect\n\nHe fled from the prison, and from\nKenya\nto Libya.\n\nHe died.\n",
    "one-word answer": BODY + "\nKenya.\n",
}


@pytest.mark.parametrize("text", NO_PARTS.values(), ids=NO_PARTS)
def test_a_country_named_in_the_text_is_no_part(tmp_path, text):
    assert read(tmp_path, text).paragraphs


def test_a_year_that_does_not_fit_the_text_is_doubted(tmp_path, seed_reports):
    """Years in the text are mostly the edition's or the one before; the seeds are above suspicion."""
    assert not any(corpus.doubts(report) for report in seed_reports.values())
    assert corpus.doubts(read(tmp_path, BODY)) == []
    for later, common in ((BODY + "\nIn 2014 and 2014 and 2013 they met.\n", 2014), (BODY + "\nIn 2025.\n", 2025)):
        [doubt] = corpus.doubts(read(tmp_path, later))
        assert doubt == f"chad.txt: the edition is 2021, the text speaks mostly of {common}: check the year"


# The seeds

COUNTS = {"kazakhstan-2016": 64, "kazakhstan-2020": 188}


def test_the_seeds_have_all_their_paragraphs(seed_reports):
    assert {name: len(report.paragraphs) for name, report in seed_reports.items()} == COUNTS
    for report in seed_reports.values():
        assert [p.number for p in report.paragraphs] == list(range(1, len(report.paragraphs) + 1))


def test_the_seeds_are_stored_as_they_are(seeds, seed_reports):
    for report in seed_reports.values():
        data = (seeds / report.info.file).read_bytes()
        assert report.text == data.decode("utf-8")
        assert report.info.sha256 == hashlib.sha256(data).hexdigest()
    assert {name: len(report.text) for name, report in seed_reports.items()} == {
        "kazakhstan-2016": 27_721,
        "kazakhstan-2020": 95_224,
    }


def test_header_and_footer_are_in_no_passage(seed_passages):
    """Some of the site's lines are well-formed sentences; as whole lines none may be found or quoted."""
    site = [line for line in (HEADER + FOOTER).splitlines() if line]
    assert len(site) == 12
    for passage in seed_passages:
        assert not any(line in passage.text for line in site if line != "U.S. Department of State")
        assert "1989" not in passage.text
        assert not boilerplate.is_boilerplate(passage.text)


def test_the_sites_name_in_running_text_stays(tmp_path):
    text = BODY + "\nOfficials of the U.S. Department of State protested.\n"
    assert bodies(read(tmp_path, text))[-1] == "Officials of the U.S. Department of State protested."


S1 = "Section 1. Respect for the Integrity of the Person, Including Freedom from:"
S3 = "Section 3. Freedom to Participate in the Political Process"
A = "a. Arbitrary Deprivation of Life and other Unlawful or Politically Motivated Killings"
C = "c. Torture and Other Cruel, Inhuman, or Degrading Treatment or Punishment"
F = "f. Arbitrary or Unlawful Interference with Privacy, Family, Home, or Correspondence"
D, E = "d. Arbitrary Arrest or Detention", "e. Denial of Fair Public Trial"
PRISON, ARREST = "Prison and Detention Center Conditions", "ARREST PROCEDURES AND TREATMENT OF DETAINEES"
ELECTIONS = "Elections and Political Participation"
TREE_2016 = [
    (range(17, 22), "Section 1.a.", (S1, A)),
    (range(25, 26), "Section 1.b.", (S1, "b. Disappearance")),
    (range(29, 36), "Section 1.c.", (S1, C)),
    (range(39, 56), "Section 1.c.", (S1, C, PRISON)),
    (range(59, 60), "Section 1.d.", (S1, D)),
    (range(63, 66), "Section 1.d.", (S1, D, "ROLE OF THE POLICE AND SECURITY APPARATUS")),
    (range(69, 96), "Section 1.d.", (S1, D, ARREST)),
    (range(99, 110), "Section 1.e.", (S1, E)),
    (range(113, 124), "Section 1.e.", (S1, E, "TRIAL PROCEDURES")),
    (range(127, 132), "Section 1.e.", (S1, E, "POLITICAL PRISONERS AND DETAINEES")),
    (range(135, 136), "Section 1.e.", (S1, E, "CIVIL JUDICIAL PROCEDURES AND REMEDIES")),
    (range(139, 148), "Section 1.f.", (S1, F)),
    (range(151, 156), "Section 3", (S3,)),
    (range(159, 170), "Section 3", (S3, ELECTIONS)),
]
RUN_IN_2016 = {
    41: "Physical Conditions:",
    51: "Administration:",
    53: "Independent Monitoring:",
    55: "Improvements:",
    85: "Arbitrary Arrest:",
    89: "Pretrial Detention:",
    95: "Detainee’s Ability to Challenge Lawfulness of Detention before a Court:",
    159: "Recent Elections:",
    163: "Political Parties and Political Participation:",
    169: "Participation of Women and Minorities:",
}


def test_the_outline_of_2016_is_complete(seed_reports):
    found = lines(seed_reports["kazakhstan-2016"])
    covered = 0
    for region, section, headings in TREE_2016:
        for line in set(found) & set(region):
            own = (RUN_IN_2016[line],) if line in RUN_IN_2016 else ()
            assert (found[line].section, found[line].outline) == (section, headings + own), line
            covered += 1
    assert covered == len(found)


RUN_IN_2020 = {
    39: "Physical Conditions:",
    59: "Administration:",
    63: "Independent Monitoring:",
    83: "Arbitrary Arrest:",
    85: "Pretrial Detention:",
    95: "Detainees Ability to Challenge Lawfulness of Detention before a Court:",
    177: "Freedom of Speech:",
    185: "Freedom of Press and Media, Including Online Media:",
    191: "Violence and Harassment:",
    199: "Censorship or Content Restrictions:",
    211: "Libel/Slander Laws:",
    217: "National Security:",
    287: "In-country Movement:",
    301: "Foreign Travel:",
    303: "Exile:",
    311: "Abuse of Migrants, Refugees, and Stateless Persons:",
    313: "Access to Asylum:",
    323: "Employment:",
    325: "Access to Basic Services:",
    359: "Recent Elections:",
    371: "Political Parties and Political Participation:",
    381: "Participation of Women and Members of Minority Groups:",
    389: "Corruption:",
    395: "Financial Disclosure:",
    405: "The United Nations or Other International Bodies:",
    407: "Government Human Rights Bodies:",
}


def test_run_in_headings_belong_to_their_own_paragraph(seed_reports):
    """They are no part of the paragraph's body, which begins right after them."""
    for name, expected in (("kazakhstan-2016", RUN_IN_2016), ("kazakhstan-2020", RUN_IN_2020)):
        report = seed_reports[name]
        assert {
            line: report.text[p.start : p.body_start].strip()
            for line, p in lines(report).items()
            if p.body_start > p.start
        } == expected
        for line, heading in expected.items():
            paragraph = lines(report)[line]
            assert paragraph.outline[-1] == heading
            assert report.text[paragraph.body_start].isupper()


SECTIONS_2020 = {1: range(13, 167), 2: range(167, 347), 3: range(347, 385), 4: range(385, 397), 5: range(397, 415)}


def test_every_paragraph_of_2020_stands_under_its_section(seed_reports):
    for line, paragraph in lines(seed_reports["kazakhstan-2020"]).items():
        number = next(number for number, region in SECTIONS_2020.items() if line in region)
        assert paragraph.section.startswith(f"Section {number}")
        assert paragraph.outline[0].startswith(f"Section {number}. ")


LOST = {
    "1.a Killings": range(15, 22),
    "1.b Disappearance": range(23, 24),
    "1.c Torture": range(25, 36),
    "Prison conditions": range(37, 66),
    "1.d Arbitrary arrest": range(67, 70),
    "Arrest procedures": range(71, 96),
    "1.e Fair public trial": range(97, 114),
    "Trial procedures": range(115, 136),
    "Civil procedures": range(153, 154),
    "1.f Privacy": range(155, 166),
    "2.a Expression": range(169, 176),
    "Internet freedom": range(225, 248),
    "Academic freedom": range(249, 250),
    "2.c Religion": range(281, 282),
    "2.f Refugees": range(309, 334),
    "2.g Stateless": range(335, 346),
}


@pytest.mark.parametrize("region", LOST.values(), ids=LOST)
def test_no_stale_heading_where_2020_lost_its_own(seed_reports, region):
    """Nothing but the Section line and the paragraph's own run-in heading is certain there."""
    found = lines(seed_reports["kazakhstan-2020"])
    here = {line: found[line] for line in region if line in found}
    assert here
    for line, paragraph in here.items():
        own = (RUN_IN_2020[line],) if line in RUN_IN_2020 else ()
        assert paragraph.outline[1:] == own, line
        assert paragraph.section in ("Section 1", "Section 2")


def test_letters_of_2020_stand_only_where_they_are_certain(seed_reports):
    """2.d is followed by 2.e, so all of it is certain; of 2.b and 2.e only the first paragraph is."""
    lettered = {line: p.section for line, p in lines(seed_reports["kazakhstan-2020"]).items() if p.section[-1] == "."}
    assert lettered == {
        255: "Section 2.b.",
        **dict.fromkeys(range(285, 304, 2), "Section 2.d."),
        307: "Section 2.e.",
    }


def test_headings_of_2020_stand_only_where_they_are_certain(seed_reports):
    headed = {
        line: p.outline[-1]
        for line, p in lines(seed_reports["kazakhstan-2020"]).items()
        if line not in RUN_IN_2020 and len(p.outline) > 1 and p.outline[-1][1] != "."
    }
    assert {line: heading for line, heading in headed.items() if line < 347} == {
        139: "Political Prisoners and Detainees",
        145: "Politically Motivated Reprisal against Individuals Located Outside the Country",
        255: "Freedom of Peaceful Assembly",
        265: "Freedom of Association",
    }
    assert {heading for line, heading in headed.items() if line > 347} == {ELECTIONS}


# Lines

RUN_INS = {
    "apostrophe": "Detainee’s Ability to Challenge Lawfulness of Detention before a Court: The law allows it.",
    "comma": "Freedom of Press and Media, Including Online Media: Media were limited.",
    "slash": "Libel/Slander Laws: On June 27, it changed.",
    "hyphen": "In-country Movement: The government required it.",
    "one word": "Exile: The law does not prohibit it.",
    "number follows": "Recent Elections: 2019 saw one.",
    "parenthesis follows": "Exile: (Not applicable.)",
}
PLAIN = {
    "sentence": "There were six registered political parties: Adal, Ak Zhol, and Auyl.",
    "colon far inside": "It is a three-step procedure: (1) he collects it; (2) she studies it.",
    "speaker": "President Tokayev: “We will listen.”",
    "address": "https://www.state.gov is an address.",
    "no sentence follows": "Exile:",
    "full stop before": "He left. Exile: It was hard.",
    "time": "At 10:30 police came.",
    "too long": "One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen: It was long.",
}


@pytest.mark.parametrize("line", RUN_INS.values(), ids=RUN_INS)
def test_run_in_headings_are_recognised(line):
    [paragraph] = outlined(line)
    heading = line[: line.index(":") + 1]
    assert paragraph.outline == (heading,)
    assert line[: paragraph.body_start] == heading + " "


@pytest.mark.parametrize("line", PLAIN.values(), ids=PLAIN)
def test_other_colons_are_plain_text(line):
    found = outlined(line)
    assert all(paragraph.body_start == paragraph.start and not paragraph.outline for paragraph in found)


KEPT = {
    "colon at the end": "The following persons were arrested in the year:",
    "semicolon": "the right to a fair trial;",
    "no mark at all": "The court found that the police had beaten him",
    "comma": "Journalists were attacked in Almaty and elsewhere,",
    "footnote": "Courts were slow in most of the cases [12]",
}


@pytest.mark.parametrize("line", KEPT.values(), ids=KEPT)
def test_text_that_lacks_its_full_stop_is_no_heading(line):
    """A heading is a title; taking a sentence for one would lose it from the search."""
    text = f"Section 1. Respect for the Integrity of the Person\n\n{line}\n\nCourts were slow.\n"
    found = outlined(text)
    assert [text[p.start : p.end] for p in found] == [line, "Courts were slow."]


HEADINGS = """Section 2. Respect for Civil Liberties, Including:
a. Freedom of Expression, Including for Members of the Press and Other Media
TRIAL PROCEDURES
Prison and Detention Center Conditions
Politically Motivated Reprisal against Individuals Located Outside the Country
Acts of Violence, Criminalization, and Other Abuses Based on Sexual Orientation and Gender Identity
d. Freedom of Movement and the Right to Leave the Country
e. Status and Treatment of Internally Displaced Persons
Section 7. Worker Rights
Executive Summary
EXECUTIVE SUMMARY
Trafficking in Persons
HIV and AIDS Social Stigma
Female Genital Mutilation/Cutting (FGM/C)""".splitlines()


@pytest.mark.parametrize("heading", HEADINGS, ids=lambda heading: heading[:40])
def test_titles_are_headings(heading):
    text = f"{heading}\n\nCourts were slow.\n"
    [paragraph] = outlined(text)
    assert paragraph.outline == (heading,)


def test_letters_that_jump_end_the_outline_early():
    """Between "a" and "d" two headings are lost: only what follows "a" directly is certain."""
    parts = "Section 1. Respect, Including:|a. Killings|One.|Two.|d. Arrest|Three.|e. Trial|Four."
    text = parts.replace("|", "\n\n")
    found = outlined(text)
    assert [p.section for p in found] == ["Section 1.a.", "Section 1", "Section 1.d.", "Section 1.e."]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "Section 1. Respect, Including:|a. Killings|c. Torture|TRIALS|Exile: He left.|He died.||No.\r| |\r|\u00a0".split(
                "|"
            )
        ),
        max_size=30,
    ).map("\n".join)
)
def test_paragraphs_are_numbered_ordered_and_visible_at_their_edges(text):
    """Every sentence of the text is in exactly one paragraph."""
    found = outlined(text)
    assert [p.number for p in found] == list(range(1, len(found) + 1))
    end = 0
    for p in found:
        assert end <= p.start <= p.body_start < p.end
        assert not text[p.start].isspace()
        assert not text[p.body_start].isspace()
        assert not text[p.end - 1].isspace()
        end = p.end
    held = "".join(text[p.start : p.end] for p in found)
    assert (held.count("He died."), held.count("No.")) == (text.count("He died."), text.count("No."))
