"""The command line: exit codes, one-line errors, JSON that a program can read, and nothing heavy before it is needed."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console

from rag import cli, installation
from rag.commands import display
from rag.corpus.passages import split
from rag.index import builder
from rag.types import ModelInfo, Withheld
from tests.fakes import HashEncoder, make_report

ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).with_name("rapporteur")
QUESTION = "How many complaints of torture did the ombudsman receive in 2020?"
QUOTE = "During the first 10 months of the year, her office received 125 complaints about torture and cruel treatment"


@pytest.fixture
def run(real_index, monkeypatch, capsys):
    """Runs the command line in this process; gives exit code, output and errors."""
    monkeypatch.setenv("RAPPORTEUR_INDEX", str(real_index))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)

    def run_command(*arguments):
        monkeypatch.setattr(sys, "argv", ["rapporteur", *arguments])
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code or 0
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_command


@pytest.fixture
def process(real_index):
    """Runs the installed command in a process of its own."""

    def run_process(*arguments, **settings):
        environment = {**os.environ, "RAPPORTEUR_INDEX": str(real_index), **settings.pop("env", {})}
        given = {"capture_output": True, "text": True, "timeout": 60, "cwd": ROOT, **settings}
        return subprocess.run([str(COMMAND), *arguments], env=environment, check=False, **given)

    return run_process


def is_one_line(error):
    return error.startswith("rapporteur: ") and error.count("\n") == 1 and "Traceback" not in error


# Answers


def test_a_question_is_answered_with_its_quote_and_citation(run):
    code, out, err = run("ask", QUESTION)
    assert (code, err) == (0, "")
    assert QUOTE in out
    assert "U.S. Department of State, Country Reports on Human Rights Practices for 2020: Kazakhstan, Section 1" in out


def test_a_declined_question_is_a_success(run):
    """Declining is an answer: exit code 0, with the reason, what was searched and the nearest passages."""
    code, out, err = run("ask", "How many countries torture prisoners?")
    assert (code, err) == (0, "")
    assert out.startswith("No answer. ")
    assert "passages of 2 reports" in out
    assert "The nearest passages" in out


def test_json_is_the_whole_output(run):
    code, out, err = run("ask", QUESTION, "--json", "--year", "2020", "--country", "kazakhstan")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert found["outcome"] == "answered"
    assert found["filters"] == {"countries": ["Kazakhstan"], "years": [2020], "inferred": False}
    assert any(QUOTE in quote["text"] for quote in found["quotes"])


def test_quotes_in_json_are_slices_of_the_seed_file(run, seeds, seed_reports):
    """Checked as anybody could: read the file, decode it, slice it."""
    for quote in json.loads(run("ask", QUESTION, "--json")[1])["quotes"]:
        text = (seeds / seed_reports[quote["report"]].info.file).read_bytes().decode("utf-8")
        assert text[quote["start"] : quote["end"]] == quote["text"]


@pytest.mark.parametrize("year", ["2016", "2020"])
def test_a_year_restricts_the_answer(run, year):
    found = json.loads(
        run("ask", "How long may police hold a detainee before bringing charges?", "-y", year, "--json")[1]
    )
    assert {quote["report"] for quote in found["quotes"]} == {f"kazakhstan-{year}"}


def test_a_year_that_is_not_held_is_declined(run):
    found = json.loads(run("ask", QUESTION, "--year", "2018", "--json")[1])
    assert (found["outcome"], found["decline"]["reason"]) == ("declined", "not_in_collection")


# Questions that are none

REFUSED = {
    "empty": ("", "the question is empty"),
    "white space": (" \n ", "the question is empty"),
    "very long": ("torture " * 12_500, "the question has 99,999 characters: ask one of 1 to 2,000"),
    "control characters": ("tor\x1b[31mture\x07", r"the question holds the control character '\x1b'"),
}


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(("question", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_question_is_misuse(run, command, question, message):
    code, out, err = run(command, question)
    assert (code, out) == (2, "")
    assert is_one_line(err)
    assert message in err


OTHER = {
    "russian": "Сколько жалоб на пытки получил омбудсмен?",
    "french": "Combien de plaintes pour torture le médiateur a-t-il reçues ?",
    "chinese": "有多少酷刑投诉?",
    "arabic": "كم عدد الشكاوى من التعذيب؟",
    "marks only": "?!?!",
}


@pytest.mark.parametrize("question", OTHER.values(), ids=OTHER)
def test_what_is_not_understood_is_declined_with_advice(run, question):
    code, out, err = run("ask", question)
    assert (code, err) == (0, "")
    assert out.startswith("No answer. ")
    assert "English" in out or "Ask about" in out


@pytest.mark.slow
def test_a_binary_question_is_misuse(process):
    ended = process("ask", b"tor\xff\xfeture\x9b")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert is_one_line(ended.stderr)
    assert r"'\udcff'" in ended.stderr


# Misuse and failure

MISUSE = {
    "no question": (["ask"], "Missing argument"),
    "unknown command": (["nonsense"], "No such command 'nonsense'"),
    "unknown option": (["ask", "x", "--nonsense"], "No such option"),
    "year is a word": (["ask", "x", "--year", "soon"], "'--year'"),
    "unknown report": (["reports", "show", "atlantis-2020"], "no report 'atlantis-2020'"),
    "no such paragraph": (["reports", "show", "kazakhstan-2016", "-p", "999"], "no paragraph there: it has 64"),
    "no range": (["reports", "show", "kazakhstan-2016", "--at", "5"], "'5' is no range: write START-END"),
    "range backwards": (["reports", "show", "kazakhstan-2016", "--at", "9-5"], "is no range"),
    "range too far": (["reports", "show", "kazakhstan-2016", "--at", "0-27722"], "END <= 27721"),
    "endless range": (["reports", "show", "kazakhstan-2016", "--at", "0-" + "9" * 5000], "is no range"),
    "range of blanks": (["reports", "show", "kazakhstan-2016", "--at", "0-5"], "no paragraph there"),
    "search in no report": (["search", "x", "--year", "1999"], "There is no report for 1999"),
    "too many hits": (["search", "x", "--limit", "1000"], "--limit"),
}


@pytest.mark.parametrize(("arguments", "message"), MISUSE.values(), ids=MISUSE)
def test_misuse_ends_in_two(run, arguments, message):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("variable", "value"),
    [("THRESHOLD", "2"), ("THRESHOLD", "nan"), ("THRESHOLD", "high"), ("THREADS", "0"), ("MODEL", "nonsense")],
)
def test_a_wrong_setting_names_its_variable(run, monkeypatch, variable, value):
    monkeypatch.setenv(f"RAPPORTEUR_{variable}", value)
    code, out, err = run("ask", QUESTION)
    assert (code, out) == (2, "")
    assert is_one_line(err)
    assert f"RAPPORTEUR_{variable}={value!r}" in err


def test_an_empty_setting_is_none(run, monkeypatch):
    monkeypatch.setenv("RAPPORTEUR_THRESHOLD", "")
    assert run("ask", QUESTION)[0] == 0


COMMANDS_WITH_INDEX = [
    ["ask", "x"], ["search", "x"], ["chat"], ["reports", "list"], ["reports", "show", "x"], ["index", "status"], ["index", "check"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", COMMANDS_WITH_INDEX, ids=" ".join)
def test_a_missing_index_says_how_to_build_one(run, tmp_path, arguments):
    code, out, err = run(*arguments, "--index", str(tmp_path / "none"))
    assert (code, out) == (1, "")
    assert is_one_line(err)
    assert "`rapporteur index build` makes one" in err
    assert not (tmp_path / "none").exists()


def test_an_index_that_is_none_says_so(run, tmp_path):
    (tmp_path / "CURRENT").write_text("nonsense\n")
    code, _, err = run("ask", "x", "--index", str(tmp_path))
    assert code == 1
    assert is_one_line(err)
    assert "rapporteur index build" in err


@pytest.mark.slow
def test_a_fault_of_ours_is_one_line_too(process, tmp_path):
    """And shows where it came from on demand."""
    broken = tmp_path / "sitecustomize.py"
    broken.write_text("import rag.assemble\nrag.assemble.answerer = lambda settings: 1 / 0\n")
    paths = {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    ended = process("ask", "x", env=paths)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert is_one_line(ended.stderr)
    assert "internal error: ZeroDivisionError: division by zero: set RAPPORTEUR_DEBUG=1" in ended.stderr
    shown = process("ask", "x", env={**paths, "RAPPORTEUR_DEBUG": "1"})
    assert shown.returncode == 1
    assert "Traceback" in shown.stderr


# Search and reports


def test_search_finds_passages_without_answering(run):
    found = json.loads(run("search", QUESTION, "--json", "-n", "3")[1])
    assert len(found) == 3
    assert any("125 complaints" in hit["text"] for hit in found)
    assert all(hit["citation"].endswith(f"para. {hit['paragraph']}") for hit in found)


def test_search_keeps_to_the_year(run):
    found = json.loads(run("search", "police", "--json", "--year", "2016", "-n", "30")[1])
    assert {hit["report"] for hit in found} == {"kazakhstan-2016"}


def test_search_prints_each_citation_on_one_line(run):
    out = run("search", "police", "-n", "2")[1]
    assert sum(line.startswith(("1. U.S. Dep", "2. U.S. Dep")) and "para. " in line for line in out.splitlines()) == 2


def test_reports_are_listed(run):
    found = json.loads(run("reports", "list", "--json")[1])
    assert [(report["id"], report["country"], report["year"]) for report in found] == [
        ("kazakhstan-2016", "Kazakhstan", 2016),
        ("kazakhstan-2020", "Kazakhstan", 2020),
    ]
    assert all(report["id"] in run("reports", "list")[1] for report in found)


def test_a_report_is_shown_whole(run, seed_reports):
    code, out, _ = run("reports", "show", "kazakhstan-2016")
    assert code == 0
    report = seed_reports["kazakhstan-2016"]
    for paragraph in report.paragraphs:
        assert report.text[paragraph.start : paragraph.end] in out
    assert "Edit Your Custom Report" not in out


def test_a_paragraph_is_shown_with_its_neighbours(run):
    found = json.loads(run("reports", "show", "kazakhstan-2016", "-p", "10", "--json")[1])
    assert [passage["paragraph"] for passage in found["passages"]] == [9, 10, 11]
    alone = json.loads(run("reports", "show", "kazakhstan-2016", "-p", "10", "--around", "0", "--json")[1])
    assert [passage["paragraph"] for passage in alone["passages"]] == [10]


@pytest.mark.parametrize("words", ["125 complaints about torture", "Azamat Orazaly", "Not applicable."])
def test_the_place_asked_for_is_highlighted(run, monkeypatch, seed_reports, words):
    """Exactly the code points of --at, in a terminal."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "4000")
    text = seed_reports["kazakhstan-2020"].text
    start = text.index(words)
    out = run("reports", "show", "kazakhstan-2020", "--at", f"{start}-{start + len(words)}")[1]
    assert f"\x1b[7m{words}\x1b[0m" in out
    assert out.count("\x1b[7m") == 1


