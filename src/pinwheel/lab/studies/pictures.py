"""Lines of a study, drawn as those of a simulation are: told apart by colour, dash and marker."""

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from pinwheel.lab.report.drawing import axis, line, said
from pinwheel.plan.words import Phrase


class Line(NamedTuple):
    """A series: its name, and a point for each step."""

    name: Phrase
    across: Sequence[int]
    up: Sequence[int]


def draw_lines(lines: Sequence[Line], across: Phrase, up: Phrase, *, log: bool = False) -> dict[str, Any]:
    """A figure of some lines; `log` draws powers of ten equally high, and leaves out what is not positive."""
    values = list(chain.from_iterable(one.up for one in lines))
    return {
        "data": [
            line(one.name, one.across, [value if value > 0 or not log else None for value in one.up], number)
            for number, one in enumerate(lines)
        ],
        "layout": {
            "xaxis": axis(across),
            "yaxis": axis(up, type="log", **powers_of_ten(max(values)))
            if log
            else axis(up, values, rangemode="tozero"),
        },
    }


def powers_of_ten(high: int) -> dict[str, Any]:
    """Places on a logarithmic axis, a power of ten apart, and what stands there in both languages."""
    places = [10**power for power in range(len(str(high)) + 1)]
    return {"tickvals": places, "ticktext": [said(place) for place in places]}
