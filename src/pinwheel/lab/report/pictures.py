"""The pictures of a simulation: told apart by colour, dash and marker, readable on a phone."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from pinwheel.lab.figures import Figures
from pinwheel.lab.report.names import PARTY_WORDS, REASON_WORDS, WAIT_WORDS
from pinwheel.lab.report.page import Chart
from pinwheel.lab.studies.pictures import COLOURS, DASHES
from pinwheel.plan.words import ASSET_NAMES, Phrase

DAY = Phrase("第几天", "day")
YUAN = Phrase("元", "yuan")
MOST_POINTS = 400  # of a line; a phone shows no more


def pictures(runs: Sequence[Figures], median: Figures) -> list[Chart]:
    """All pictures of one run or many; what has no spread is shown of the median run."""
    charts = [margin_picture(runs, median)]
    if median.owed:
        charts.append(owed_picture(median))
    charts += [
        flow_picture(median),
        result_picture(median),
        lorenz_picture(median),
        people_picture(median),
        group_picture(median),
    ]
    if sum(median.waits):
        charts.append(wait_picture(median))
    return charts


def margin_picture(runs: Sequence[Figures], median: Figures) -> Chart:
    """What the operator has gained, day by day."""
    days = list(range(1, median.days + 1))
    if len(runs) == 1:
        data = [line(Phrase("结余", "margin"), days, yuan(median.margin), 0)]
        note = Phrase(
            "收下的款项减去付给会员的现金、商品成本和手续费；低于零表示要从别处垫钱。",
            "Payments kept less cash paid to members, goods and fees;"
            " below zero money must come from elsewhere.",
        )
    else:
        margins = np.array([run.margin for run in runs]) / 100
        low, middle, high = np.percentile(margins, (5, 50, 95), axis=0)
        worst = margins[int(np.argmin([run.lowest for run in runs]))]
        band = line(Phrase("95% 的模拟不高于", "95% of runs are below"), days, high.tolist(), 2)
        floor = line(Phrase("5% 的模拟低于", "5% of runs are below"), days, low.tolist(), 2)
        floor |= {"fill": "tonexty", "fillcolor": "rgba(0,158,115,0.15)"}
        data = [
            band,
            floor,
            line(Phrase("中位", "median"), days, middle.tolist(), 0),
            line(Phrase("最差的一次", "the worst run"), days, worst.tolist(), 1),
        ]
        note = Phrase(
            f"{len(runs)} 次模拟：收下的款项减去付给会员的现金、商品成本和手续费。",
            f"{len(runs)} runs: payments kept less cash paid to members, goods and fees.",
        )
    return Chart(Phrase("运营方的结余", "The operator's margin"), note, over(DAY, YUAN, data))


def owed_picture(median: Figures) -> Chart:
    """What members hold that is not cash."""
    days = list(range(1, median.days + 1))
    data = [
        line(ASSET_NAMES[asset], days, yuan(held), number % len(COLOURS))
        for number, (asset, held) in enumerate(median.owed.items())
    ]
    return Chart(
        Phrase("会员手里的权益", "What members hold"),
        Phrase(
            "购物金会逐步变成现金；积分按方案使用。",
            "Shopping credit turns into cash in time; points are used as the plan says.",
        ),
        over(DAY, Phrase("元或积分", "yuan or points"), data),
    )


def flow_picture(median: Figures) -> Chart:
    """Where each yuan went: cash alone."""
    flows = [flow for flow in median.flows if flow.asset == "cash"]
    nodes: list[str] = []

    def node(name: str) -> int:
        if name not in nodes:
            nodes.append(name)
        return nodes.index(name)

    links = []
    for flow in flows:
        paid = "paid" if flow.source == "members" else flow.source
        got = "got" if flow.target == "members" else flow.target
        links.append((node(paid), node(got), flow.amount / 100, REASON_WORDS[flow.reason]))
    figure = {
        "data": [
            {
                "type": "sankey",
                "orientation": "h",
                "node": {
                    "label": [PARTY_WORDS[name] for name in nodes],
                    "color": [COLOURS[number % len(COLOURS)] for number in range(len(nodes))],
                    "pad": 18,
                    "thickness": 14,
                },
                "link": {
                    "source": [link[0] for link in links],
                    "target": [link[1] for link in links],
                    "value": [link[2] for link in links],
                    "label": [link[3] for link in links],
                    "color": "rgba(120,110,95,0.25)",
                },
            }
        ],
        "layout": {},
    }
    return Chart(
        Phrase("每一元钱去了哪里", "Where each yuan went"),
        Phrase(
            "整个期间的现金，从左到右；宽度是金额。",
            "Cash of the whole time, from left to right; width is money.",
        ),
        figure,
    )


def result_picture(median: Figures) -> Chart:
    """Members' results by tenths."""
    names = ["0%", *(f"{tenth * 10}%" for tenth in range(1, 11))]
    return Chart(
        Phrase("会员的现金盈亏", "What members won or lost in cash"),
        Phrase(
            "按结果从低到高排的会员；商品、积分和未释放的购物金不计。",
            "Members from the lowest result to the highest;"
            " goods, points and credit not yet released do not count.",
        ),
        over(
            Phrase("会员（从低到高）", "members, from low to high"),
            YUAN,
            [bars(Phrase("盈亏", "result"), names, yuan(median.tenths), 0)],
        ),
    )


