"""Renders the evidence of a statement as one text, for a model that reads statement and evidence together."""

from collections.abc import Sequence


def premise(cited: Sequence[str], before: str = "", country: str = "", year: int | None = None) -> str:
    """What comes before the cited sentences, then whose report they are from, then the sentences themselves.

    The cited sentences stand last, so that a reader with little room cuts the oldest of the context.

    >>> premise(["She was released in May."], "Police arrested Aigul K.", "Kazakhstan", 2020)
    'Police arrested Aigul K. || Kazakhstan 2020: She was released in May.'
    """
    source = " ".join(part for part in (country, str(year or "")) if part)
    said = " ".join(cited)
    return f"{before} || {source}: {said}".strip() if source else f"{before} || {said}".strip()