def test_the_highlight_crosses_line_ends_of_other_systems(capsys):
    """What a terminal drops does not move it."""
    report = make_report("Chad", 2021, ["Police beat\r\nhim. He\r\ndied in Moundou."])
    start = report.text.index("Moundou")
    console = Console(force_terminal=True, width=200, color_system="standard")
    display.report(console, report.info, split(report), range(start, start + 7))
    assert "\x1b[7mMoundou\x1b[0m" in capsys.readouterr().out


def test_markup_in_reports_and_models_is_text(capsys, answerer):
    """Brackets in what is shown are shown, and break nothing."""
    odd = "[/] [bold]not bold[/bold] [red]"
    found = replace(answerer.ask(QUESTION), model=ModelInfo("ollama", odd), withheld=(Withheld(odd, "unrelated", odd),))
    info = replace(answerer.store.reports[0], publisher=odd, title=odd)
    console = Console(width=400)
    display.answer(console, found)
    display.reports(console, [info], [1])
    display.report(console, info, [], range(0))
    declined = answerer.ask("???")
    display.answer(console, replace(declined, decline=replace(declined.decline, detail=odd)))
    assert capsys.readouterr().out.count(odd) == 7


# Index


def test_status_and_check(run, real_index):
    found = json.loads(run("index", "status", "--json")[1])
    assert (found["reports"], found["path"].startswith(str(real_index))) == (2, True)
    code, out, _ = run("index", "check")
    assert code == 0
    assert f"{found['generation']}: every file is as it was built" in out


