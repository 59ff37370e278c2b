"""Where each yuan went: from who paid, through what was held and kept, to who has it in the end."""

from collections.abc import Sequence
from typing import Any

from pinwheel.lab.figures import Flow
from pinwheel.lab.report.drawing import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILLION
from pinwheel.lab.report.words import REASON_NAMES
from pinwheel.plan.words import Phrase

Link = tuple[str, str, str, int]  # from, to, why, fen

THROUGH = ("held", "kept", "daily_pool", "monthly_pool")  # who has it only for a while
NODES = {
    "members pays": Phrase("会员付款", "paid in"),
    "outside pays": Phrase("外部付款", "paid from outside"),
    "operator pays": Phrase("平台垫付", "operator adds"),
    "held": Phrase("保留中", "held"),
    "kept": Phrase("留存", "kept"),
    "daily_pool": Phrase("日分红池", "daily pool"),
    "monthly_pool": Phrase("积分池", "monthly pool"),
    "members gets": Phrase("会员得到", "members get"),
    "outside gets": Phrase("原路退回", "refunded outside"),
    "goods": Phrase("商品", "goods"),
    "fees": Phrase("手续费", "fees"),
    "costs": Phrase("固定开支", "fixed costs"),
    "margin": Phrase("平台结余", "margin"),
    "held left": Phrase("未满的团", "open groups"),
    "daily_pool left": Phrase("未分", "not shared"),
    "monthly_pool left": Phrase("未分", "not shared"),
}
COLOURS = {
    "members pays": BLUE,
    "outside pays": BLUE,
    "operator pays": VERMILLION,
    "held": SKY,
    "kept": ORANGE,
    "daily_pool": PURPLE,
    "monthly_pool": PURPLE,
    "margin": GREEN,
    "goods": "#8c959f",
    "fees": "#8c959f",
    "costs": "#8c959f",
}
LEFT_OVER = {
    "goods": Phrase("商品成本", "goods"),
    "fees": Phrase("支付手续费", "payment fees"),
    "costs": Phrase("每天的固定开支", "fixed costs of every day"),
    "margin": Phrase("结余", "margin"),
    "held left": Phrase("未满的团", "groups not full"),
    "daily_pool left": Phrase("未分的余数", "not shared out yet"),
    "monthly_pool left": Phrase("未分的余数", "not shared out yet"),
    "operator pays": Phrase("不足的部分", "what is short"),
}


def money_flows(flows: Sequence[Flow], spent: dict[str, int]) -> list[Link]:
    """Flows of cash between parties as flows from left to right, and what becomes of the rest; in fen.

    Every party in between passes on exactly what it gets.

    Args:
        spent: `goods`, `fees`, `costs`: what of the kept they have taken.
    """
    links = [(pays(flow.source), gets(flow.target), flow.reason, flow.amount) for flow in flows]
    for party in THROUGH:
        into = sum(fen for _, target, _, fen in links if target == party)
        left = into - sum(fen for source, _, _, fen in links if source == party)
        if party == "kept":
            links += [("kept", what, what, fen) for what, fen in spent.items()]
            left -= sum(spent.values())
            links.append(("kept", "margin", "margin", left))
            links.append(("operator pays", "kept", "operator pays", -left))
        else:
            links.append((party, f"{party} left", f"{party} left", left))
    return [link for link in links if link[3] > 0]


def pays(party: str) -> str:
    return party if party in THROUGH else f"{party} pays"


def gets(party: str) -> str:
    return party if party in THROUGH else f"{party} gets"


def sankey(links: list[Link]) -> dict[str, Any]:
    """The picture, in yuan."""
    names = [name for name in NODES if any(name in link[:2] for link in links)]
    places = {name: number for number, name in enumerate(names)}
    return {
        "data": [
            {
                "type": "sankey",
                "arrangement": "snap",
                "valueformat": ",.2f",
                "node": {
                    "label": [NODES[name] for name in names],
                    "color": [COLOURS.get(name, BLUE) for name in names],
                    "hovertemplate": "%{label}: %{value:,.2f}<extra></extra>",
                    "pad": 18,
                    "thickness": 14,
                },
                "link": {
                    "source": [places[source] for source, _, _, _ in links],
                    "target": [places[target] for _, target, _, _ in links],
                    "value": [fen / 100 for _, _, _, fen in links],
                    "label": [why(reason) for _, _, reason, _ in links],
                    "color": ["rgba(110, 119, 129, 0.28)"] * len(links),
                    "hovertemplate": "%{label}: %{value:,.2f}<extra></extra>",
                },
            }
        ],
        "layout": {"height": 440},
    }


def why(reason: str) -> Phrase:
    return LEFT_OVER.get(reason) or REASON_NAMES[reason]
