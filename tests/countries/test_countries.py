"""Names of countries: what is one, which country it is, and where it stands in a text."""

import unicodedata
from collections import defaultdict
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.countries import Mention, canonical, meanings, mentions, of_code, within

PLAIN_PAGES = """
Malaysia Mongolia afghanistan albania algeria andorra angola armenia australia austria azerbaijan bahrain bangladesh
belgium belize bhutan bolivia bosnia-and-herzegovina botswana brazil brunei bulgaria burkina-faso burma burundi
cabo-verde cambodia cameroon central-african-republic chad chile china colombia comoros costa-rica croatia cyprus
czech-republic democratic-republic-of-the-congo denmark djibouti dominica dominican-republic ecuador egypt
el-salvador equatorial-guinea eritrea estonia eswatini ethiopia fiji france georgia germany ghana greece grenada
guatemala guinea guyana haiti honduras hungary iceland india indonesia iran iraq ireland italy jamaica jordan
kazakhstan kenya kiribati kosovo kuwait laos latvia lebanon lesotho liberia liechtenstein lithuania madagascar
malaysia maldives malta mauritania mauritius mexico micronesia monaco mongolia montenegro morocco mozambique namibia
nauru nepal netherlands new-zealand nicaragua niger nigeria north-korea north-macedonia norway oman pakistan palau
panama papua-new-guinea paraguay peru philippines poland portugal republic-of-the-congo romania rwanda
saint-kitts-and-nevis saint-lucia san-marino saudi-arabia serbia seychelles sierra-leone singapore slovakia slovenia
solomon-islands somalia south-africa south-korea south-sudan spain sri-lanka sudan suriname sweden switzerland syria
taiwan tajikistan tanzania thailand the-bahamas the-gambia togo trinidad-and-tobago tunisia turkey turkmenistan
tuvalu united-arab-emirates uruguay vietnam western-sahara yemen zambia
"""
"""Page names of the editions of 2016 to 2020 that are the canonical name itself, hyphenated in lower case."""

OTHER_PAGES = {
    "bahamas": "The Bahamas",
    "china-includes-tibet-hong-kong-and-macau": "China",
    "china-includes-tibet-hong-kong-and-macau-china": "China",
    "cote-divoire": "Côte d’Ivoire",
    "democratic-peoples-republic-of-korea": "North Korea",
    "federated-states-of-micronesia": "Micronesia",
    "gambia": "The Gambia",
    "ghana__trashed": "Ghana",
    "guinea-bissau": "Guinea-Bissau",
    "jamaica__trashed": "Jamaica",
    "macedonia": "North Macedonia",
    "malaysia-2": "Malaysia",
    "mongolia__trashed": "Mongolia",
    "peru__trashed": "Peru",
    "philippines__trashed": "Philippines",
    "republic-of-korea": "South Korea",
    "sao-tome-and-principe": "São Tomé and Príncipe",
    "swaziland": "Eswatini",
}

TITLES = {
    "Bahamas, The": "The Bahamas",
    "China (Includes Hong Kong, Macau, and Tibet)": "China",
    "China (includes Tibet, Hong Kong, and Macau)": "China",
    "China (includes Tibet, Hong Kong, and Macau) - China": "China",
    "Cote d'Ivoire": "Côte d’Ivoire",
    "Côte d'Ivoire": "Côte d’Ivoire",
    "Democratic People's Republic of Korea": "North Korea",
    "Federated States of Micronesia": "Micronesia",
    "Gambia, The": "The Gambia",
    "Macedonia": "North Macedonia",
    "Republic of Korea": "South Korea",
    "Sao Tome and Principe": "São Tomé and Príncipe",
    "Swaziland": "Eswatini",
}


FIELDS = [
    line.split("\t")
    for line in files("rag.countries").joinpath("countries.tsv").read_text(encoding="utf-8").splitlines()[1:]
]


def rows() -> list[tuple[str, str, list[str], list[str], str]]:
    return [
        (code, country, names.split(";") if names else [], adjectives.split(";") if adjectives else [], over)
        for code, _, country, over, names, adjectives in FIELDS
    ]


COUNTRIES = [row[:4] for row in rows() if row[0] not in ("-", "?") and not row[4].startswith("=")]
PARTS = [(part, over[1:]) for _, part, _, _, over in rows() if over.startswith("=")]


def spoken(page: str) -> str:
    words = page.replace("-", " ").title()
    for small in ("And", "Of", "The"):
        words = words.replace(f" {small} ", f" {small.lower()} ")
    return words