def test_building_what_is_built_does_nothing(run, real_index):
    before = (real_index / "CURRENT").read_text()
    code, out, err = run("index", "build")
    assert (code, err) == (0, "")
    assert "is up to date: 2 reports" in out
    assert (real_index / "CURRENT").read_text() == before


@pytest.fixture
def without_model(monkeypatch):
    """The encoder is a stand-in where only what the commands do is tested."""
    monkeypatch.setattr(builder, "build", partial(builder.build, encoders=HashEncoder))
    monkeypatch.setattr(builder, "extend", partial(builder.extend, reopen=lambda _, name: HashEncoder(name)))


@pytest.fixture
def halves(tmp_path, seeds):
    """Two folders, each with one of the seed reports."""
    folders = tmp_path / "first", tmp_path / "second"
    manifest = (seeds / "manifest.toml").read_text().split("[[report]]")
    for folder, entry in zip(folders, manifest[1:], strict=True):
        folder.mkdir()
        (folder / "manifest.toml").write_text("[[report]]" + entry)
        name = entry.split('"')[1]
        shutil.copy(seeds / name, folder / name)
    return folders


def held(run, index):
    return [report["id"] for report in json.loads(run("reports", "list", "--json", *index)[1])]


@pytest.mark.usefixtures("without_model")
def test_building_adding_and_removing(run, halves, tmp_path):
    """Adding makes the index that is not there; what it holds already is unchanged; what is gone can come again."""
    first, second = map(str, halves)
    index = ["--index", str(tmp_path / "index")]
    assert run("index", "build", first, *index)[0] == 0
    assert "up to date" in run("index", "build", first, *index)[1]
    code, out, _ = run("index", "add", first, second, *index)
    assert (code, "1 added, 1 unchanged; " in out, "holds 2 reports" in out) == (0, True, True)
    both = held(run, index)
    assert len(both) == 2
    assert run("index", "add", second, *index)[:2] == (0, out.replace("1 added, 1 unchanged", "1 unchanged"))
    assert run("index", "remove", both[0], *index)[0] == 0
    assert held(run, index) == both[1:]
    code, out, err = run("index", "remove", both[0], *index)
    assert (code, out, is_one_line(err)) == (2, "", True)
    assert both[0] in err
    code, _, err = run("index", "remove", both[1], *index)
    assert (code, is_one_line(err)) == (1, True)
    assert held(run, index) == both[1:]
    fresh = ["--index", str(tmp_path / "fresh")]
    assert run("index", "add", first, second, *fresh)[0] == 0
    assert held(run, fresh) == both


