"""A plotly figure as plain data with its words in both languages, and the same figure as a table."""

import base64
import math
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from pinwheel.plan.words import Phrase

MOST_ROWS = 61  # of a chart's table; the files beside a report have every day
NUMBER = re.compile(r"[-−+]?[0-9][0-9, ]*(?:\.[0-9]+)?\s?[%‱]?|–")
NOTHING = "–"
VALUE = Phrase("数值", "Value")
LINK_COLUMNS = [Phrase("从", "From"), Phrase("到", "To"), VALUE]

Cell = str | Phrase


def written(figure: Any) -> dict[str, Any]:
    """A figure as JSON can hold it: a Phrase becomes {"zh": …, "en": …}, text is escaped for plotly."""
    data = figure if isinstance(figure, Mapping) else figure.to_plotly_json()
    found: dict[str, Any] = plain(data, "")
    return found


def plain(value: Any, name: str) -> Any:
    """A value of a figure; a template of plotly's is the only text that may hold its tags."""
    if isinstance(value, Phrase):
        return {"zh": safe(value.zh, name), "en": safe(value.en, name)}
    if isinstance(value, Mapping):
        if "bdata" in value:
            return unpacked(value)
        return {key: plain(part, key) for key, part in value.items()}
    if isinstance(value, str):
        return safe(value, name)
    if hasattr(value, "tolist"):
        return plain(value.tolist(), name)
    if isinstance(value, Sequence):
        return [plain(part, name) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def safe(text: str, name: str) -> str:
    """Text that plotly shows as it stands: it takes some tags for style and links."""
    return text if name.endswith("template") else escape(text, quote=False)


def unpacked(packed: Mapping[str, Any]) -> list[Any]:
    """An array that plotly packed."""
    values = np.frombuffer(base64.b64decode(packed["bdata"]), dtype=packed["dtype"])
    shape = packed.get("shape")
    if shape is not None:
        values = values.reshape([int(part) for part in str(shape).split(",")])
    found: list[Any] = plain(values.tolist(), "")
    return found


def rows_of(figure: Mapping[str, Any]) -> tuple[list[Phrase], list[list[Cell]], int]:
    """A written figure as columns and at most MOST_ROWS rows, and how many rows there would be in all."""
    traces = [trace for trace in figure.get("data", ()) if trace.get("visible", True) is not False]
    flows = [trace for trace in traces if trace.get("type") == "sankey"]
    if flows:
        rows = [row for trace in flows for row in link_rows(trace)]
        return LINK_COLUMNS, thinned(rows), len(rows)
    axis = figure.get("layout", {}).get("xaxis", {})
    traces = [trace for trace in traces if "x" in trace and "y" in trace]
    if traces and all(trace.get("orientation") == "h" for trace in traces):
        traces = [{**trace, "x": trace["y"], "y": trace["x"]} for trace in traces]
        axis = figure.get("layout", {}).get("yaxis", {})
    columns = [words(axis.get("title", {}).get("text", "x"))]
    columns += [words(trace.get("name")) if trace.get("name") else VALUE for trace in traces]
    found: dict[str, list[Cell]] = {}
    for number, trace in enumerate(traces):
        for across, up in zip(trace["x"], trace["y"], strict=False):
            row = found.setdefault(str(across), [cell(across), *[NOTHING] * len(traces)])
            row[1 + number] = cell(up)
    return columns, thinned(list(found.values())), len(found)


def link_rows(trace: Mapping[str, Any]) -> list[list[Cell]]:
    """The flows of a Sankey, the largest first."""
    labels, link = trace["node"]["label"], trace["link"]
    flows = sorted(zip(link["source"], link["target"], link["value"], strict=True), key=lambda flow: -flow[2])
    return [[cell(labels[source]), cell(labels[target]), cell(value)] for source, target, value in flows]


def thinned(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Evenly chosen rows, the first and the last among them."""
    last = len(rows) - 1
    if last < MOST_ROWS:
        return rows
    return [rows[place * last // (MOST_ROWS - 1)] for place in range(MOST_ROWS)]


def words(value: Any) -> Phrase:
    """Written text as a phrase, as it was before it was escaped."""
    if isinstance(value, Mapping):
        return Phrase(shown(value["zh"]), shown(value["en"]))
    return Phrase(shown(str(value)), shown(str(value)))


def cell(value: Any) -> Cell:
    """A value as people read it: whole numbers as such, others with two places."""
    if value is None:
        return NOTHING
    if isinstance(value, Mapping):
        return words(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return shown(str(value))
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"


def shown(text: str) -> str:
    """Escaped text as it is read."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