def named(text: str) -> list[tuple[str, str]]:
    return [(text[mention.start : mention.end], mention.country) for mention in mentions(text)]


def folded(name: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if c.isalnum() or c == " ")
    return " ".join(plain.lower().split())


@pytest.mark.parametrize("page", PLAIN_PAGES.split())
def test_page_name_is_its_country(page: str) -> None:
    """A page name is the canonical name, hyphenated, with or without "the"."""
    assert canonical(page) == spoken(page)


@pytest.mark.parametrize(("name", "country"), [*OTHER_PAGES.items(), *TITLES.items()])
def test_other_page_names_and_titles(name: str, country: str) -> None:
    """Former names, official names, leftovers of publishing and titles in catalogue order resolve as well."""
    assert canonical(name) == country


@pytest.mark.parametrize(
    ("name", "country"),
    [
        pytest.param("uraguay", "Uruguay", id="misspelt page"),
        pytest.param("kazakhstan-2020", "Kazakhstan", id="report id"),
        pytest.param("KAZAKHSTAN", "Kazakhstan", id="capitals"),
        pytest.param("türkiye", "Turkey", id="accent"),
        pytest.param("Turkiye", "Turkey", id="accent left out"),
        pytest.param("CÔTE D'IVOIRE", "Côte d’Ivoire", id="capitals with accents"),
        pytest.param("Co\u0302te d'Ivoire", "Côte d’Ivoire", id="accent on its own"),
        pytest.param("kz", "Kazakhstan", id="ISO code"),
        pytest.param("XK", "Kosovo", id="code in use"),
        pytest.param("u.s.", "United States", id="short form with dots"),
        pytest.param("drc", "Democratic Republic of the Congo", id="short form in lower case"),
        pytest.param("Zaire", "Democratic Republic of the Congo", id="former name"),
        pytest.param("Congo, Republic of the", "Republic of the Congo", id="catalogue order"),
        pytest.param("Bosnia & Herzegovina", "Bosnia and Herzegovina", id="ampersand"),
        pytest.param("Turkey (Türkiye)", "Turkey", id="both names"),
        pytest.param("israel-west-bank-and-gaza", "Israel", id="page of two"),
        pytest.param("Republic of China", "Taiwan", id="official name of Taiwan"),
        pytest.param("People's Republic of China", "China", id="official name of China"),
        pytest.param("Ukrainian", None, id="adjective"),
        pytest.param("Kazakhstan and Kenya", None, id="two countries"),
        pytest.param("Atlantis", None, id="no country"),
        pytest.param("Gulf of Mexico", None, id="other place"),
        pytest.param("the", None, id="article alone"),
        pytest.param("-", None, id="punctuation alone"),
        pytest.param("", None, id="empty"),
    ],
)
def test_canonical(name: str, country: str | None) -> None:
    """A name as a whole stands for one country or for none, whatever its case, accents and punctuation."""
    assert canonical(name) == country


@pytest.mark.parametrize("name", [name for _, country, names, _ in COUNTRIES for name in (country, *names)])
def test_every_name_in_the_data_resolves(name: str) -> None:
    """A name resolves as it stands, in lower case and in capitals."""
    assert canonical(name) == canonical(name.lower()) == canonical(name.upper())
    assert canonical(name) is not None


def test_canonical_names_and_codes_stand_for_themselves() -> None:
    """A canonical name is its own canonical name, and a code leads to it."""
    assert [canonical(country) for _, country, _, _ in COUNTRIES] == [country for _, country, _, _ in COUNTRIES]
    assert all(canonical(code) == country for code, country, _, _ in COUNTRIES if code)


