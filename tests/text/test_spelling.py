"""Names spelled otherwise than the reports spell them are found; words that the reports hold are never touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.spelling import Speller, latin, sound
from rag.text.words import terms, words


@pytest.fixture(scope="module")
def speller(seed_store):
    return Speller(seed_store.vocabulary, seed_store.frequency, {"abortion", "arson", "poet", "women"}.__contains__)


VARIANTS = {
    "Bokaev": "bokayev",
    "Bokaiev": "bokayev",
    "Bokajev": "bokayev",
    "Tokaev": "tokayev",
    "Toqaev": "tokayev",
    "Nazarbaev": "nazarbayev",
    "Majilis": "mazhilis",
    "Madjilis": "mazhilis",
    "Nursultan": "nursultan",
    "Nur-sultan": "nur-sultan",
    "Abliazov": "ablyazov",
    "Ablayzov": "ablyazov",
    "Mangistau": "mangistau",
    "Mangystaw": "mangystau",
    "Semenova": "semyenova",
    "Iliyashev": "iliyashev",
    "Ilyashew": "ilyashev",
    "Karagandy": "karaganda",
    "Qaraganda": "karaganda",
    "Mukhtar": "mukhtar",
    "Muhtar": "mukhtar",
    "Бокаев": "bokayev",
    "Токаев": "tokayev",
    "Назарбаев": "nazarbayev",
    "Аблязов": "ablyazov",
    "Мажилис": "mazhilis",
    "омбудсмен": "ombudsman",
    "goverment": "government",
    "ombudsmann": "ombudsman",
    "prizoners": "prisoners",
    "detainnees": "detainees",
    "quarentine": "quarantine",
    "corupption": "corruption",
    "tortrue": "torture",
    "refugess": "refugees",
    "parlament": "parliament",
}


@pytest.mark.parametrize(("given_as", "expected"), VARIANTS.items(), ids=VARIANTS)
def test_variants_are_read_as_the_reports_spell_them(speller, seed_store, given_as, expected):
    """Or as one of several spellings that the reports use themselves."""
    assert expected in seed_store.vocabulary
    corrected = speller.correct(f"What was said of {given_as} in the year?")
    assert corrected.lower() == f"what was said of {expected} in the year?"


KEPT = """What happened to Max Bokayev?
Who is Galy Baktybayev, and who is Bagdat Baktybayev?
Mangystau or Mangistau?
Semyonova, Semyenova
Who was Azamat Orazaly?
How many complaints did the NPM, the KNB, PRI and the CEC receive?
Nur-Sultan, Astana, the capital
pretrial and pre-trial detention
It's 2020 and 54, 000 tenge ($130).
Were the judge's rulings fair?""".splitlines()


@pytest.mark.parametrize("question", KEPT, ids=lambda question: question[:30])
def test_what_the_reports_spell_so_stays(speller, question):
    assert speller.correct(question).replace("Maks", "Max") == question


def test_no_word_of_the_collection_is_touched(speller, seed_store):
    assert [word for word in seed_store.vocabulary if speller.suggest(word)] == []


def test_every_sentence_of_the_seeds_comes_back_unchanged(speller, seed_passages):
    for passage in seed_passages:
        assert speller.correct(passage.text) == passage.text


FORMS = ["complaint", "complaining", "arrested", "imprisoning", "prisoner's", "torturing", "journalists'", "elected"]


@pytest.mark.parametrize("word", FORMS)
def test_other_forms_of_known_words_are_no_slips(speller, word):
    assert speller.correct(word) == word


UNTOUCHED = ["helicopter", "Wikipedia", "cat", "xyz", "photosynthesis", "2021", "B2B", "COVID-22", "中文", "?!", ""]


@pytest.mark.parametrize("word", UNTOUCHED)
def test_what_resembles_nothing_stays(speller, word):
    assert speller.correct(word) == word


def test_the_case_of_names_is_kept(speller):
    """Whether a word is a name matters to the ranking."""
    assert speller.correct("Who is Bokaev?") == "Who is Bokayev?"
    assert speller.correct("who is bokaev?") == "who is bokayev?"
    assert speller.correct("Кто Бокаев?").endswith(" Bokayev?")
    assert speller.correct("Nursultn's") in ("Nursultan's", "Nur-Sultan's")


def test_the_possessive_is_kept(speller):
    assert speller.correct("Abliazov's party") == "Ablyazov's party"
    assert speller.correct("Abliazov’s party") == "Ablyazov’s party"


@given(st.text(max_size=80))
def test_latin_text_stays_as_it_is(text):
    """Only Cyrillic letters are written otherwise."""
    plain = "".join(letter for letter in text if not "\u0400" <= letter <= "\u04ff")
    assert latin(plain) == plain


@given(st.text("абвгдеёжзийклмнопрстуфхцчшщыэюяАБВГДЕЖ ,.-", max_size=60))
def test_cyrillic_becomes_latin(text):
    """Word for word, in the same case."""
    written = latin(text)
    assert written.isascii()
    assert len(written.split()) == len(text.split())
    assert [word[0].isupper() for word in written.split()] == [word[0].isupper() for word in text.split()]


@given(st.text("abcdefghijklmnopqrstuvwxyz '’-.éЖя12", max_size=60))
def test_correcting_twice_changes_nothing_more(speller_words, text):
    once = speller_words.correct(text)
    assert speller_words.correct(once) == once


@pytest.fixture(scope="module")
def speller_words():
    held = "bokayev mazhilis nur-sultan government complaints detention tokayev court police".split()
    return Speller(sorted(held), lambda term: sum(term in terms(word) for word in held), frozenset().__contains__)


ALIKE = [
    ("bokaev", "bokayev"),
    ("majilis", "mazhilis"),
    ("qazaqstan", "kazakstan"),
    ("akhmetov", "aqmetov"),
    ("kasym", "kassym"),
    ("mangistau", "mangystau"),
    ("aleksandr", "alexandr"),
    ("rafael", "raphael"),
    ("djanbolat", "zhanbolat"),
    ("janbolat", "zhanbolat"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_transliterations_of_one_name_sound_alike(one, other):
    assert sound(one) == sound(other)


UNLIKE = [("bokayev", "tokayev"), ("abishev", "ablyazov"), ("galy", "bagdat"), ("court", "count"), ("trial", "tribal")]


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_other_names_sound_otherwise(one, other):
    assert sound(one) != sound(other)


def test_look_alikes_of_the_seeds_are_told_apart(speller, seed_store):
    """Nobody is taken for somebody else whom the reports name."""
    names = {
        word.folded
        for report in seed_store.reports
        for passage in seed_store.passages(seed_store.passages_of(report.id))
        for word in words(passage.text)
        if passage.text[word.start].isupper()
    }
    assert {name: better for name in names if (better := speller.suggest(name))} == {}


@pytest.mark.parametrize("word", ["abortion", "arson", "poet"])
def test_words_of_the_language_are_no_slips(speller, word):
    """What the reports do not speak of must not become what they do: "abortion" is no "adoption"."""
    assert speller.correct(f"Is {word} mentioned?") == f"Is {word} mentioned?"
