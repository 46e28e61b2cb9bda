"""Ways for other programs to find a quote again: links with a text fragment, and W3C Web Annotations."""

import re
from typing import Any
from urllib.parse import quote as percent

from rag.types import Quote, Report

AROUND = 32
"""Characters before and after a quote that tell its place from others with the same words."""
WHOLE = 200
"""Characters up to which a text fragment holds the whole quote; longer ones are named by beginning and end."""
ENDS = 5
"""Words of each."""
_UNSAFE = re.compile(r"[^!-~]|[\"<>\\^`{|}]")
"""What an address may not hold and some manifests do."""


def link(quote: Quote, report: Report) -> str | None:
    """The report's address with a text fragment for the quote; None where it has no address.

    A quote whose words stand in the report more than once is told apart by the words before it.
    """
    if not quote.url:
        return None
    words = quote.text.split()
    whole = len(quote.text) <= WHOLE or len(words) <= 2 * ENDS
    parts = [" ".join(words)] if whole else [" ".join(words[:ENDS]), " ".join(words[-ENDS:])]
    fragment = ",".join(map(_encoded, parts))
    if _occurs_again(quote, report):
        before = report.text[max(0, quote.start - 4 * AROUND) : quote.start].split()[-ENDS:]
        fragment = f"{_encoded(' '.join(before))}-,{fragment}" if before else fragment
    address = _UNSAFE.sub(lambda match: percent(match.group()), quote.url)
    return f"{address}{'' if '#' in address else '#'}:~:text={fragment}"


def annotation(quote: Quote, report: Report, body: str = "") -> dict[str, Any]:
    """A W3C Web Annotation of the quote; positions are code points of the report's stored text."""
    selectors = [
        {"type": "TextPositionSelector", "start": quote.start, "end": quote.end},
        {
            "type": "TextQuoteSelector",
            "exact": quote.text,
            "prefix": report.text[max(0, quote.start - AROUND) : quote.start],
            "suffix": report.text[quote.end : quote.end + AROUND],
        },
    ]
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "type": "Annotation",
        "motivation": "identifying",
        **({"body": {"type": "TextualBody", "value": body, "purpose": "describing"}} if body else {}),
        "target": {
            "type": "SpecificResource",
            "source": quote.url or f"urn:sha256:{quote.report_sha256}",
            "selector": selectors,
        },
    }


def _encoded(text: str) -> str:
    """Percent-encoded for a text fragment, in which a hyphen and a comma have meanings of their own."""
    return percent(text, safe="").replace("-", "%2D")


def _occurs_again(quote: Quote, report: Report) -> bool:
    pattern = r"\s+".join(map(re.escape, quote.text.split()))
    return sum(1 for _ in re.finditer(pattern, report.text)) > 1
