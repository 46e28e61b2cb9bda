"""A web page as headings and paragraphs: what its reader sees of the text, without the site around it.

The stored text of a page: its blocks in their order, ``BREAK`` between them. A block is a heading, a paragraph, an
item of a list, or a row of a table with " | " between its cells. Inside a block, white space as HTML defines it
(blanks, tabs, line ends; not the no-break space) is a single blank; all other characters stay as the page has them.
"Section 1." and the heading that follows it are one heading. What inline styles and attributes hide is left out and
reported as a doubt; style sheets are not read.
"""

import re
from collections import Counter
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rag.corpus import boilerplate, lines
from rag.corpus.blocks import Decoded, Writer
from rag.types import Span

CONTAINERS = ("div.report__content", "#report_content", ".entry-content", "[role=main]", "main", "article")
"""Where pages keep a report, the most certain first."""
SHARE = 0.5
"""Of a page's running text that a container must hold to be the report's, and that no part of the site holds."""
FEW = 1000
"""Characters in paragraphs and the like, below which a page keeps its text elsewhere."""
GIANT = 10_000
"""Characters that no paragraph has."""

_SKIPPED = frozenset(
    """script style noscript template svg iframe object embed canvas audio video map head nav header footer aside form
    button select option datalist label dialog menu""".split()
)
_BLOCKS = frozenset(
    """address article blockquote body center dd details div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 hr
    li main ol p pre section summary table caption thead tbody tfoot tr ul""".split()
)
_FRAMES = frozenset("article center div main section table tbody td tr".split())
"""Elements that may keep a whole report."""
_HEADING = re.compile(r"h[1-6]")
_SITE = re.compile(
    r"(?:^|\s)(?:breadcrumb|bc_|share|sharing|social|addthis|related|report__tags|tags|cookie|report-toc|toc|mininav|"
    r"table-of-contents|report-meta|report-builder|report-header|newsletter|usa-banner|skip-link|screen-reader|sr-only|"
    r"visually-hidden|pagination|post-navigation|menu)",
    re.IGNORECASE,
)
"""Classes and ids of the site's own parts."""
_HIDING = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|font-size:0(?![.\d]*[1-9])|opacity:0(?![.\d]*[1-9])|"
    r"(?:^|;)color:(?:white|#fff(?:fff)?|transparent|rgba?\(255,255,255[^)]*\)|rgba\([^)]*,0(?:\.0+)?\))(?:!important)?(?:;|$)|"
    r"(?:left|top|text-indent):-\d{3,}|clip:rect\(0|clip-path:inset\(50%|(?:^|;)(?:max-)?(?:width|height):0(?:px)?(?:;|$)"
)
_DARK = re.compile(r"background")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_MARKER = re.compile(r"Section\s\d+\s?[.:]?")
_WORD = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of text inside a block."""

    text: str
    strong: bool = False
    link: str = ""
    """Address that it leads to."""


def parse(data: bytes) -> tuple[LexborHTMLParser, tuple[str, ...]]:
    """The page, and doubts about its characters."""
    try:
        return LexborHTMLParser(data.decode("utf-8-sig")), ()
    except UnicodeDecodeError:
        pass
    declared = re.search(rb"""charset=["']?([\w-]{3,20})""", data[:4096])
    try:
        return LexborHTMLParser(data.decode(declared[1].decode() if declared else "utf-8")), ()
    except (UnicodeDecodeError, LookupError):
        text = data.decode("utf-8", "replace")
        doubt = f"{text.count(chr(0xFFFD))} characters are not UTF-8 and stand as \N{REPLACEMENT CHARACTER}"
        return LexborHTMLParser(text), (doubt,)


def read(page: LexborHTMLParser) -> Decoded:
    """The report that a page holds; without blocks where it holds none."""
    body = page.body
    weights = Counter[int]() if body is None else _weights(body)
    reader = _Reader(weights)
    if body is not None:
        reader.walk(_container(page, body, weights))
        reader.close()
    return reader.decoded()


def collapsed(text: str) -> str:
    """``text`` as a browser shows it on one line."""
    return _SPACE.sub(" ", text).strip()


