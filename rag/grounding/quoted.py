"""Words in quotation marks inside a statement are the source's own."""

import re

from rag.grounding.claim import Claim
from rag.quotes import fold, occurrences

_QUOTED = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|(?<!\w)[‘']([^‘’']{2,}(?:[’'](?=\w)[^‘’']+)*)[’'](?!\w)")


def words_not_quoted(claim: Claim) -> str | None:
    """Words in quotation marks stand verbatim in one cited sentence."""
    for match in _QUOTED.finditer(claim.statement.text):
        quoted = next(group for group in match.groups() if group is not None)
        plain = fold(quoted).text.strip(" .,;:")
        if plain and not any(next(occurrences(fold(reading.text).text, plain), -1) >= 0 for _, reading in claim.cited):
            return f"the words {quoted!r} are not in a cited sentence"
    return None
