"""One HTML page that loads nothing from anywhere."""

from collections.abc import Iterator
from html import escape

from rag.export.anchors import link
from rag.export.material import Material
from rag.types import Quote

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ max-width: 42rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 serif }}
blockquote {{ margin: .5rem 0 1rem; padding-left: 1rem; border-left: .2rem solid #777 }}
blockquote p {{ margin: 0; white-space: pre-line }}
footer {{ font-size: .85rem }}
</style>
</head>
<body>
"""


def html_page(material: Material) -> str:
    return "\n".join((_HEAD.format(title=escape(material.answer.question)), *_body(material), "</body>\n</html>\n"))


def _body(material: Material) -> Iterator[str]:
    answer = material.answer
    yield f"<h1>{escape(answer.question)}</h1>"
    if answer.decline:
        searched = answer.decline.searched
        yield f"<p><strong>No answer.</strong> {escape(answer.decline.detail)}</p>"
        yield f"<p>Searched {searched.passages:,} passages of {searched.reports:,} reports.</p>"
        if material.quotes:
            yield "<p>The nearest passages:</p>"
            yield from (_quoted(quote, material) for quote in material.quotes)
    if answer.statements:
        yield "<ol>"
        for statement in answer.statements:
            quoted = "\n".join(_quoted(answer.quotes[position], material) for position in statement.quotes)
            yield f"<li><p>{escape(statement.text)}</p>\n{quoted}</li>"
        yield "</ol>"
    for silent in answer.silent:
        yield f"<p>{escape(silent.told)}</p>"
    if answer.withheld:
        yield f"<p>{len(answer.withheld)} withheld, because the quotes do not support it.</p>"


def _quoted(quote: Quote, material: Material) -> str:
    address = link(quote, material.reports[quote.report])
    cited = escape(quote.citation)
    source = f'<a href="{escape(address)}" rel="noreferrer">{cited}</a>' if address else cited
    cite = f' cite="{escape(quote.url)}"' if quote.url else ""
    place = f'data-report="{escape(quote.report)}" data-start="{quote.start}" data-end="{quote.end}"'
    return f"<blockquote{cite} {place}><p>{escape(quote.text)}</p><footer>— {source}</footer></blockquote>"
