"""Plots as inline SVG that takes its colours from the page around it, so that it is read in light and dark alike."""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from eval.scoring.figures import FIGURES

_TEXT, _LINE, FIRST, SECOND = "#010203", "#040506", "#070809", "#0a0b0c"
_COLOURS = {_TEXT: "currentColor", _LINE: "var(--line)", FIRST: "var(--first)", SECOND: "var(--second)"}
"""Colours as drawn, and what the page makes of them."""
_REFERENCE = re.compile(r"(\bid=\"|url\(#|href=\"#)")
"""What names an element of a drawing, which must be unique on the page."""
_STYLE: Any = {
    "axes.edgecolor": _LINE,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.labelcolor": _TEXT,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "grid.color": _LINE,
    "grid.linewidth": 0.5,
    "legend.frameon": False,
    "legend.labelcolor": _TEXT,
    "svg.fonttype": "none",
    "text.color": _TEXT,
    "xtick.color": _TEXT,
    "ytick.color": _TEXT,
}


@dataclass(frozen=True, slots=True)
class Plot:
    name: str
    title: str
    alternative: str
    """What it shows, in words."""
    svg: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """What was drawn, as a table."""


def of(summary: Mapping[str, Any], totals: Sequence[float]) -> list[Plot]:
    """All plots that the figures of a run allow. ``totals``: milliseconds of each question."""
    curves = summary["curves"]
    found = [_recall(curves)]
    if summary["answerable"]:
        found.append(_risk_coverage(curves["risk_coverage"], summary["figures"]["wrong_at_80"]))
        found.append(_reliability(curves["reliability"], summary["figures"]["calibration_error"]))
    if curves["roc"]:
        found.append(_roc(curves["roc"], summary["figures"]["auc"]))
    if totals:
        found.append(_latency(totals, summary["latency_ms"]["total"]))
    return [*found, _types(summary["by_type"])]


