"""What a question's wording asks of the collection: which editions and countries, and whether it can be answered."""

import re

import pytest

from rag.question import scope
from rag.types import Filters
from tests.fakes import make_report


def held(*reports):
    return [make_report(country, year, ["x."]).info for country, year in reports]


SEEDS = held(("Kazakhstan", 2016), ("Kazakhstan", 2020))
MANY = held(("Chad", 2019), ("Chad", 2020), ("Kazakhstan", 2016), ("Kazakhstan", 2020), ("Kenya", 2020))


def read(question, reports=SEEDS, **asked):
    return scope.read(question, Filters(**asked), reports)


def reason(found):
    return found.refusal and found.refusal[0]


# Years

EVENT_YEARS = """Who won the 2019 presidential election?
Who won the June 2019 election?
What happened to the blogger who was abducted in 2013?
When was Bokayev sentenced in 2016?
How many complaints did the prosecutor receive in 2019?
How many cases of civil disobedience were registered in 2016?
What did the 2015 criminal code introduce?
What did the 2018 law on the first president establish?
Which law was amended in June 2018?
What is the 2017 constitutional amendment?
Until when in 2021 does the exit ban run?
Since 2011, what has the government required of oralmans?
How many political prisoners were there in 2020?
What did the 2019 OSCE report say about the election?
What did the 2019 NPM report find?
What does the 2019 report of the OSCE say?
What did the 2020 report by Freedom House conclude?
Were there any reports in 2019 of torture?
What were the 2019 reports of abuse about?
How many reports of torture came in 2018?
What is Nations in Transit 2020?
What happened between 2016 and 2020 to Bokayev?
What was changed in 2017 for migrants from the Eurasian Economic Union?
Did anybody report a killing in 2019?""".splitlines()