def test_every_alias_belongs_to_one_country() -> None:
    """No code, name or adjective, folded, is in two rows; phrases that name no country are a row of their own."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for code, country, names, adjectives, _ in rows():
        for alias in filter(folded, (code, country, *names, *adjectives)):
            owners[folded(alias)].add(country)
    assert {alias: sorted(found) for alias, found in owners.items() if len(found) > 1} == {}


def test_data_is_in_order() -> None:
    """Codes are unique, countries are sorted without regard to "The", and no field has stray white space."""
    codes = [code for code, *_ in COUNTRIES if code]
    sort_keys = [folded(country.removeprefix("The ")) for _, country, _, _ in COUNTRIES]
    assert len(set(codes)) == len(codes)
    assert sort_keys == sorted(sort_keys)
    fields = [alias for _, country, names, adjectives in COUNTRIES for alias in (country, *names, *adjectives)]
    assert all(alias == alias.strip() != "" for alias in fields)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Torture in Uzbekistan?", [("Uzbekistan", "Uzbekistan")], id="name"),
        pytest.param("torture in uzbekistan", [("uzbekistan", "Uzbekistan")], id="lower case"),
        pytest.param("TORTURE IN TURKEY", [("TURKEY", "Turkey")], id="capitals"),
        pytest.param("Prisons of Kazakstan", [("Kazakstan", "Kazakhstan")], id="misspelt"),
        pytest.param("Prisons of Qazaqstan", [("Qazaqstan", "Kazakhstan")], id="own spelling"),
        pytest.param("Uzbekistan's prisons", [("Uzbekistan", "Uzbekistan")], id="possessive"),
        pytest.param("Uzbekistan’s prisons", [("Uzbekistan", "Uzbekistan")], id="possessive, curly"),
        pytest.param("the Philippines' courts", [("Philippines", "Philippines")], id="possessive of a plural"),
        pytest.param("Côte d’Ivoire’s army", [("Côte d’Ivoire", "Côte d’Ivoire")], id="accent and apostrophes"),
        pytest.param("cote d'ivoire", [("cote d'ivoire", "Côte d’Ivoire")], id="accent left out"),
        pytest.param("Swaziland or Eswatini", [("Swaziland", "Eswatini"), ("Eswatini", "Eswatini")], id="renamed"),
        pytest.param("Burma/Myanmar", [("Burma", "Burma"), ("Myanmar", "Burma")], id="two names"),
        pytest.param("Kirgizstan, Czechia", [("Kirgizstan", "Kyrgyzstan"), ("Czechia", "Czech Republic")], id="list"),
        pytest.param("Columbia's police", [("Columbia", "Colombia")], id="Columbia"),
        pytest.param("Iran-backed groups", [("Iran", "Iran")], id="compound"),
        pytest.param("United\nArab  Emirates", [("United\nArab  Emirates", "United Arab Emirates")], id="line break"),
        pytest.param("Crimea", [("Crimea", "Ukraine")], id="Crimea"),
        pytest.param("Hong Kong and Macau", [("Hong Kong", "China"), ("Macau", "China")], id="Hong Kong and Macau"),
        pytest.param("Tibet", [("Tibet", "China")], id="Tibet"),
        pytest.param("the West Bank and Gaza", [("West Bank and Gaza", "West Bank and Gaza")], id="West Bank and Gaza"),
        pytest.param("Israel, West Bank", [("Israel", "Israel"), ("West Bank", "West Bank and Gaza")], id="Israel"),
        pytest.param("Western Sahara", [("Western Sahara", "Western Sahara")], id="Western Sahara"),
        pytest.param("Ukraine. Sudan", [("Ukraine", "Ukraine"), ("Sudan", "Sudan")], id="two sentences"),
        pytest.param("Which countries?", [], id="none"),
        pytest.param("", [], id="empty"),
    ],
)
def test_names(text: str, found: list[tuple[str, str]]) -> None:
    """Names count in any of their forms, and the mention is the name without a possessive ending."""
    assert named(text) == found


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("Guinea-Bissau", ["Guinea-Bissau"]),
        ("Guinea Bissau", ["Guinea-Bissau"]),
        ("Equatorial Guinea", ["Equatorial Guinea"]),
        ("Papua New Guinea", ["Papua New Guinea"]),
        ("Guinea. Bissau", ["Guinea"]),
        ("Nigeria", ["Nigeria"]),
        ("Niger", ["Niger"]),
        ("the Dominican Republic", ["Dominican Republic"]),
        ("Dominica", ["Dominica"]),
        ("South Sudan", ["South Sudan"]),
        ("Sudan and South Sudan", ["Sudan", "South Sudan"]),
        ("American Samoa", ["American Samoa"]),
        ("Samoa", ["Samoa"]),
        ("British Virgin Islands", ["British Virgin Islands"]),
        ("Democratic Republic of the Congo", ["Democratic Republic of the Congo"]),
        ("Republic of the Congo", ["Republic of the Congo"]),
        ("Congo-Brazzaville or Congo-Kinshasa", ["Republic of the Congo", "Democratic Republic of the Congo"]),
        ("Congo", ["Democratic Republic of the Congo"]),
        ("DR Congo", ["Democratic Republic of the Congo"]),
        ("Democratic People's Republic of Korea", ["North Korea"]),
        ("Republic of Korea", ["South Korea"]),
        ("Korea", ["South Korea"]),
        ("Korea, North", ["North Korea"]),
        ("North and South Korea", ["North Korea", "South Korea"]),
        ("south or north korea", ["South Korea", "North Korea"]),
        ("North and South Koreans", ["North Korea", "South Korea"]),
        ("North Macedonia", ["North Macedonia"]),
        ("Republic of China", ["Taiwan"]),
        ("Northern Ireland", ["United Kingdom"]),
        ("Ireland", ["Ireland"]),
        ("St. Vincent & the Grenadines", ["Saint Vincent and the Grenadines"]),
    ],
)
def test_longest_name_wins(text: str, countries: list[str]) -> None:
    """A place is read as the longest name that stands there, on word boundaries and within a sentence."""
    assert [mention.country for mention in mentions(text)] == countries


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ukrainian courts", [("Ukrainian", "Ukraine")]),
        ("ukrainian courts", [("ukrainian", "Ukraine")]),
        ("Kazakhstani and Kazakh", [("Kazakhstani", "Kazakhstan"), ("Kazakh", "Kazakhstan")]),
        ("Uzbeks", [("Uzbeks", "Uzbekistan")]),
        ("an Emirati", [("Emirati", "United Arab Emirates")]),
        ("Filipinos", [("Filipinos", "Philippines")]),
        ("Philippine law", [("Philippine", "Philippines")]),
        ("Nigerien, Nigerian", [("Nigerien", "Niger"), ("Nigerian", "Nigeria")]),
        ("Poles in Polish prisons", [("Poles", "Poland"), ("Polish", "Poland")]),
        ("North Koreans", [("North Koreans", "North Korea")]),
        ("South Sudanese", [("South Sudanese", "South Sudan")]),
        ("non-Chinese", [("Chinese", "China")]),
        ("the Turkish Cypriots", [("Turkish Cypriots", "Cyprus")]),
    ],
)
def test_adjectives(text: str, found: list[tuple[str, str]]) -> None:
    """Adjectives and words for the people count, in the plural too."""
    assert named(text) == found
    assert {mention.form for mention in mentions(text)} == {"adjective"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Tell us about police", [], id="pronoun"),
        pytest.param("a stolen car", [], id="noun"),
        pytest.param("the uk", [], id="lower case"),
        pytest.param("IT IN NO", [], id="ISO codes"),
        pytest.param("Does the US, the UK or the UAE", ["US", "UK", "UAE"], id="list"),
        pytest.param("in the U.S.", ["U.S."], id="dots"),
        pytest.param("the U.S.A.’s law", ["U.S.A."], id="dots and possessive"),
        pytest.param("DRC, CAR, DPRK, PRC and BiH", ["DRC", "CAR", "DPRK", "PRC", "BiH"], id="several"),
        pytest.param("TELL US ABOUT THE CAR", [], id="capitals, words"),
        pytest.param("POLICE IN THE UAE", ["UAE"], id="capitals, no word"),
        pytest.param("US", ["US"], id="alone"),
        pytest.param("U S", [], id="letters apart"),
    ],
)
def test_codes(text: str, found: list[str]) -> None:
    """Short forms count in their own case only; in capitals throughout, those that are words do not."""
    assert [text[mention.start : mention.end] for mention in mentions(text)] == found
    assert {mention.form for mention in mentions(text)} <= {"code"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Chad, Jordan, Georgia, Turkey, Guinea", ["Chad", "Jordan", "Georgia", "Turkey", "Guinea"]),
        ("prisons in chad", ["chad"]),
        ("the police of jordan", ["jordan"]),
        ("refugees from turkey, georgia and guinea", ["turkey", "georgia", "guinea"]),
        ("in polish prisons", ["polish"]),
        ("roast turkey with jordan and chad", []),
        ("in kenya he ate turkey", ["kenya"]),
        ("polish the answer", []),
        ("a guinea pig", []),
        ("the seven emirates", []),
        ("niger, mali and china", ["niger", "mali", "china"]),
    ],
)
def test_names_that_are_words(text: str, found: list[str]) -> None:
    """In lower case they count after a word of place only, and in a list that begins so."""
    assert [text[mention.start : mention.end] for mention in mentions(text)] == found


@pytest.mark.parametrize("text", ["Michael Jordan", "did Chad Smith", "Georgia Brown", "for Georgia Lopez"])
def test_persons_are_no_countries(text: str) -> None:
    assert mentions(text) == []


@pytest.mark.parametrize(
    "text",
    ["Does Chad", "In 2019 Jordan", "Chad Ministry of Justice", "Jordan River", "IN CHAD PRISONS", "to Israel, May"],
)
def test_a_capital_beside_a_country_makes_no_person(text: str) -> None:
    assert len(mentions(text)) == (text != "Jordan River")


def test_a_name_of_two_countries_means_both() -> None:
    """The likelier one first; ``canonical`` gives that one."""
    (congo,) = mentions("Prisons in Congo")
    assert congo.countries == ("Democratic Republic of the Congo", "Republic of the Congo") == meanings("Congo")
    assert canonical("Congo") == congo.country
    assert mentions("Koreans")[0].countries == ("South Korea", "North Korea")


@pytest.mark.parametrize(("part", "country"), PARTS)
def test_a_part_counts_as_its_country(part: str, country: str) -> None:
    """And is told apart from it."""
    assert canonical(part) == canonical(f"{country} - {part}") == country
    (mention,) = mentions(f"What about {part}?")
    assert (mention.country, mention.part) == (country, part)
    assert mentions(country)[0].part == ""


def test_codes_lead_to_countries_and_to_nothing_else() -> None:
    codes = [(code3, country) for _, code3, country, over, *_ in FIELDS if code3 and not over.startswith("=")]
    assert len({code for code, _ in codes}) == len(codes) > 200
    assert all(of_code(code) == country == canonical(code) for code, country in codes)
    assert {of_code(code) for code in ("kaz", "XXX", "-", "?", "")} == {None}


def test_territories_lie_within_countries() -> None:
    named = {country for _, country, *_ in COUNTRIES}
    assert {within(country) for country in named} - {None} <= named
    assert within("Guadeloupe") == "France"


@pytest.mark.parametrize(
    "text",
    [
        "the Gulf of Mexico",
        "Latin American women",
        "Native Americans",
        "the Organization of American States",
        "New Mexico",
        "the District of Columbia",
        "the Niger Delta",
        "What does the U.S. State Department say?",
        "What does the US Department of State say?",
        "1,000 U.S. dollars",
        "US$5",
        "guinea pigs",
        "Chadwick met Jordanna and Omanson",
    ],
)
def test_no_country(text: str) -> None:
    """Other places and groups with a country in their name, the publisher, and parts of words name no country."""
    assert mentions(text) == []


def test_offsets_are_code_points_of_the_text_given() -> None:
    """Accents on their own and characters outside the basic plane move nothing."""
    text = "😀 São Tomé e Príncipe, Co\u0302te d'Ivoire, Peru\u0301!"
    assert mentions(text) == [
        Mention("São Tomé and Príncipe", 2, 21, "name"),
        Mention("Côte d’Ivoire", 23, 37, "name"),
        Mention("Peru", 39, 44, "name"),
    ]


PIECES = st.one_of(
    st.sampled_from([alias for _, country, names, adjectives, _ in rows() for alias in (country, *names, *adjectives)]),
    st.sampled_from(["in", "and", "North", "the", ",", ".", "'s", "’s", "U.S.", "turkey", "\u0301", "ﬁ", "\n"]),
    st.text(max_size=4),
)


@given(st.lists(PIECES, max_size=8), st.sampled_from(["", " ", "-"]))
def test_mentions_slice_back_and_never_overlap(pieces: list[str], between: str) -> None:
    """Mentions are in order, apart, not empty, canonical, and slices that name the same country on their own."""
    text = between.join(pieces)
    end = 0
    for mention in mentions(text):
        assert end <= mention.start < mention.end <= len(text)
        assert canonical(mention.country) == mention.country
        if mention.form == "code":
            assert canonical(text[mention.start : mention.end]) == mention.country
        end = mention.end


@given(st.one_of(st.text(), PIECES))
def test_canonical_is_idempotent(name: str) -> None:
    """The canonical name of a canonical name is itself."""
    country = canonical(name)
    assert country is None or canonical(country) == country


@given(st.sampled_from([country for _, country, _, _ in COUNTRIES]), st.sampled_from(["'s", "’s", "", "?", "."]))
def test_every_country_is_found_in_a_question(country: str, ending: str) -> None:
    """A canonical name in a question is one mention of that country, in its case and in lower case."""
    for name in (country, country.lower()):
        text = f"What happened in {name}{ending}"
        assert [mention.country for mention in mentions(text)] == [country]