def draw(name: str, paint: Callable[[Axes], None], height: float = 3.0) -> str:
    """What ``paint`` draws, as an SVG element without a size of its own; the same for the same drawing."""
    with mpl.rc_context({**_STYLE, "svg.hashsalt": name}):
        canvas = Canvas(figsize=(5.2, height), layout="constrained")
        paint(canvas.add_subplot())
        written = io.StringIO()
        canvas.savefig(written, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    svg = written.getvalue()
    svg = svg[svg.index("<svg") :]
    for drawn, shown in _COLOURS.items():
        svg = svg.replace(drawn, shown)
    svg = _REFERENCE.sub(rf"\1{name}-", svg)
    return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def standalone(svg: str) -> str:
    """A drawing for a file of its own: its colours fixed, on white."""
    for shown, colour in (
        ("currentColor", "#1b1d21"),
        ("--line", "#c3c8d0"),
        ("--first", "#1f5fa8"),
        ("--second", "#b5480b"),
    ):
        svg = svg.replace(f"var({shown})" if shown.startswith("--") else shown, colour)
    return svg.replace("<svg ", '<svg style="background: #ffffff" ', 1)


def _recall(curves: Mapping[str, Any]) -> Plot:
    passages, sentences = curves["passage_recall"], curves["sentence_recall"]

    def paint(axes: Axes) -> None:
        for points, colour, marker, label in (
            (passages, FIRST, "o", "passages"),
            (sentences, SECOND, "s", "sentences"),
        ):
            known = [(k, value) for k, value in points if value is not None]
            axes.plot([k for k, _ in known], [v for _, v in known], color=colour, marker=marker, ms=4, label=label)
        axes.set(xlabel="k", ylabel="share of gold groups found", ylim=(0, 1.02), xticks=[k for k, _ in passages])
        axes.legend(loc="lower right")

    rows = tuple((str(k), _shown(v), _shown(w)) for (k, v), (_, w) in zip(passages, sentences, strict=True))
    words = f"At k = 5, passages reach {rows[4][1]} and sentences {rows[4][2]}."
    return Plot("recall", "Recall at k", words, draw("recall", paint), ("k", "passages", "sentences"), rows)


def _types(by_type: Mapping[str, Any]) -> Plot:
    def bar(row: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
        name = "sentence_within_3" if row["sentence_within_3"]["value"] is not None else "unanswerable_declined"
        return name, row[name]

    bars = sorted(((kind, *bar(row)) for kind, row in by_type.items()), key=lambda one: (one[1], one[2]["value"] or 0))

    def paint(axes: Axes) -> None:
        for position, (_, name, figure) in enumerate(bars):
            value = figure["value"] or 0.0
            error = [[value - (figure["low"] or 0.0)], [(figure["high"] or 0.0) - value]]
            colour = FIRST if name == "sentence_within_3" else SECOND
            axes.barh(position, value, xerr=error, color=colour, height=0.7, ecolor=_TEXT, error_kw={"lw": 0.8})
        axes.set_yticks(range(len(bars)), [f"{kind} ({figure['cases']})" for kind, _, figure in bars])
        axes.set(xlim=(0, 1.02), xlabel="answerable: right within three; unanswerable: declined")
        axes.grid(visible=False, axis="y")

    rows = tuple(
        (kind, FIGURES[name].title, _shown(figure["value"]), _interval(figure), str(figure["cases"]))
        for kind, name, figure in reversed(bars)
    )
    lowest = min(bars, key=lambda one: one[2]["value"] or 0)
    words = f"One bar for each of {len(bars)} types with its 95 % interval; the lowest is {lowest[0]}."
    svg = draw("types", paint, height=max(2.0, 0.26 * len(bars) + 0.8))
    return Plot("types", "By type of question", words, svg, ("type", "figure", "value", "95 % interval", "cases"), rows)


def _risk_coverage(points: Sequence[tuple[float, float]], figure: Mapping[str, Any]) -> Plot:
    def paint(axes: Axes) -> None:
        axes.plot([x for x, _ in points], [y for _, y in points], color=FIRST)
        axes.axvline(0.8, color=SECOND, lw=1, ls="--")
        axes.set(xlabel="share of questions answered, most confident first", ylabel="wrong among them", xlim=(0, 1))
        axes.set_ylim(bottom=0)

    words = f"Where the 80 % most confident questions are answered, {_shown(figure['value'])} of the answers are wrong."
    rows = tuple((_shown(x), _shown(y)) for x, y in _every(points, 20))
    return Plot("risk", "Risk and coverage", words, draw("risk", paint), ("answered", "wrong among them"), rows)


def _roc(points: Sequence[tuple[float, float]], figure: Mapping[str, Any]) -> Plot:
    def paint(axes: Axes) -> None:
        axes.plot([x for x, _ in points], [y for _, y in points], color=FIRST)
        axes.plot([0, 1], [0, 1], color=_LINE, lw=1, ls="--")
        axes.set(xlabel="unanswerable answered", ylabel="answerable answered", xlim=(0, 1), ylim=(0, 1.02))

    words = f"Area under the curve {_shown(figure['value'])}; 0.5 would be chance."
    columns = ("unanswerable answered", "answerable answered")
    rows = tuple((_shown(x), _shown(y)) for x, y in _every(points, 20))
    return Plot("roc", "Telling answerable from unanswerable (ROC)", words, draw("roc", paint), columns, rows)


def _reliability(bins: Sequence[Mapping[str, Any]], figure: Mapping[str, Any]) -> Plot:
    filled = [one for one in bins if one["cases"]]
    most = max((one["cases"] for one in filled), default=1)

    def paint(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=_LINE, lw=1, ls="--")
        middles = [(one["low"] + one["high"]) / 2 for one in bins]
        axes.bar(middles, [0.3 * one["cases"] / most for one in bins], width=0.09, color=_LINE, label="cases")
        axes.plot(
            [one["confidence"] for one in filled], [one["right"] for one in filled], color=FIRST, marker="o", ms=4
        )
        axes.set(xlabel="confidence", ylabel="share whose first sentence is right", xlim=(0, 1), ylim=(0, 1.02))

    words = f"Expected calibration error {_shown(figure['value'])}; on the diagonal it would be 0. Bars count cases."
    rows = tuple(
        (f"{one['low']:.1f}–{one['high']:.1f}", str(one["cases"]), _shown(one["confidence"]), _shown(one["right"]))
        for one in filled
    )
    columns = ("bin", "cases", "mean confidence", "share right")
    return Plot("reliability", "Calibration", words, draw("reliability", paint), columns, rows)


def _latency(totals: Sequence[float], percentiles: Mapping[str, float]) -> Plot:
    ordered = sorted(totals)

    def paint(axes: Axes) -> None:
        shares = [(position + 1) / len(ordered) for position in range(len(ordered))]
        axes.step(ordered, shares, where="post", color=FIRST)
        for name in ("p50", "p90"):
            axes.axvline(percentiles[name], color=SECOND, lw=1, ls="--")
        axes.set(
            xlabel="milliseconds a question", ylabel="share of questions", ylim=(0, 1.02), xlim=(0, ordered[-1] * 1.02)
        )

    rows = tuple((name, f"{value:.1f}") for name, value in percentiles.items())
    words = f"Half of the questions take up to {percentiles['p50']:.0f} ms, 90 % up to {percentiles['p90']:.0f} ms."
    return Plot("latency", "Latency", words, draw("latency", paint), ("percentile", "milliseconds"), rows)


def _every(points: Sequence[tuple[float, float]], count: int) -> Sequence[tuple[float, float]]:
    step = max(1, len(points) // count)
    return [*points[::step], *(points[-1:] if (len(points) - 1) % step else [])]


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _interval(figure: Mapping[str, Any]) -> str:
    return "–" if figure["value"] is None else f"{figure['low']:.3f} – {figure['high']:.3f}"
