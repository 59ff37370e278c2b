"""Lines of a study as plotly draws them, told apart by colour, dash and marker: by the colour-blind too."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from pinwheel.plan.words import Phrase

# Okabe and Ito's colours without the yellow, which is too pale on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
DASHES = ("solid", "dash", "dot", "dashdot")
MARKERS = ("circle", "diamond", "square", "triangle-up")
MOST_MARKERS = 12  # a line with more of them is a smear on a phone


class Line(NamedTuple):
    """A series: its name, and a point for each step."""

    name: Phrase
    across: Sequence[int]
    up: Sequence[int]


def draw_lines(lines: Sequence[Line], across: Phrase, up: Phrase, *, log: bool = False) -> dict[str, Any]:
    """A figure of up to four lines, its words in both languages; `log` draws powers of ten equally high."""
    return {
        "data": [draw_line(line, number, log=log) for number, line in enumerate(lines)],
        "layout": {
            "xaxis": {"title": {"text": across}},
            "yaxis": {"title": {"text": up}} | ({"type": "log", "dtick": 1} if log else {}),
        },
    }


def draw_line(line: Line, number: int, *, log: bool) -> dict[str, Any]:
    """One line; on a logarithmic axis what is not positive is left out."""
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": line.name,
        "x": list(line.across),
        "y": [value if value > 0 or not log else None for value in line.up],
        "line": {"color": COLOURS[number], "dash": DASHES[number], "width": 2},
        "marker": {
            "symbol": MARKERS[number],
            "size": 8,
            "color": COLOURS[number],
            "maxdisplayed": MOST_MARKERS,
        },
    }