@pytest.mark.usefixtures("without_model")
def test_another_version_of_a_report_is_refused_by_name_unless_it_replaces(run, halves, tmp_path):
    """And a refused file stops no other; where nothing else was given, the exit code is 1."""
    first, second = halves
    index = ["--index", str(tmp_path / "index")]
    run("index", "build", str(first), *index)
    [name] = held(run, index)
    report = next(first.glob("*.txt"))
    report.write_text(report.read_text().replace("police", "gendarmes"))
    code, out, err = run("index", "add", str(first), *index)
    assert (code, out, is_one_line(err)) == (1, "", True)
    assert name in err
    assert "--replace" in err
    code, out, err = run("index", "add", str(first), str(second), *index)
    assert (code, "1 added, 1 refused; " in out) == (0, True)
    assert f"rapporteur: refused: {report.name}: the index holds {name!r} already" in err
    assert "gendarmes" not in run("reports", "show", name, *index)[1]
    assert "1 replaced, 1 unchanged; " in run("index", "add", str(first), str(second), "--replace", *index)[1]
    assert "gendarmes" in run("reports", "show", name, *index)[1]
    assert len(held(run, index)) == 2


@pytest.mark.usefixtures("without_model")
def test_files_that_are_no_report_are_named_and_left_out(run, halves, tmp_path):
    first, _ = halves
    (first / "torn.txt").write_bytes(b"\xff\xfe")
    code, out, err = run("index", "build", str(first), "--index", str(tmp_path / "index"))
    assert (code, "is ready: 1 reports" in out) == (0, True)
    assert err.startswith("rapporteur: refused: ")
    assert "torn.txt" in err


def test_a_folder_that_cannot_be_built_changes_nothing(run, real_index, tmp_path):
    (tmp_path / "a.txt").write_text("Police beat him.\n")
    before = (real_index / "CURRENT").read_text()
    code, out, err = run("index", "build", str(tmp_path))
    assert (code, out) == (1, "")
    assert is_one_line(err)
    assert "manifest.toml has no entry for 'a.txt'" in err
    assert (real_index / "CURRENT").read_text() == before


