"""The tools for agents. Their docstrings and fields are all that a language model knows of them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from inspect import cleandoc
from types import new_class
from typing import Annotated, Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import ToolAnnotations
from pydantic import Field

from api.mcp.verdict import Verdict
from api.server.dependencies import State, answering_lane, current
from api.server.problems import ProblemError
from api.v1.bodies import LONGEST_TEXT, CountryName, Edition, ForeignQuote, Found, plain
from api.v1.checking import judged
from api.v1.reports import passages_for
from api.v1.streams import streamed
from rag.answer import LONGEST_QUESTION
from rag.errors import RapporteurError
from rag.records.receipt import published
from rag.records.schema import PublishedAnswer
from rag.types import Answer, Filters, Statement

Explain = Callable[[Exception], str]
"""What the asker is told of an error."""

MOST_HITS = 30

Countries = Annotated[
    list[CountryName] | None,
    Field(max_length=300, description='Only reports on these countries, such as ["Kazakhstan"]; all where left out.'),
]
Years = Annotated[
    list[Edition] | None,
    Field(max_length=300, description="Only these editions, such as [2016, 2020]; all where left out."),
]
Country = Annotated[CountryName | None, Field(description="The same for one country alone.")]
Year = Annotated[Edition | None, Field(description="The same for one edition alone.")]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION)]


class Tools:
    """Each call works on one index from beginning to end, the one that is served when it begins."""

    def __init__(self, state: State, explain: Explain) -> None:
        self._state = state
        self._explain = explain

    async def ask_reports(
        self,
        context: Context,
        question: Annotated[Text, Field(description="One question in English that stands alone.")],
        countries: Countries = None,
        years: Years = None,
        country: Country = None,
        year: Year = None,
    ) -> PublishedAnswer:
        """Answer a question from the reports alone; every statement rests on quotes that were checked.

        "statements" are verified sentences, each with positions in the list "quotes". The "text" of a quote is the
        report's own words: quote it verbatim with its "citation". A statement may be worded freely: never put one in
        quotation marks. If "outcome" is "declined", the reports do not say it: "decline" tells why and what was
        searched, and its "nearest" passages are no answer. "silent" lists reports that were asked and
        say nothing of it. "withheld" lists sentences that the quotes did not support: never repeat them as facts.
        """
        async with self._told():
            answerer = current(self._state).answerer
            filters = _filters(countries, years, country, year)
            lane = answering_lane(self._state)
            verified = 0
            async for event in streamed(lane, lambda: answerer.events(plain(question), filters)):
                if isinstance(event, Statement):
                    verified += 1
                    await context.report_progress(verified, message=event.text)
            if not isinstance(event, Answer):
                raise TypeError(f"the last event is no answer: {event!r}")
            return PublishedAnswer.model_validate_json(published(event))

    async def search_reports(
        self,
        query: Annotated[Text, Field(description="What to look for, in English: a question or key words.")],
        countries: Countries = None,
        years: Years = None,
        country: Country = None,
        year: Year = None,
        limit: Annotated[int, Field(ge=1, le=MOST_HITS, description="Passages to return.")] = 10,
    ) -> Found:
        """Find the passages of the reports that a query is about, best first, without answering it.

        Use it to look around, or to read more than ask_reports quotes. Each "text" is the report's own words: quote
        whole sentences of it verbatim, with its "citation". That a passage was found does not mean that it answers.
        """
        async with self._told():
            now, filters = current(self._state), _filters(countries, years, country, year)
            return await self._state.lanes.compute.enter(lambda: passages_for(now, plain(query), filters, limit))

    async def verify_quote(
        self,
        quote: Annotated[
            str, Field(min_length=1, max_length=LONGEST_TEXT, description="The quotation as somebody gave it.")
        ],
        report: Annotated[
            str | None, Field(max_length=200, description="Id of the report that it is said to be in.")
        ] = None,
        country: Annotated[CountryName | None, Field(description="Country that it is said to be on.")] = None,
        year: Annotated[Edition | None, Field(description="Edition that it is said to be in.")] = None,
    ) -> Verdict:
        """Check whether a quotation stands in the reports, word for word, and where.

        Only "verbatim" and "typography" may be used as they are. "cut" means that the sentence goes on: quote it
        whole, above all where "lost" is not empty, since then a denial, a negation, a condition or the speaker was cut
        off. "misattributed" stands elsewhere than named. "not_found" is in no report: do not use it; "nearest" is
        another sentence and no proof.
        """
        async with self._told():
            now = current(self._state)
            foreign = ForeignQuote(quote=quote, report=report, country=country, year=year)
            return Verdict.model_validate(await self._state.lanes.compute.enter(lambda: judged(now, foreign)))

    @asynccontextmanager
    async def _told(self) -> AsyncIterator[None]:
        """What the product raises on purpose, as an error that the calling model can read."""
        try:
            yield
        except (RapporteurError, ProblemError) as error:
            raise ToolError(self._explain(error)) from error


def _filters(countries: list[str] | None, years: list[int] | None, country: str | None, year: int | None) -> Filters:
    """Singular and plural together."""
    named = [*(countries or ()), *([country] if country else ())]
    editions = [*(years or ()), *([year] if year else ())]
    return Filters(tuple(dict.fromkeys(named)), tuple(dict.fromkeys(editions)))


def strict(tool: Callable[..., Any], annotations: ToolAnnotations) -> Tool:
    """``tool``, refusing arguments that it does not have: with a filter passed over all reports would answer."""
    made = Tool.from_function(tool, description=cleandoc(tool.__doc__ or ""), annotations=annotations)
    arguments = made.fn_metadata.arg_model
    made.fn_metadata.arg_model = new_class(arguments.__name__, (arguments,), {"extra": "forbid"})
    made.parameters["additionalProperties"] = False
    return made
