"""Lines, bands and bars as plotly draws them, told apart by colour, dash, marker and hatching."""

from collections.abc import Iterable, Sequence
from typing import Any

from pinwheel.plan.words import Phrase

# Okabe and Ito's colours without the yellow, which is too pale on white.
BLUE, VERMILLION, GREEN, PURPLE, SKY, ORANGE, BLACK = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#E69F00",
    "#000000",
)
COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, SKY, ORANGE, BLACK)
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid")
MARKERS = ("circle", "diamond", "square", "triangle-up", "cross", "x", "star")
MOST_MARKERS = 12  # a line with more of them is a smear on a phone
MOST_TICKS = 6
PALE_BLUE = "rgba(0, 114, 178, 0.18)"

MONEY = "%{y:,.2f}"
WHOLE = "%{y:,}"


def line(
    name: Phrase, across: Sequence[Any], up: Sequence[Any], number: int = 0, shown: str = WHOLE
) -> dict[str, Any]:
    """A line of the number's colour, dash and marker."""
    number %= len(COLOURS)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": list(across),
        "y": list(up),
        "line": {"color": COLOURS[number], "dash": DASHES[number], "width": 2},
        "marker": {
            "symbol": MARKERS[number],
            "size": 8,
            "color": COLOURS[number],
            "maxdisplayed": MOST_MARKERS,
        },
        "hovertemplate": shown,
    }


def band_lines(
    names: tuple[Phrase, Phrase], across: Sequence[Any], low: Sequence[Any], high: Sequence[Any], shown: str
) -> list[dict[str, Any]]:
    """The area between two lines."""
    edge = {"type": "scatter", "mode": "lines", "x": list(across), "hovertemplate": shown}
    thin = {"color": BLUE, "width": 1, "dash": "dot"}
    return [
        {**edge, "name": names[0], "y": list(low), "line": thin},
        {**edge, "name": names[1], "y": list(high), "line": thin, "fill": "tonexty", "fillcolor": PALE_BLUE},
    ]


def level(name: Phrase, across: Sequence[Any], height: float, shown: str) -> dict[str, Any]:
    """A straight line right across, from the first place to the last."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [across[0], across[-1]],
        "y": [height, height],
        "line": {"color": BLACK, "dash": "dash", "width": 2},
        "hovertemplate": shown,
    }


def bars(name: Phrase, across: Sequence[Any], up: Sequence[Any], shown: str = WHOLE) -> dict[str, Any]:
    """Bars; those below nothing are hatched and of another colour."""
    return {
        "type": "bar",
        "name": name,
        "x": list(across),
        "y": list(up),
        "marker": {
            "color": [BLUE if value >= 0 else VERMILLION for value in up],
            "pattern": {"shape": ["" if value >= 0 else "/" for value in up]},
        },
        "showlegend": False,
        "hovertemplate": shown,
    }


def lying(upright: dict[str, Any]) -> dict[str, Any]:
    """The same bars from left to right: names of many letters have room beside them."""
    return {
        **upright,
        "orientation": "h",
        "x": upright["y"],
        "y": upright["x"],
        "hovertemplate": upright["hovertemplate"].replace("%{y", "%{x"),
    }


def axis(title: Phrase, values: Iterable[float] = (), **more: Any) -> dict[str, Any]:
    """An axis with its title; with values its ticks are written as people say them: 20 万, 200 thousand."""
    found = [value for value in values if value is not None]
    return {"title": {"text": title}, **(ticks(min(found), max(found)) if found else {}), **more}


def ticks(low: float, high: float) -> dict[str, Any]:
    """Places on an axis from low to high, with 0, and what stands there in both languages."""
    low, high = min(low, 0), max(high, 0)
    step = round_step((high - low) / MOST_TICKS) if high > low else 1
    first, last = int(low // step), int(-(-high // step))
    places = [number * step for number in range(first, last + 1)]
    return {"tickvals": places, "ticktext": [said(place) for place in places], "rangemode": "tozero"}


def round_step(least: float) -> int:
    """The least of 1, 2, 5, 10, 20, 50 … that is no less; a tick never stands between two units."""
    step = 1
    while True:
        for times in (1, 2, 5):
            if step * times >= least:
                return step * times
        step *= 10


def said(number: int) -> Phrase:
    """A round number, short: Chinese counts in ten thousands, English in thousands."""
    return Phrase(
        shortened(number, ((10**8, " 亿"), (10**4, " 万"))),
        shortened(number, ((10**9, " bn"), (10**6, "M"))),
    )


def shortened(number: int, units: Sequence[tuple[int, str]]) -> str:
    """A number in the largest unit that it reaches."""
    sign, size = "−" if number < 0 else "", abs(number)
    for unit, word in units:
        if size >= unit:
            return f"{sign}{size / unit:,.10g}{word}"
    return f"{sign}{size:,}"
