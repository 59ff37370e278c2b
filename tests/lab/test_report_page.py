"""A report's page: whole in itself, in both languages, and nothing in it is taken for anything but text."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import numpy as np
import plotly.graph_objects as go
import pytest

from pinwheel.lab.report.page import Chart, ReportPage, Table, content_security_policy, render
from pinwheel.plan.words import Phrase

EVIL = Phrase("<script>alert(1)</script>&\u2028“坏”", "</script><img src=x onerror=alert(2)>")
LINE = {
    "data": [{"type": "scatter", "name": Phrase("线", "line"), "x": [1, 2, 3], "y": [1.5, None, -2.0]}],
    "layout": {"xaxis": {"title": {"text": Phrase("天", "day")}}},
}


class Reader(HTMLParser):
    """Elements with their attributes, the texts by element, and scripts as they stand."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.texts, self.scripts = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts.append(data)
        elif self.open and self.open[-1] != "style":
            self.texts.append((self.open[-1], data.strip()))

    def cells(self):
        return [text for tag, text in self.texts if tag in ("td", "th", "span") and text]


TITLE = Phrase("标题", "Title")


def page(*charts, title=TITLE, tables=()):
    return ReportPage(title, [Phrase("第一句。", "First.")], list(charts), list(tables), [])


def read(*charts, **parts):
    return Reader(render(page(*charts, **parts)))


def figures_in(text):
    found = re.search(r'<script type="application/json" id="figures">(.*?)</script>', text, re.DOTALL)
    return json.loads(found[1])


def test_operators_words_are_text_wherever_they_stand():
    figure = {
        "data": [
            {
                "type": "bar",
                "name": EVIL,
                "x": [EVIL, "</script>"],
                "y": [1, 2],
                "hovertemplate": "%{y}<extra></extra></script>",
            }
        ],
        "layout": {"xaxis": {"title": {"text": EVIL}}},
    }
    table = Table(EVIL, [EVIL], [[EVIL], [EVIL.zh]])
    everywhere = ReportPage(EVIL, [EVIL], [Chart(EVIL, EVIL, figure)], [table], [EVIL])
    found = Reader(render(everywhere))
    assert [tag for tag, _ in found.elements].count("script") == 3
    assert not any(tag == "img" for tag, _ in found.elements)
    assert not any(name.startswith("on") for _, attributes in found.elements for name in attributes)
    assert sum(EVIL.zh in text for _, text in found.texts) >= 8
    drawn = figures_in(render(everywhere))[0]
    assert drawn["data"][0]["name"]["en"] == "&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;"


def test_the_page_asks_no_other_place_for_anything():
    found = read(Chart(Phrase("图", "chart"), Phrase("注", "note"), LINE))
    for _, attributes in found.elements:
        for name in ("src", "href", "action", "data", "poster"):
            assert attributes.get(name, "#").startswith("#")
    policy = next(a["content"] for _, a in found.elements if a.get("http-equiv"))
    assert policy == content_security_policy() and "default-src 'none'" in policy


def test_only_the_pages_own_scripts_may_run():
    found = read(Chart(Phrase("图", "chart"), Phrase("注", "note"), LINE))
    digests = [
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in found.scripts[1:]
    ]
    assert len(digests) == 2
    allowed = re.search(r"script-src ([^;]*);", content_security_policy())[1].split()
    assert allowed == [f"'sha256-{digest}'" for digest in digests]
    assert sum("plotly.js v" in script for script in found.scripts) == 1


def test_a_chart_is_read_out_by_its_note_and_its_table():
    found = read(Chart(Phrase("图", "chart"), Phrase("注", "note"), LINE))
    image = next(a for _, a in found.elements if a.get("role") == "img")
    identified = {a["id"] for _, a in found.elements if "id" in a}
    assert {image["aria-labelledby"], image["aria-describedby"]} <= identified
    assert any(tag == "details" for tag, _ in found.elements)
    cells = found.cells()
    assert all(text in cells for text in ("天", "day", "线", "line", "1", "1.50", "–", "-2.00"))


def test_a_long_chart_has_a_table_of_chosen_rows_with_the_first_and_the_last():
    days = list(range(1, 1001))
    figure = {"data": [{"type": "scatter", "name": "x", "x": days, "y": days}]}
    found = read(Chart(Phrase("图", "chart"), Phrase("注", "note"), figure))
    rows = [text for tag, text in found.texts if tag == "td"]
    assert len(rows) == 2 * 61 and rows[0] == "1" and rows[-1] == "1,000"
    assert any("61 of 1000" in text for _, text in found.texts)


def test_a_plotly_figure_is_drawn_as_a_dict_of_it():
    figure = go.Figure(go.Bar(x=np.arange(3), y=np.array([1.0, np.nan, 3.0]), name="b"))
    drawn = figures_in(render(page(Chart(Phrase("图", "c"), Phrase("注", "n"), figure))))[0]["data"][0]
    assert drawn["x"] == [0, 1, 2] and drawn["y"] == [1.0, None, 3.0]


def test_lying_bars_and_flows_have_tables_too():
    lying = {"data": [{"type": "bar", "orientation": "h", "name": "n", "x": [7], "y": ["a"]}], "layout": {}}
    flows = {
        "data": [
            {
                "type": "sankey",
                "node": {"label": [Phrase("左", "left"), Phrase("右", "right")]},
                "link": {"source": [0, 0], "target": [1, 1], "value": [1.0, 2.0]},
            }
        ]
    }
    found = read(*(Chart(Phrase("图", "c"), Phrase("注", "n"), figure) for figure in (lying, flows)))
    cells = found.cells()
    assert cells.index("a") + 1 == cells.index("7")
    assert cells.index("2.00") < cells.index("1.00")
    assert "左" in cells and "right" in cells


def test_columns_of_figures_stand_to_the_right_and_hashes_may_break():
    table = Table(
        Phrase("表", "table"),
        [Phrase("名", "name"), Phrase("数", "number"), Phrase("值", "value")],
        [
            [Phrase("甲", "one"), "−1,234.50", "a" * 64],
            ["two", Phrase("没有", "none"), "12"],
            ["three", "5.7%", "b"],
        ],
    )
    found = read(tables=[table])
    classes = [attributes.get("class") for tag, attributes in found.elements if tag == "td"]
    assert classes == [None, "number", "long", None, "number", None, None, "number", None]


@pytest.mark.parametrize("place", [0, 1])
def test_both_languages_stand_in_the_page(place):
    found = read(title=Phrase("模拟", "Simulation"))
    wanted = ("模拟", "第一句。") if place == 0 else ("Simulation", "First.")
    language = "zh-CN" if place == 0 else "en"
    assert [text for tag, text in found.texts if tag == "span" and text in wanted] == list(wanted)
    assert ("a", {"href": "#zh" if place == 0 else "#en", "lang": language}) in found.elements
