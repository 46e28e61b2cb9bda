"""Of two that the evidence tells apart, each keeps its own number, owner, part and fate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.grounding import coverage, modality, roles, shares
from rag.grounding.claim import claim
from rag.types import Draft, Passage, ReportInfo, Span

INFO = ReportInfo("kazakhstan-2020", "Kazakhstan", 2020, "Kazakhstan 2020", "Publisher", "PD", None, "k.txt", "0" * 64)


def _judge(rule, statement, evidence, before=""):
    """What a rule says of a statement that cites the last sentence of a passage."""
    text = f"{before} {evidence}".strip()
    start = len(text) - len(evidence)
    spans = tuple(Span(at, end) for at, end in ((0, start - 1), (start, len(text))) if end > at >= 0)
    passage = Passage(INFO.id, 1, 0, len(text), "Section 1", (), spans, text)
    return bool(rule(claim(Draft(statement, ((passage, len(spans) - 1),)), {INFO.id: INFO})))


JUDGES = "Two judges were fired and 32 judges were disciplined."
FINES = "The fine is 37,875 tenge for an individual and 75,750 tenge for an organization."
CITIES = "Protests were held in six cities after leaders notified authorities in 12 cities."
TERM = "He served four years of his prison sentence of seven years."


@pytest.mark.parametrize(
    ("statement", "evidence", "crossed"),
    [
        ("He said 32 judges were dismissed and two disciplined.", JUDGES, True),
        ("He said two judges were dismissed and 32 disciplined.", JUDGES, False),
        ("32 judges were disciplined, while two were fired.", JUDGES, False),
        ("An individual pays 75,750 tenge and an organization 37,875 tenge.", FINES, True),
        ("An organization pays 75,750 tenge and an individual 37,875 tenge.", FINES, False),
        ("Protests took place in 12 cities after leaders had notified authorities in six.", CITIES, True),
        ("After leaders notified authorities in 12 cities, protests took place in six.", CITIES, False),
        ("He was paroled after seven years out of a sentence of four years.", TERM, True),
        ("He was paroled after four years out of a sentence of seven years.", TERM, False),
    ],
)
def test_two_numbers_do_not_change_places(statement, evidence, crossed):
    assert _judge(shares.crossed_numbers, statement, evidence) is crossed


WORDS = ["miners", "teachers", "drivers", "farmers", "nurses", "sailors"]


@given(
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=2, unique=True),
    st.lists(st.integers(13, 900), min_size=2, max_size=2, unique=True),
)
def test_any_two_counts_in_either_order(words, numbers):
    """Who was counted with which number decides, not which is told first."""
    (one, other), (first, second) = words, numbers
    evidence = f"Police arrested {first} {one} and released {second} {other}."
    turned = f"They released {second} {other} and arrested {first} {one}."
    crossed = f"They released {first} {other} and arrested {second} {one}."
    assert not _judge(shares.crossed_numbers, turned, evidence)
    assert _judge(shares.crossed_numbers, crossed, evidence)


@pytest.mark.parametrize(
    ("statement", "evidence", "replaced"),
    [
        (
            "The union leader Mukhtar Ablyazov remained confined.",
            "The union leader Larisa Kharkova remained free.",
            True,
        ),
        ("The Ministry of Election Commission announced it.", "The Ministry of Internal Affairs announced it.", True),
        ("Courts ordered Semyonova to refute her claims.", "Courts ordered Semyenova to refute her claims.", False),
        ("Police said that KNB officers came home.", "Police said that Kazakh National Bureau officers came.", False),
        ("The courts ordered Semyonova to refute it.", "The courts ordered her to refute it.", False),
    ],
)
def test_along_a_sentence_its_own_name_stands(statement, evidence, replaced):
    assert _judge(shares.name_in_anothers_place, statement, evidence) is replaced


@pytest.mark.parametrize(
    ("statement", "evidence", "changed"),
    [
        ("Hakimov's lawyer Umarova objected.", "Slekishina's lawyer Umarova objected.", True),
        ("Slekishina's lawyer objected.", "Slekishina’s lawyer, Aiman Umarova, objected.", False),
        ("Hakimov's lawyer objected.", "The lawyer objected.", False),
    ],
)
def test_what_is_one_persons_is_not_anothers(statement, evidence, changed):
    assert _judge(shares.changed_owner, statement, evidence) is changed


ORDERED = "Zakirova was ordered by a court to pay restitution to a Nur Otan Party member."


@pytest.mark.parametrize(
    ("statement", "evidence", "changed"),
    [
        ("A Nur Otan Party member was ordered by a court to pay restitution to Zakirova.", ORDERED, True),
        ("Zakirova was ordered to pay restitution to a member of the Nur Otan Party.", ORDERED, False),
        (
            "The term “inflaming” was replaced with “incitement.”",
            "The term “incitement” was replaced with “inflaming.”",
            True,
        ),
        ("Playgrounds were closed, as were parks.", "Playgrounds were closed. Parks were closed too.", False),
    ],
)
def test_to_whom_it_was_done(statement, evidence, changed):
    assert _judge(shares.changed_patient, statement, evidence) is changed


CONFIRM = "The Mazhilis must confirm the prime minister, and the Senate must confirm the prosecutor general."


@pytest.mark.parametrize(
    ("statement", "changed"),
    [
        ("The Mazhilis must confirm the prosecutor general.", True),
        ("The Senate must confirm the prime minister.", True),
        ("The Senate must confirm the prosecutor general.", False),
        ("The Mazhilis must confirm the prime minister, the Senate the prosecutor general.", False),
    ],
)
def test_neither_has_the_others_part(statement, changed):
    assert _judge(shares.changed_part, statement, CONFIRM) is changed


@pytest.mark.parametrize(
    ("rule", "statement", "evidence", "before", "caught"),
    [
        (roles.object_acting, "Orazaly detained a policeman.", "Police detained herdsman Azamat Orazaly.", "", True),
        (roles.object_acting, "Policemen detained Orazaly.", "Police detained herdsman Azamat Orazaly.", "", False),
        (roles.object_acting, "A policeman hit Asiya.", "She hit a policeman.", "", True),
        (
            roles.reversed_roles,
            "Semyonova filed seven lawsuits against prison authorities in Almaty, Taraz and Kostanay.",
            "Prison authorities in Almaty, Taraz, and Kostanay filed seven lawsuits against her.",
            "Semyonova chairs a commission.",
            True,
        ),
        (
            roles.reversed_roles,
            "Prison authorities filed seven lawsuits against Semyonova.",
            "Prison authorities in Almaty, Taraz, and Kostanay filed seven lawsuits against her.",
            "Semyonova chairs a commission.",
            False,
        ),
        (
            roles.reversed_roles,
            "Soldiers brought in to search for weapons beat prisoners.",
            "Prisoners were beaten by soldiers brought in by officials to search for weapons.",
            "",
            False,
        ),
        (modality.settled, "Problems with arrests had been resolved.", "There are continuing problems.", "", True),
        (modality.settled, "Problems with arrests continue.", "There are continuing problems.", "", False),
        (modality.possibility, "Police may inform detainees.", "The law obliges police to inform detainees.", "", True),
        (modality.possibility, "He must not leave.", "He may not leave.", "", False),
        (coverage.invented_cause, "Rulings can be appealed to a court.", "There is an appeal.", "", False),
        (coverage.invented_cause, "It led to a strike.", "There was a march.", "", True),
    ],
)
def test_who_does_it_and_whether_it_is_over(rule, statement, evidence, before, caught):
    assert _judge(rule, statement, evidence, before) is caught
