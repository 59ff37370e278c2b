"""A report as one HTML file that needs no network: sentences, charts, tables, in both languages.

The file carries plotly once and names its scripts by their hash, so that nothing else in it can run. What a
figure (a plotly one, or a dict like it) says may be `Phrase`s: the page shows them in the language chosen.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, NamedTuple

from pinwheel.lab.report.figure_text import NUMBER, rows_of, written
from pinwheel.plan.words import Phrase


class Chart(NamedTuple):
    """A picture: its title, what is to be seen on it (read out instead of it), and the figure."""

    title: Phrase
    note: Phrase
    figure: Any


class Table(NamedTuple):
    """A table; a cell is the same in both languages unless it is a Phrase."""

    title: Phrase
    columns: Sequence[Phrase]
    rows: Sequence[Sequence[str | Phrase]]


class ReportPage(NamedTuple):
    """What a report says, the weightiest first."""

    title: Phrase
    headlines: Sequence[Phrase]
    charts: Sequence[Chart]
    tables: Sequence[Table]
    notes: Sequence[Phrase]


LONG_WORD = 24
AS_TABLE = Phrase("用表格看这张图", "This chart as a table")
THINNED = Phrase("共 {all} 行，等距取 {shown} 行", "{shown} of {all} rows, evenly chosen")
NOTES = Phrase("说明", "Notes")
LANGUAGES = Phrase("语言", "Language")
CHARTS_NEED_SCRIPT = Phrase(
    "图表需要浏览器允许脚本；每张图的数字都在它下面的表格里。",
    "The charts need a browser that allows scripts; their figures are in the tables beneath them.",
)


def render(page: ReportPage) -> str:
    """The whole file."""
    body = [
        f"<h1>{both(page.title)}</h1>",
        '<ul class="headlines">',
        *(f"<li>{both(sentence)}</li>" for sentence in page.headlines),
        "</ul>",
        f"<noscript><p>{both(CHARTS_NEED_SCRIPT)}</p></noscript>" if page.charts else "",
        *(chart_html(chart, number) for number, chart in enumerate(page.charts)),
        *(table_html(table, number) for number, table in enumerate(page.tables)),
        notes_html(page.notes),
    ]
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{content_security_policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{escape(page.title.zh)} · {escape(page.title.en)}</title>
<style>{own_file("page.css")}</style>
</head>
<body>
<nav class="languages" aria-label="{escape(LANGUAGES.zh)} · {escape(LANGUAGES.en)}">
<a href="#zh" lang="zh-CN">中文</a> <a href="#en" lang="en">English</a>
</nav>
<main>
{joined(body)}
</main>
<script type="application/json" id="figures">{figures_json(page.charts)}</script>
<script>{plotly_script()}</script>
<script>{own_file("page.js")}</script>
</body>
</html>
"""


def joined(parts: Sequence[str]) -> str:
    return "\n".join(part for part in parts if part)


def both(phrase: Phrase) -> str:
    """A phrase in both languages, of which the page shows one."""
    if phrase.zh == phrase.en:
        return escape(phrase.zh)
    return f'<span lang="zh-CN">{escape(phrase.zh)}</span><span lang="en">{escape(phrase.en)}</span>'


def chart_html(chart: Chart, number: int) -> str:
    """A chart's place, its note, and its figures as a table for those who cannot see it."""
    columns, rows, all_rows = rows_of(written(chart.figure))
    parts = [
        f'<section class="chart" aria-labelledby="chart{number}-title">',
        f'<h2 id="chart{number}-title">{both(chart.title)}</h2>',
        f'<p id="chart{number}-note">{both(chart.note)}</p>',
        f'<div class="figure" id="chart{number}" role="img" aria-labelledby="chart{number}-title"'
        f' aria-describedby="chart{number}-note"></div>',
    ]
    if rows:
        parts.append(f"<details><summary>{both(AS_TABLE)}</summary>")
        if all_rows > len(rows):
            counts = {"all": all_rows, "shown": len(rows)}
            parts.append(f"<p>{both(Phrase(THINNED.zh.format(**counts), THINNED.en.format(**counts)))}</p>")
        parts += [scrolled(grid_html(columns, rows), f"chart{number}-title"), "</details>"]
    return joined([*parts, "</section>"])


def table_html(table: Table, number: int) -> str:
    return joined(
        [
            f'<section class="table" aria-labelledby="table{number}-title">',
            f'<h2 id="table{number}-title">{both(table.title)}</h2>',
            scrolled(grid_html(table.columns, table.rows), f"table{number}-title"),
            "</section>",
        ]
    )


def scrolled(grid: str, title: str) -> str:
    """A table that scrolls sideways by finger and by keyboard where it is too wide."""
    return f'<div class="scrolled" role="region" tabindex="0" aria-labelledby="{title}">{grid}</div>'


def grid_html(columns: Sequence[Phrase], rows: Sequence[Sequence[str | Phrase]]) -> str:
    """A table's grid; a column of numbers stands to the right."""
    right = [is_numeric([row[place] for row in rows if place < len(row)]) for place in range(len(columns))]
    head = "".join(
        f'<th scope="col"{mark(right[place])}>{both(column)}</th>' for place, column in enumerate(columns)
    )
    body = [
        "<tr>"
        + "".join(f"<td{mark(right[at], text)}>{cell(text)}</td>" for at, text in enumerate(row))
        + "</tr>"
        for row in rows
    ]
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{joined(body)}\n</tbody></table>"


def is_numeric(cells: Sequence[str | Phrase]) -> bool:
    """Whether every cell is a number, but for empty ones and words in both languages that say why."""
    texts = [text for text in cells if not isinstance(text, Phrase) and text]
    return bool(texts) and all(NUMBER.fullmatch(text) for text in texts)


def mark(is_right: bool, text: str | Phrase = "") -> str:
    """The class of a cell; a hash or the like may be broken anywhere."""
    if is_right:
        return ' class="number"'
    is_long = not isinstance(text, Phrase) and any(len(word) > LONG_WORD for word in text.split())
    return ' class="long"' if is_long else ""


def cell(text: str | Phrase) -> str:
    return both(text) if isinstance(text, Phrase) else escape(text)


def notes_html(notes: Sequence[Phrase]) -> str:
    if not notes:
        return ""
    items = "".join(f"<li>{both(note)}</li>" for note in notes)
    return f'<section class="notes"><h2>{both(NOTES)}</h2><ul>{items}</ul></section>'


def figures_json(charts: Sequence[Chart]) -> str:
    """The figures as data that no reader of HTML takes for anything else."""
    text = json.dumps(
        [written(chart.figure) for chart in charts],
        ensure_ascii=False,
        allow_nan=False,
        separators=(",", ":"),
    )
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@cache
def plotly_script() -> str:
    """Plotly's whole bundle: its package for Python comes with no smaller one."""
    text = (files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8")
    if "</script" in text or "<!--" in text:
        text = text.replace("</script", "<\\/script").replace("<!--", "<\\!--")
    return text


@cache
def own_file(name: str) -> str:
    return (files("pinwheel.lab.report") / name).read_text(encoding="utf-8")


@cache
def content_security_policy() -> str:
    """No network, no form, no frame, and no script but the two of the page, by their hash."""
    scripts = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in (plotly_script(), own_file("page.js"))
    )
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data: blob:;"
        " base-uri 'none'; form-action 'none'"
    )