@pytest.mark.parametrize("question", EVENT_YEARS)
def test_the_year_of_an_event_is_no_edition(question):
    """It declines nothing, and leaves out only the editions that are older: those cannot speak of it."""
    found = read(question)
    assert found.filters == Filters()
    event = min(int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", question))
    assert found.reports == tuple(report for report in SEEDS if report.year >= event or event > 2020)
    assert (found.compares, found.refusal) == (False, None)


EDITIONS = {
    "What does the 2020 report say about bail?": (2020,),
    "What does the 2016 edition say about bail?": (2016,),
    "According to the 2016 report, who may visit prisons?": (2016,),
    "In the 2020 human rights report, who is the ombudsman?": (2020,),
    "In the 2020 country report, who is the ombudsman?": (2020,),
    "What did the State Department's 2016 report say on bail?": (2016,),
    "What does the 2020 Kazakhstan report say on bail?": (2020,),
    "What does the report for 2020 say on bail?": (2020,),
    "What does the report on 2016 say about bail?": (2016,),
    "What does the report of 2016 say about bail?": (2016,),
    "What does the report from 2016 say about bail?": (2016,),
    "What does the report covering 2020 say about bail?": (2020,),
    "What does the report for the year 2020 say on bail?": (2020,),
    "What are the main concerns (2020 report)?": (2020,),
    "What are the main concerns (report 2020)?": (2020,),
    "What does the latest report (2020) say?": (2020,),
    "What did the annual report for 2016 say on bail?": (2016,),
    "What do the 2016 and 2020 reports say on bail?": (2016, 2020),
    "What do the reports for 2016 and 2020 say on bail?": (2016, 2020),
    "How did bail differ between the 2016 and the 2020 report?": (2016, 2020),
    "How many according to the 2016 report, and how many according to the 2020 one?": (2016, 2020),
    "According to the 2020 report, who was sentenced in 2016?": (2020,),
    "According to the 2020 report, what happened between 2016 and 2020?": (2020,),
    "what does the 2020 REPORT say": (2020,),
    "What does the 2020 report of the U.S. Department of State say?": (2020,),
}


@pytest.mark.parametrize(("question", "years"), EDITIONS.items(), ids=EDITIONS)
def test_a_report_named_by_its_year_restricts_the_search(question, years):
    found = read(question)
    assert (found.filters.years, found.filters.inferred) == (years, True)
    assert tuple(report.year for report in found.reports) == years
    assert found.compares == (len(years) > 1)
    assert found.refusal is None


RELATIVE = {
    "What does the latest report say about bail?": (2020,),
    "What does the most recent Kazakhstan report say about bail?": (2020,),
    "What did last year's report say about bail?": (2020,),
    "What did the earliest edition say about bail?": (2016,),
    "What do the last two reports say about bail?": (2016, 2020),
    "What do the 2016-2020 reports say about bail?": (2016, 2020),
}


@pytest.mark.parametrize(("question", "years"), RELATIVE.items(), ids=RELATIVE)
def test_an_edition_may_be_named_by_its_age(question, years):
    found = read(question)
    assert (found.filters.years, found.filters.inferred, found.refusal) == (years, True, None)


@pytest.mark.parametrize(
    "question", ["What did the first report of torture say?", "What was in the latest NGO report?"]
)
def test_reports_of_others_are_no_editions(question):
    assert read(question).filters == Filters()


AFTER = {
    "How many people were detained in 2023?": True,
    "What happened in March 2022?": True,
    "Until when in 2021 does the exit ban run?": False,
    "What is planned for 2025?": False,
    "What is the Kazakhstan 2050 strategy?": False,
    "Who was sentenced in 2016 or in 2023?": False,
}


@pytest.mark.parametrize(("question", "late"), AFTER.items(), ids=AFTER)
def test_no_report_speaks_of_what_came_after_it(question, late):
    """Unless it is a plan."""
    found = read(question)
    assert (reason(found) == "not_in_collection") == late
    assert not late or "the latest is that for 2020" in found.refusal[1]


ABSENT_EDITIONS = {
    "What does the 2018 report say about bail?": 2018,
    "What does the report for 2023 say about bail?": 2023,
    "What does the latest report (2024) say about pretrial detention limits?": 2024,
    "What did the 2019 edition find?": 2019,
    "Compare the 2016 and the 2018 report on bail.": 2018,
    "Compare the reports for 2012 and 2020.": 2012,
}


@pytest.mark.parametrize(("question", "year"), ABSENT_EDITIONS.items(), ids=ABSENT_EDITIONS)
def test_an_edition_that_is_not_held_is_declined_by_name(question, year):
    found = read(question)
    assert found.refusal is not None
    assert found.refusal[0] == "not_in_collection"
    assert str(year) in found.refusal[1]
    assert "Kazakhstan (2016, 2020)" in found.refusal[1]


def test_the_askers_own_year_goes_before_the_wording():
    found = read("What does the 2016 report say about bail?", years=(2020,))
    assert found.filters == Filters(years=(2020,))
    assert [report.year for report in found.reports] == [2020]


def test_the_askers_own_year_that_is_not_held_is_declined():
    found = read("What about bail?", years=(2018,))
    assert (found.reports, reason(found)) == ((), "not_in_collection")
    assert "There is no report for 2018." in found.refusal[1]


# Comparing

COMPARING = """Compare bail in 2016 and 2020.
How does bail compare?
What is the difference in bail between 2016 and 2020?
How did the law on bail differ between the two reports?
Torture complaints to the ombudsman: 2016 versus 2020?
Bail, 2016 vs. 2020
How has the law on bail changed?
How did the law on bail change between 2016 and 2020?
How did the law on bail change?
Did bail change from 2016 to 2020?
Have prison conditions improved since 2016?
Did the courts' independence deteriorate over the years?
What do both reports say on bail?
What did each of the two reports say on bail?
How many judges were convicted according to each report?
Within how many hours must a court decide - then and now?
What did the two reports say about suicides in prison?
how many parties were registered in 2016 and in 2020
Who presided over the Supreme Court in 2016 and who in 2020?
What did 2016 say, what does 2020 say on clergymen?
Was there any change in the law on bail?
How different are the two editions on bail?
Is there a comparison of the two editions?""".splitlines()


@pytest.mark.parametrize("question", COMPARING)
def test_questions_that_set_editions_against_each_other_compare(question):
    found = read(question)
    assert (found.compares, found.refusal) == (True, None)
    assert found.reports == tuple(SEEDS)


NOT_COMPARING = """What different types of detention are there?
Under which different laws were they charged?
Who changed the law in 2018?
How did the court change his sentence in May?
What was changed in 2017 for migrants from the Eurasian Economic Union?
Did the police both beat and threaten him?
What are the two main parties?
Who developed the website?
What did the report say about each region?""".splitlines()


@pytest.mark.parametrize("question", NOT_COMPARING)
def test_other_questions_do_not_compare(question):
    assert not read(question).compares


@pytest.mark.parametrize("question", COMPARING)
def test_one_report_alone_is_not_compared(question):
    assert not read(question, SEEDS[1:]).compares
    assert not read(question, years=(2020,)).compares


# Countries


def test_the_only_country_restricts_nothing():
    """Its name is in no sentence of its own report."""
    found = read("How are refugees treated in Kazakhstan?")
    assert (found.filters, found.foreign, found.refusal) == (Filters(), (), None)


FOREIGN = {
    "How did Uzbekistan's envoy Karimov treat journalists?": ("Uzbekistan",),
    "What did Chinese officials agree with Kazakhstan?": ("China",),
    "Were citizens extradited to Russia or France?": ("Russia", "France"),
    "Who was extradited to Uzbekistan?": ("Uzbekistan",),
    "When was Ablyazov granted asylum in France?": ("France",),
    "How did the Italian court explain its verdict?": ("Italy",),
    "separatists agreement China": ("China",),
}


@pytest.mark.parametrize(("question", "foreign"), FOREIGN.items(), ids=FOREIGN)
def test_countries_that_no_report_is_about_are_noted(question, foreign):
    """They may be parties to what a report tells: the search decides."""
    found = read(question)
    assert (found.foreign, found.refusal) == (foreign, None)
    assert found.reports == tuple(SEEDS)


ABSENT_COUNTRIES = """How are journalists treated in Uzbekistan?
How does the UAE treat bankers?
What does the report on Norway say?
What does the Uzbekistan report say about bail?
Who is the ombudsman of Armenia?""".splitlines()


@pytest.mark.parametrize("question", ABSENT_COUNTRIES)
@pytest.mark.parametrize("reports", [SEEDS, MANY])
def test_a_country_that_is_asked_about_and_not_held_is_declined(question, reports):
    found = read(question, reports)
    assert reason(found) == "not_in_collection"
    assert "Kazakhstan (2016, 2020)" in found.refusal[1]


HELD = {
    "How are refugees treated in Chad?": ("Chad",),
    "How are Kenyan journalists treated?": ("Kenya",),
    "Refugees in Kenya and Chad": ("Kenya", "Chad"),
    "What do Kazakhs think of Uzbekistan?": (),
    "How long is pretrial detention?": (),
    "How long is pretrial detention in Uganda?": (),
}


@pytest.mark.parametrize(("question", "countries"), HELD.items(), ids=HELD)
def test_countries_of_the_collection_restrict_the_search(question, countries):
    found = read(question, MANY)
    expected = countries or (("Kazakhstan",) if "Kazakh" in question else ())
    assert found.filters.countries == expected
    assert found.filters.inferred == bool(expected)
    assert {report.country for report in found.reports} == (set(expected) or {"Chad", "Kazakhstan", "Kenya"})


def test_country_and_edition_restrict_together():
    found = read("What does the 2020 report on Chad say?", MANY)
    assert [report.id for report in found.reports] == ["chad-2020"]


def test_a_country_without_that_edition_is_declined():
    found = read("What does the 2016 report say about Chad?", MANY)
    assert (found.reports, reason(found)) == ((), "not_in_collection")
    assert "Chad 2016" in found.refusal[1]
    assert [report.id for report in found.near] == ["chad-2019", "chad-2020"]


NAMES = ["Kazakhstan", "kazakhstan", "KAZAKHSTAN", "kz", "Republic of Kazakhstan"]


@pytest.mark.parametrize("name", NAMES)
def test_the_askers_country_may_be_written_in_any_form(name):
    found = read("What about bail?", MANY, countries=(name,))
    assert found.filters == Filters(countries=("Kazakhstan",))
    assert len(found.reports) == 2


@pytest.mark.parametrize("name", ["Narnia", "Uganda"])
def test_an_askers_country_that_is_not_held_is_declined(name):
    found = read("What about bail?", MANY, countries=(name,))
    assert reason(found) == "not_in_collection"
    assert name in found.refusal[1]


def test_the_askers_country_goes_before_the_wording():
    found = read("How are refugees treated in Chad?", MANY, countries=("Kenya",))
    assert [report.id for report in found.reports] == ["kenya-2020"]
    assert not found.filters.inferred


def test_large_collections_are_told_by_their_size():
    many = held(
        *(
            (name, 2020)
            for name in "Chad Kenya Mali Niger Togo Ghana Benin Gabon Angola Malawi Zambia Rwanda Uganda".split()
        )
    )
    assert scope.holdings(many) == "13 reports on 13 countries"
    assert scope.holdings(MANY) == "Chad (2019, 2020); Kazakhstan (2016, 2020); Kenya (2020)"


# What cannot be answered

COUNTING = """How many countries torture prisoners?
How many of the countries have political prisoners?
Which country has the most political prisoners?
Which countries have the worst prisons?
What country has the lowest number of complaints?
Which nation has most journalists in prison?
Rank the countries by press freedom.
What is the number of countries with a death penalty?
How many reports mention torture?
How many of the reports speak of torture?""".splitlines()


@pytest.mark.parametrize("question", COUNTING)
def test_counting_over_reports_is_declined(question):
    assert reason(read(question, MANY)) == "cannot_count"


NOT_COUNTING = """How many complaints of torture were there?
How many reports of torture were there?
How many reports did the ombudsman receive?
What is the number of reports of domestic violence?
From which country do most refugees come?
Which country was he extradited to?
What state programs help refugees?
How many people were detained in the country?
Which states of emergency were declared?
What rank did the police officer have?""".splitlines()


@pytest.mark.parametrize("question", NOT_COUNTING)
def test_counting_within_a_report_is_not(question):
    assert read(question).refusal is None


@pytest.mark.parametrize("question", ["?", "...", "What is this about?", "the", "“”", "😀", "- - -"])
def test_what_asks_for_nothing_is_no_question(question):
    assert reason(read(question)) == "not_a_question"


OTHER_LANGUAGES = """Сколько жалоб на пытки получил омбудсмен?
Қанша шағым түсті бұл жылы?
Combien de plaintes pour torture le médiateur a-t-il reçues ?
Quelles sont les conditions de détention au Kazakhstan ?
¿Cuántas denuncias de tortura recibió la defensora del pueblo?
¿Quién fue condenado por la corte en 2016?
Wie viele Beschwerden über Folter gab es?
Welche Rechte haben Häftlinge und wie viele gibt es?
Quantas queixas de tortura foram recebidas em 2020?
Quanti sono i prigionieri politici nel paese?
Hoeveel gevangenen zijn er in het land?
有多少酷刑投诉?
كم عدد الشكاوى من التعذيب؟
拷問の苦情は何件ありましたか""".splitlines()


@pytest.mark.parametrize("question", OTHER_LANGUAGES)
def test_other_languages_are_declined(question):
    """Rather than answered with whatever sounds alike."""
    found = read(question)
    assert reason(found) == "not_a_question"
    assert "English" in found.refusal[1]


ENGLISH = """Who is Бокаев?
Бокаев
Max Bokayev приговор
torture complaints ombudsman 2020
Was Mukhtar Ablyazov's extradition from France decided by the Conseil d’État?
Where is El Salvador or Los Angeles mentioned?
What is the role of the Organisation internationale de la Francophonie?
Are there reports on the UN and les Nouvelles de Paris?
What did Ursula von der Leyen say?
les Misérables
police die?
Fionualla Ní Aoláin’s visit
KNB""".splitlines()


@pytest.mark.parametrize("question", ENGLISH)
def test_names_of_other_languages_are_no_other_language(question):
    assert read(question).refusal is None


def test_no_english_question_of_the_seeds_reports_is_taken_for_another_language(seed_passages):
    for passage in seed_passages:
        for index in range(len(passage.sentences)):
            assert reason(read(passage.sentence(index))) in (None, "cannot_count", "not_in_collection")


def test_time_is_bounded_on_any_wording():
    """No pattern backtracks without end on a question of the greatest length."""
    for unit in ("how did ", "2016 and ", "human rights ", "change the ", "report for the ", "which country ", "2016"):
        read((unit * 2_000)[:2_000])


@pytest.mark.parametrize(
    "question", ["Who won the 2018 final in France?", "What is the role of the prime minister of Canada?"]
)
def test_where_no_report_is_about_a_country_none_is_missing(question):
    """Other publishers' documents speak of countries without being reports on them."""
    reports = held(("Great Chicago Fire", 2000), ("Russian Blue", 2000), ("Georgia", 2000))
    found = read(question, reports)
    assert found.refusal is None
    assert list(found.reports) == list(reports)