def lorenz_picture(median: Figures) -> Chart:
    """How evenly what was paid out is spread."""
    share = list(range(101))
    got = [ppm / 10_000 for ppm in median.lorenz]
    return Chart(
        Phrase("付出的现金分得多均匀", "How evenly the cash paid out is spread"),
        Phrase(
            "拿得最少的那部分会员合起来拿到了多少（洛伦兹曲线）；越贴近虚线越均匀。",
            "What those who got least have got together (Lorenz curve);"
            " the nearer to the dashed line, the evener.",
        ),
        over(
            Phrase("拿得最少的会员，%", "members who got least, %"),
            Phrase("拿到的现金，%", "of the cash, %"),
            [
                line(Phrase("实际", "as it was"), share, got, 0),
                line(Phrase("人人一样", "all alike"), share, share, 1),
            ],
        ),
    )


def people_picture(median: Figures) -> Chart:
    """Members and joins by day."""
    days = list(range(1, median.days + 1))
    return Chart(
        Phrase("在场会员与每日参团", "Members who are there, and joins a day"),
        Phrase(
            "会员增长停止以后会怎样，从这里开始看。", "What happens once growth ends begins to show here."
        ),
        over(
            DAY,
            Phrase("人、次", "members, joins"),
            [
                line(Phrase("在场会员", "members"), days, median.there, 0),
                line(Phrase("参团", "joins"), days, median.joins, 1),
            ],
        ),
    )


def group_picture(median: Figures) -> Chart:
    """What became of groups, by day."""
    days = list(range(1, median.days + 1))
    return Chart(
        Phrase("每天的团", "Groups a day"),
        Phrase(
            "成团、因可中奖席位不够而流失、到期未满。",
            "Settled; dissolved, as too few seats could win; expired before they were full.",
        ),
        over(
            DAY,
            Phrase("团", "groups"),
            [
                line(Phrase("成团", "settled"), days, median.settled, 0),
                line(Phrase("流失", "dissolved"), days, median.dissolved, 1),
                line(Phrase("到期", "expired"), days, median.expired, 2),
            ],
        ),
    )


def wait_picture(median: Figures) -> Chart:
    """How long groups took to fill."""
    return Chart(
        Phrase("凑满一个团要多久", "How long a group takes to fill"),
        Phrase("从第一个席位付款到最后一个。", "From the first seat's payment to the last."),
        over(
            Phrase("时间", "time"),
            Phrase("团", "groups"),
            [bars(Phrase("团", "groups"), WAIT_WORDS, median.waits, 0)],
        ),
    )


def over(across: Phrase, up: Phrase, data: list[dict[str, Any]]) -> dict[str, Any]:
    """A figure of series over two named axes."""
    layout = {"xaxis": {"title": {"text": across}}, "yaxis": {"title": {"text": up}}}
    return {"data": data, "layout": layout | ({"showlegend": False} if len(data) == 1 else {})}


def line(name: Phrase, across: Sequence[Any], up: Sequence[float], number: int) -> dict[str, Any]:
    """One line, thinned out to what a screen can show."""
    step = max(1, -(-len(across) // MOST_POINTS))
    kept = sorted({*range(0, len(across), step), len(across) - 1})
    return {
        "type": "scatter",
        "mode": "lines" if len(across) > 1 else "markers",
        "name": name,
        "x": [across[place] for place in kept],
        "y": [up[place] for place in kept],
        "line": {"color": COLOURS[number], "dash": DASHES[number], "width": 2},
    }


def bars(name: Phrase, across: Sequence[str | Phrase], up: Sequence[float], number: int) -> dict[str, Any]:
    """Bars with their names below."""
    return {
        "type": "bar",
        "name": name,
        "x": list(across),
        "y": list(up),
        "marker": {"color": COLOURS[number]},
    }


def yuan(amounts: Sequence[int]) -> list[float]:
    """Fen as yuan, to be drawn."""
    return [amount / 100 for amount in amounts]
