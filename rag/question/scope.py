"""From a question's wording and what the collection holds to the reports that are searched, or to a refusal."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag import countries
from rag.question import about_reports, comparison, counting, country_spelling, editions, language, subject
from rag.question.subject import Named, Role
from rag.text.words import terms
from rag.types import DeclineReason, Filters, ReportInfo

Refusal = tuple[DeclineReason, str]

_PROPER = re.compile(r"(?<=[\w,] )[A-Z][a-z]\w+")
_CALENDAR = frozenset(
    """January February March April May June July August September October November December Monday Tuesday Wednesday
    Thursday Friday Saturday Sunday""".split()
)
_CANNOT_COUNT = (
    "Counting, listing or ranking over reports needs every one of them to be read. "
    f"Ask about one country at a time, or compare a few by name (up to {comparison.MOST} reports)."
)
_LISTED = 12
"""Countries up to which what a collection holds is told one by one."""


@dataclass(frozen=True, slots=True)
class Scope:
    question: str
    """With misspelt names of countries and their codes written out."""
    filters: Filters
    reports: tuple[ReportInfo, ...]
    """Those to search: the filters admit them, and they are not older than what the question speaks of."""
    compares: bool
    foreign: tuple[str, ...] = ()
    """Countries that the question names and none of ``reports`` is about; the evidence must speak of them."""
    refusal: Refusal | None = None
    """Why the question is declined without a search: reason and detail."""
    near: tuple[ReportInfo, ...] = ()
    """Where ``reports`` is empty: other editions on the same country."""
    section: about_reports.Section | None = None
    """The section whose digest is asked for."""


@dataclass(frozen=True, slots=True)
class _Countries:
    """What the wording says of countries."""

    wanted: tuple[str, ...] = ()
    """Those to restrict a search to."""
    compared: bool = False
    """Whether it sets them side by side."""
    missing: tuple[str, ...] = ()
    """Those that it asks about and the collection lacks."""
    foreign: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    """Countries of which it names a part only, with that part."""


def read(
    question: str, asked: Filters, held: Sequence[ReportInfo], stands: Callable[[str], bool] = lambda _: False
) -> Scope:
    """The scope of ``question`` over the reports ``held``. The asker's own filters win over the wording.

    ``stands``: whether a folded word stands in these reports, and so is spelled as it is meant.
    """
    question = country_spelling.written_out(question, stands)
    sides, editions_compared = comparison.of_anything(question), comparison.of_editions(question)
    known = frozenset(report.country for report in held)
    mentioned = subject.named(question, compares=sides) if _tells_of_countries(known) else []
    about = _about(question, mentioned, known, sides=sides)
    own = tuple(dict.fromkeys(country for name in asked.countries for country in _meant(name, known)))
    if own:
        about = _Countries(own, compared=len(own) > 1 and sides)
    pool = _narrowed([report for report in held if not about.wanted or report.country in about.wanted], about)
    years = editions.read(question, {report.year for report in held}, compares=editions_compared or about.compared)
    if asked.years or not _tells_of_countries(known):
        years = editions.Years(named=asked.years or years.named)
    chosen = _chosen(pool, years)
    if about.compared and not chosen:
        chosen = comparison.alike(pool, years.events, over_time=comparison.over_time(question))
    filters = replace(
        asked,
        countries=about.wanted if own or len(known) > 1 else (),
        years=asked.years or years.named or tuple(sorted({report.year for report in chosen})),
    )
    filters = replace(filters, inferred=filters != replace(asked, countries=own, inferred=False))
    compares = about.compared or len(set(filters.years)) > 1 or (editions_compared and len(filters.years) != 1)
    if not chosen and not years.named:
        chosen = _speaking(pool, years)
    if compares and len(chosen) > comparison.MOST and (about.wanted or len(known) == 1):
        chosen = comparison.ends(chosen)
    scope = Scope(
        question,
        filters,
        tuple(chosen),
        compares and 1 < len(chosen) <= comparison.MOST,
        near=() if chosen else tuple(pool),
        foreign=tuple(country for country in about.foreign if all(report.country != country for report in chosen)),
        section=about_reports.section(question),
    )
    return replace(scope, refusal=_refusal(scope, about, years, pool, held))


def holdings(held: Sequence[ReportInfo]) -> str:
    """What a collection holds, in words: "Kazakhstan (2016, 2020)"."""
    years: dict[str, list[int]] = {}
    for report in held:
        years.setdefault(report.country, []).append(report.year)
    if len(years) > _LISTED:
        return f"{len(held)} reports on {len(years)} countries"
    return "; ".join(f"{country} ({_run(sorted(found))})" for country, found in years.items())


def _run(years: Sequence[int]) -> str:
    """Years in words.

    >>> _run([2016, 2017, 2018]), _run([2016, 2020])
    ('2016–2018', '2016, 2020')
    """
    if len(years) > 2 and list(years) == list(range(years[0], years[-1] + 1)):
        return f"{years[0]}–{years[-1]}"
    return ", ".join(map(str, years))


@lru_cache(8)
def _tells_of_countries(known: frozenset[str]) -> bool:
    """Whether a collection is one of country reports. In any other one, countries and years narrow nothing down."""
    return 2 * sum(countries.canonical(country) is not None for country in known) >= len(known)


def _meant(name: str, known: frozenset[str]) -> tuple[str, ...]:
    """The countries of the collection that an asker's name stands for, else its canonical name, else itself."""
    meant = countries.meanings(name) or (name,)
    return _of(meant, known) or meant[:1]


def _of(meant: Sequence[str], known: frozenset[str]) -> tuple[str, ...]:
    """Those of the countries ``meant`` that are ``known``, else the ones in whose reports these territories stand."""
    found = tuple(country for country in meant if country in known)
    return found or tuple(over for country in meant if (over := countries.within(country)) in known and over)


