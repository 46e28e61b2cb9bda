"""The verdict on a quotation, with a meaning for every field: the schema is all that an agent's model knows of it."""

from pydantic import BaseModel, Field


class Place(BaseModel):
    report: str
    start: int
    end: int
    paragraph: int
    section: str
    citation: str
    verdict: str = Field(description="As below, of this place alone.")
    before: str = Field(description="What the report's sentence says before the quotation, left out by the quoter.")
    after: str
    omitted: list[str] = Field(description="What was left out inside.")
    lost: list[str] = Field(description="What kinds of word are among that: negation, denial, speaker, condition.")


class Nearest(BaseModel):
    report: str
    start: int
    end: int
    text: str
    paragraph: int
    section: str
    citation: str
    overlap: float = Field(description="Share of common words, 0 to 1. It decides nothing.")


class Verdict(BaseModel):
    text: str
    verdict: str = Field(
        description="verbatim; typography (the same but for quotation marks, dashes, spaces or case); cut (verbatim, "
        "but its sentence goes on: see before, after, lost); misattributed (it stands in another report than named); "
        "not_found."
    )
    detail: str = Field(description="What the verdict means.")
    places: list[Place] = Field(description="Where it stands.")
    nearest: Nearest | None = Field(description="The most similar true sentence, where it was not found.")