def _container(page: LexborHTMLParser, body: LexborNode, weights: Counter[int]) -> LexborNode:
    """The first known element that holds most of the page's running text, or else the smallest one of any kind."""
    enough = SHARE * weights[body.mem_id]
    for selector in CONTAINERS:
        best = max(page.css(selector), key=lambda node: weights[node.mem_id], default=None)
        if best is not None and weights[best.mem_id] >= enough > 0:
            return best
    node = body
    while (heaviest := max(node.iter(), key=lambda child: weights[child.mem_id], default=None)) is not None:
        if heaviest.tag not in _FRAMES or weights[heaviest.mem_id] < enough:
            break
        node = heaviest
    return node


def _weights(body: LexborNode) -> Counter[int]:
    """Characters of running text, links apart, inside each element, by its ``mem_id``."""
    weights: Counter[int] = Counter()
    texts = [(node, node.text()) for node in body.css("p, li, td, dd, blockquote")]
    if sum(len(text) for _, text in texts) < FEW:
        texts = [(node, node.text(deep=False)) for node in body.css("*") if node.tag not in _SKIPPED]
    for node, text in texts:
        weight = len(text.strip()) - sum(len(link.text()) for link in node.css("a"))
        above: LexborNode | None = node
        while above is not None and weight > 0:
            weights[above.mem_id] += weight
            above = None if above.mem_id == body.mem_id else above.parent
    return weights


class _Reader:
    """Walks through a page's elements and cuts their text into blocks."""

    def __init__(self, weights: Counter[int]) -> None:
        self._weights = weights
        self._most = SHARE * max(weights.values(), default=0)
        self._writer = Writer()
        self._runs: list[_Run] = []
        self._tag = "p"
        self._whole = False
        """Whether the block keeps a whole report, so that only the look of its lines tells headings."""
        self._marker = ""
        self._hidden: list[tuple[str, str]] = []

    def decoded(self) -> Decoded:
        return Decoded(self._writer.text, tuple(self._writer.blocks), certain=True, doubts=_doubts(self._hidden))

    def walk(self, node: LexborNode, *, strong: bool = False, link: str = "") -> None:
        """Reads what stands inside ``node``."""
        for child in node.iter(include_text=True, skip_empty=False):
            if child.is_text_node:
                self._runs.append(_Run(child.text_content or "", strong, link))
                continue
            tag = child.tag or ""
            if tag in _SKIPPED or (_is_site(child) and self._weights[child.mem_id] < self._most):
                continue
            if how := _hiding(child):
                self._hide(child, how)
            elif tag == "br":
                self._break()
            elif tag == "tr" and not child.css_first("p, div, li, h1, h2, h3, h4, h5, h6"):
                self._row(child)
            elif tag in _BLOCKS or tag in ("td", "th"):
                self._block(child, tag)
            else:
                address = child.attributes.get("href") or "" if tag == "a" else ""
                self.walk(child, strong=strong or _is_strong(child), link=link or address)

    def close(self) -> None:
        """Ends the block."""
        runs, self._runs = self._runs, []
        raw = "".join(run.text for run in runs)
        text = collapsed(raw)
        if len(text) > GIANT and (pieces := _pieces(raw)):
            for piece in pieces:
                looks = lines.classify(Span(0, len(piece)), piece)
                self._writer.add(looks.kind, piece, mark=looks.mark, level=6, run_in=looks.run_in)
            return
        if _MARKER.fullmatch(text) and _HEADING.fullmatch(self._tag):
            self._marker = text
            return
        if self._marker and text:
            text, self._marker = f"{self._marker} {text}", ""
        if text and not boilerplate.is_boilerplate(text) and not _is_navigation(runs):
            self._add(text, runs)

    def _block(self, node: LexborNode, tag: str) -> None:
        self.close()
        before = self._tag, self._whole
        self._tag, self._whole = tag, self._whole or (self._weights[node.mem_id] > GIANT and not _has_blocks(node))
        self.walk(node)
        self.close()
        self._tag, self._whole = before

    def _row(self, row: LexborNode) -> None:
        self.close()
        cells = [cell for cell in row.iter() if cell.tag in ("td", "th")]
        for position, cell in enumerate(cells):
            if position:
                self._runs.append(_Run(" | "))
            self.walk(cell)
        self.close()

    def _break(self) -> None:
        """A second line end in a row ends the paragraph."""
        if self._runs and self._runs[-1].text.endswith("\n") and self._runs[-1].text.strip() == "":
            self.close()
        self._runs.append(_Run("\n"))

    def _hide(self, node: LexborNode, how: str) -> None:
        text = collapsed(node.text())
        if _WORD.search(text):
            self._hidden.append((how, text))

    def _add(self, text: str, runs: list[_Run]) -> None:
        block = lines.classify(Span(0, len(text)), text)
        tagged = _HEADING.fullmatch(self._tag)
        written = _WORD.search
        emphasised = self._whole or all(run.strong for run in runs if written(run.text))
        sentence = lines.is_long(text) or (lines.ends_sentence(text) and not lines.is_title(text))
        if not tagged and (not emphasised or block.kind == "paragraph"):
            self._writer.add("paragraph", text, run_in=block.run_in or _run_in(text, runs))
        elif tagged and sentence:
            self._writer.add("paragraph", text)
        elif mark := lines.section_mark(text):
            self._writer.add("section", text, mark=mark)
        elif mark := lines.letter_mark(text):
            self._writer.add("letter", text, mark=mark)
        else:
            self._writer.add("heading", text, level=int(self._tag[1]) if tagged else 6)