def _about(question: str, mentioned: Sequence[Named], known: frozenset[str], *, sides: bool) -> _Countries:
    held = {one.country: _of((one.country, *one.others), known) for one in mentioned}
    subjects = subject.subjects(mentioned)
    asked = [one for one in subjects if held[one.country]]
    missing = [one for one in subjects if not held[one.country]]
    refused: Sequence[Named] = ()
    if asked and (sides or any(one.compared for one in asked)):
        refused = [one for one in missing if one.compared or sides]
    elif not asked:
        sure = [one for one in missing if one.role > Role.PEOPLE or not any(held.values())]
        refused = [one for one in sure if _is_asked(one, question, known, held)]
    searched = subject.searched(mentioned) if asked else mentioned
    wanted = dict.fromkeys(country for one in searched for country in held[one.country])
    return _Countries(
        wanted=tuple(wanted),
        compared=len(wanted) > 1 and len(asked) > 1 and (sides or sum(one.compared for one in asked) > 1),
        missing=tuple(one.country for one in refused),
        foreign=tuple(one.country for one in mentioned if wanted.keys().isdisjoint(held[one.country] or ("",))),
        parts=tuple((one.country, one.part) for one in mentioned if one.part),
    )


def _narrowed(pool: Sequence[ReportInfo], about: _Countries) -> list[ReportInfo]:
    """``pool`` without what is not asked for of countries whose parts have reports of their own: of "Hong Kong" that of
    China goes, and of a comparison of whole countries those of their parts. What has no other report stays.
    """
    kept = list(pool)
    wanted = {country: f"{country} {part}" for country, part in about.parts}
    for country in about.wanted if about.compared else wanted:
        name = countries.slug(wanted.get(country, country))
        if any(report.id == f"{name}-{report.year}" for report in kept):
            kept = [report for report in kept if report.country != country or report.id == f"{name}-{report.year}"]
    return kept


def _is_asked(one: Named, question: str, known: frozenset[str], held: dict[str, tuple[str, ...]]) -> bool:
    """Whether a country that no report is about is certainly what the question asks about.

    Over reports on one country nobody needs to name that one: the country may be a party to what its report tells.
    """
    if one.role is Role.REPORT or len(known) > 1:
        return True
    mentions = countries.mentions(question)
    proper = any(
        match.group() not in _CALENDAR and not any(there.start <= match.start() < there.end for there in mentions)
        for match in _PROPER.finditer(question)
    )
    by_name = any(there.country == one.country and there.form != "adjective" for there in mentions)
    return one.role >= Role.PLACE and by_name and not proper and not any(held.values())


def _chosen(pool: Sequence[ReportInfo], years: editions.Years) -> list[ReportInfo]:
    """Reports of ``pool`` in the editions that the wording names, country by country; none where it names none."""
    by_country: dict[str, list[int]] = {}
    for report in pool:
        by_country.setdefault(report.country, []).append(report.year)
    wanted = {country: years.chosen(held) for country, held in by_country.items()}
    return [report for report in pool if report.year in wanted[report.country]]


def _speaking(pool: Sequence[ReportInfo], years: editions.Years) -> list[ReportInfo]:
    able = years.speaking({report.year for report in pool})
    return [report for report in pool if report.year in able]


def _refusal(
    scope: Scope, about: _Countries, years: editions.Years, pool: Sequence[ReportInfo], held: Sequence[ReportInfo]
) -> Refusal | None:
    themselves = about_reports.subject(scope.question)
    if themselves:
        meant = scope.reports or held
        return "about_the_reports", about_reports.told(themselves, meant, holdings(meant))
    if counting.counts(scope.question, about_one=bool(about.wanted or about.missing)):
        return "cannot_count", _CANNOT_COUNT
    if not terms(scope.question):
        return (
            "not_a_question",
            "There is nothing to look for in this text. Ask about a person, an event, a law or a practice.",
        )
    if language.is_foreign(scope.question):
        return "not_a_question", "This does not look like English, and questions are understood in English only."
    absent = _absent(scope, about, years, pool)
    if absent:
        return "not_in_collection", f"{absent} {_there_is(about.wanted, held)}"
    if about.compared and len(scope.reports) > comparison.MOST:
        detail = f"That would compare {len(scope.reports)} reports; {comparison.MOST} are the most. Name fewer."
        return "cannot_count", detail
    return None


def _absent(scope: Scope, about: _Countries, years: editions.Years, pool: Sequence[ReportInfo]) -> str | None:
    """What the question asks for and the collection lacks, as a sentence; None where it lacks nothing."""
    wanted = scope.filters.countries
    if about.missing:
        return f"There is no report for {' or '.join(about.missing)}."
    if not scope.reports:
        return f"There is no report for {' '.join([*wanted, *map(str, scope.filters.years)])}."
    have = {(report.country, report.year) for report in scope.reports}
    for year in years.named:
        lacking = [country for country in wanted if (country, year) not in have] if about.compared else []
        if lacking or all(year != edition for _, edition in have):
            return f"There is no report for {' '.join([*(lacking or wanted)[:1], str(year)])}."
    late = years.too_late({report.year for report in pool})
    if late:
        return f"No report here can speak of {late}: the latest is that for {max(report.year for report in pool)}."
    return None


def _there_is(wanted: Sequence[str], held: Sequence[ReportInfo]) -> str:
    own = [report for report in held if report.country in wanted]
    if own and len(own) < len(held):
        return f"There is {holdings(own)}; the collection holds {holdings(held)}."
    return f"The collection holds {holdings(held)}."