@pytest.mark.usefixtures("without_model")
def test_a_doubtful_year_is_a_warning(run, tmp_path, seeds):
    """It is told, and the index is built."""
    for path in seeds.glob("*.txt"):
        shutil.copy(path, tmp_path / path.name)
    manifest = (seeds / "manifest.toml").read_text()
    (tmp_path / "manifest.toml").write_text(manifest.replace("year = 2020", "year = 2010"))
    code, _, err = run("index", "build", str(tmp_path), "--index", str(tmp_path / "index"))
    assert code == 0
    assert "rapporteur: warning: 001_5febb41d3d60d528.txt: the edition is 2010" in err


# Chat


@pytest.mark.slow
@pytest.mark.parametrize("end", ["", "\n", "\n\nWho is never asked?\n"], ids=["end of file", "empty line", "and more"])
def test_chat_answers_until_an_empty_line(process, end):
    ended = process("chat", input=f"{QUESTION}\ntor\x1bture\n???{end}")
    assert ended.returncode == 0
    assert QUOTE in ended.stdout
    assert "control character" in ended.stderr
    assert ended.stdout.count("No answer.") == 1
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
def test_chat_survives_bytes_that_are_no_text(process):
    """In any locale."""
    asked = b"tor\xffture\n" + QUESTION.encode() + b"\n"
    ended = process("chat", input=asked, text=False, env={"PYTHONUTF8": "1"})
    assert ended.returncode == 0
    assert QUOTE.encode() in ended.stdout
    assert b"control character" in ended.stderr


# Help


@pytest.mark.parametrize(
    "command", [[], *([name] for name in cli.COMMANDS), ["reports", "show"], ["index", "build"]], ids=" ".join
)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_is_given(run, command, option):
    code, out, err = run(*command, option)
    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: {' '.join(['rapporteur', *command])} ")


def test_help_lists_every_command_with_what_it_does(run):
    out = " ".join(run("--help")[1].split())
    for name, (_, what) in cli.COMMANDS.items():
        assert f"{name} {what}" in out


def test_no_command_shows_help_and_is_misuse(run):
    code, out, err = run()
    assert code == 2
    assert "Usage: rapporteur" in out + err


def test_the_version_is_told(run):
    assert run("--version") == (0, f"rapporteur {installation.version()}\n", "")


HEAVY = "numpy faiss onnxruntime torch tantivy pydantic sentence_transformers tokenizers httpx jinja2 rich.markdown"


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["--show-completion", "bash"]], ids=" ".join)
def test_help_imports_nothing_heavy(arguments):
    program = (
        "import sys, atexit\n"
        "atexit.register(lambda: print('LOADED', *sys.modules))\n"
        f"sys.argv = ['rapporteur', *{arguments!r}]\n"
        "from rag.cli import main\nmain()"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False)
    loaded = ended.stdout.rpartition("LOADED")[2].split()
    assert "rag.cli" in loaded
    # The parser of options needs pydantic; help does not come to it.
    allowed = set() if "--help" in arguments else {"pydantic"}
    assert set(loaded) & set(HEAVY.split()) <= allowed


COMPLETIONS = {
    "commands": ("rapporteur ", set(cli.COMMANDS)),
    "begun": ("rapporteur se", {"search"}),
    "below": ("rapporteur index ", {"build", "add", "status", "check"}),
    "options": ("rapporteur ask --", {"--country", "--year", "--json", "--index"}),
}


@pytest.mark.slow
@pytest.mark.parametrize(("typed", "expected"), COMPLETIONS.values(), ids=COMPLETIONS)
def test_the_shell_completes_commands_and_options(process, typed, expected):
    environment = {
        "_RAPPORTEUR_COMPLETE": "complete_bash",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(typed.split(" ")) - 1),
    }
    ended = process(env=environment)
    assert expected <= set(ended.stdout.split())


@pytest.mark.slow
def test_a_closed_pipe_ends_quietly(real_index):
    ended = subprocess.run(
        ["bash", "-c", f"'{COMMAND}' reports show kazakhstan-2020 --index '{real_index}' | head -1"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.stdout.startswith("Country Reports")
    assert ended.stderr == ""
