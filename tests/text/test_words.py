"""Words are cut and folded alike in questions and in reports."""

import gc
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.words import STOP_WORDS, fold, stem, terms, words

FOLDED = {
    "case": ("Almaty", "almaty"),
    "accents": ("Aoláin", "aolain"),
    "decomposed accents": ("Aola\u0301in", "aolain"),
    "sharp s": ("Straße", "strasse"),
    "initials": ("U.S", "us"),
    "thousands": ("149,217", "149217"),
    "millions": ("1,234,567", "1234567"),
    "decimals stay": ("97.5", "97.5"),
    "possessive": ("president's", "president"),
    "curly possessive": ("Kazakhstan’s", "kazakhstan"),
    "plural possessive": ("prisoners’", "prisoners'"),
    "apostrophe within": ("O’Brien", "o'brien"),
    "hyphen": ("Nur-Sultan", "nur-sultan"),
    "clause": ("7.a", "7.a"),
    "domain": ("101TV.kz", "101tv.kz"),
    "ligature": ("ﬁne", "fine"),
    "full width": ("２０２０", "2020"),
    "cyrillic": ("Бокаев", "бокаев"),
}


@pytest.mark.parametrize(("word", "folded"), FOLDED.values(), ids=FOLDED)
def test_words_are_folded(word, folded):
    """The folding of a folded word changes nothing."""
    assert fold(word) == folded
    assert fold(folded) == folded


WORDS = {
    "sentence": ("Police beat him.", ["police", "beat", "him"]),
    "hyphens are one word": ("the in-country movement", ["the", "in-country", "movement"]),
    "en dashes part": ("assistants–prisoners beat him", ["assistants", "prisoners", "beat", "him"]),
    "hard spaces part": ("the\u00a0Nations\u00a0in Transit", ["the", "nations", "in", "transit"]),
    "slashes part": ("him/her and/or", ["him", "her", "and", "or"]),
    "figures": ("97.5 percent of 149,217", ["97.5", "percent", "of", "149217"]),
    "a figure ends the sentence": ("It was 1.2. Then", ["it", "was", "1.2", "then"]),
    "money": ("54, 000 tenge ($130)", ["54", "000", "tenge", "130"]),
    "domains": ("101TV.kz and kuresker.org.", ["101tv.kz", "and", "kuresker.org"]),
    "brackets": ("trial…[and] almost", ["trial", "and", "almost"]),
    "curly quotes": ("“Auyl.” All", ["auyl", "all"]),
    "underscores part": ("a_b", ["a", "b"]),
    "decomposed accents are one word": ("Co\u0302te", ["cote"]),
    "nothing": ("… – (“”)", []),
}


@pytest.mark.parametrize(("text", "folded"), WORDS.values(), ids=WORDS)
def test_text_is_cut_into_words(text, folded):
    assert [word.folded for word in words(text)] == folded


@given(st.text(max_size=100))
def test_words_are_ordered_slices(text):
    """Each word's folding is that of its slice; words do not overlap."""
    end = 0
    for word in words(text):
        assert end <= word.start < word.end <= len(text)
        assert word.folded == fold(text[word.start : word.end])
        end = word.end


@given(st.text(st.characters(max_codepoint=0x24F, categories=["Lu", "Ll", "Nd", "Zs"]), max_size=60))
def test_composed_and_decomposed_text_have_the_same_words(text):
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert [word.folded for word in words(composed)] == [word.folded for word in words(decomposed)]


@given(st.text("abcdefghij ABC,.-’'12", max_size=60))
def test_case_does_not_matter(text):
    assert terms(text) == terms(text.upper())


TERMS = {
    "stop words go": ("What did the report say about the courts?", ["court"]),
    "forms are one": ("detained detains detaining", ["detain"] * 3),
    "order and repeats stay": ("courts and police and courts", ["court", "polic", "court"]),
    "hyphenated words in parts too": ("Nur-Sultan", ["nur-sultan", "nur", "sultan"]),
    "parts that are stop words go": ("follow-up", ["follow-up", "follow"]),
    "figures stay": ("125 complaints of 2,000", ["125", "complaint", "2000"]),
    "only stop words": ("What is this?", []),
    "no words": ("?!", []),
    "empty": ("", []),
}


@pytest.mark.parametrize(("text", "expected"), TERMS.values(), ids=TERMS)
def test_terms_are_stems_of_the_words_that_say_something(text, expected):
    assert terms(text) == expected


def test_stop_words_are_folded():
    assert {fold(word) for word in STOP_WORDS} == STOP_WORDS


@pytest.mark.parametrize("word", ["no", "not", "all", "some", "before", "after"])
def test_stop_words_matter_only_to_the_search(word):
    """What they negate or limit is still read: the guard works on the text, not on terms."""
    assert terms(word) == []
    assert [found.folded for found in words(word)] == [word]


def test_stems_are_cached_per_word():
    assert stem("complaints") == stem("complaint")


LINES = {"letters": "a", "digits": "1", "words": "ab ", "hyphens": "a-", "separators": "1,", "apostrophes": "a’"}


@pytest.mark.parametrize("unit", LINES.values(), ids=LINES)
def test_time_is_linear(unit):
    """Four times the text takes about four times the time; sixteen times would mean quadratic."""

    def seconds(length):
        times = []
        gc.disable()  # its work grows with all that the process holds
        for _ in range(2):
            started = time.perf_counter()
            words(unit * (length // len(unit)))
            times.append(time.perf_counter() - started)
        gc.enable()
        return min(times)

    assert seconds(1_000_000) < 12 * seconds(250_000) + 0.1


def test_stems_are_right_from_many_threads():
    """A stemmer keeps the word it works on: threads must not get each other's stems."""
    forms = [
        base + ending for base in ("detain", "report", "arrest", "protest") for ending in ("ed", "ing", "s", "ers")
    ]
    expected = [stem.__wrapped__(form) for form in forms]
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: [stem.__wrapped__(form) for form in forms], range(200)):
            assert found == expected