def _pieces(raw: str) -> list[str]:
    """Paragraphs of a page that keeps its whole text in one: between blank lines, or else between line ends.

    Empty where these cut sentences, being but the file's own lines.
    """
    for apart in (r"\n[ \t\r\f]*\n", r"\n"):
        pieces = [piece for piece in map(collapsed, re.split(apart, raw)) if piece]
        ended = [lines.ends_sentence(piece) for piece in pieces if lines.is_long(piece)]
        if len(pieces) > 1 and sum(ended) > 0.8 * len(ended):
            return pieces
    return []


def _run_in(text: str, runs: list[_Run]) -> int:
    """Characters of an emphasised heading, up to its colon, that opens a paragraph; 0 where there is none."""
    lead: list[str] = []
    for run in runs:
        if not run.strong and _WORD.search(run.text):
            break
        lead.append(run.text)
    heading = collapsed("".join(lead)).partition(":")[0]
    match = re.match(re.escape(heading) + r"\s?:\s*(?=\S)", text)
    words = len(heading.split())
    titled = words > 0 and heading[0].isupper() and (words <= 3 or lines.is_title(heading))
    return match.end() if match and titled and words <= lines.RUN_IN_WORDS else 0


def _has_blocks(node: LexborNode) -> bool:
    return any(child.tag in _BLOCKS for child in node.iter())


def _is_strong(node: LexborNode) -> bool:
    style = node.attributes.get("style") or ""
    return node.tag in ("b", "strong", "u") or "font-size" in style or "bold" in style


def _is_site(node: LexborNode) -> bool:
    """Whether ``node`` is named as a part of the site; of headings the names tell nothing."""
    attributes = node.attributes
    if not attributes or _HEADING.fullmatch(node.tag or ""):
        return False
    named = any(_SITE.search(attributes.get(name) or "") for name in ("class", "id"))
    return named or attributes.get("role") in ("navigation", "search", "banner", "contentinfo")


def _hiding(node: LexborNode) -> str:
    """How ``node`` is hidden from those who look at the page, or ""."""
    attributes = node.attributes
    if "hidden" in attributes:
        return "hidden"
    if attributes.get("aria-hidden") == "true":
        return "aria-hidden"
    style = re.sub(r"\s", "", attributes.get("style") or "").lower()
    match = _HIDING.search(style) if style else None
    if match and not ("color" in match.group() and _DARK.search(style)):
        return match.group().strip(";")
    colour = (attributes.get("color") or "").lower() if node.tag == "font" else ""
    return f"color={colour}" if colour in ("white", "#fff", "#ffffff") else ""


def _is_navigation(runs: list[_Run]) -> bool:
    """Whether a block is but a row of links: to places of this page, or by names; an address in print is text."""
    written = [run for run in runs if _WORD.search(run.text)]
    return all(run.link for run in written) and (
        all(run.link.startswith("#") for run in written) or not any(re.search(r"[./]", run.text) for run in written)
    )


def _doubts(hidden: list[tuple[str, str]]) -> tuple[str, ...]:
    if not hidden:
        return ()
    ways = ", ".join(dict.fromkeys(how for how, _ in hidden))
    samples = "; ".join(f"“{text[:60]}”" for _, text in hidden[:3])
    return (f"the page hides {len(hidden)} pieces of text ({ways}), left out: {samples}",)
