"""The report of a simulation, of one run or of many with different seeds."""

from collections.abc import Sequence

from pinwheel.lab.figures import Figures
from pinwheel.lab.report.charts import charts
from pinwheel.lab.report.page import ReportPage
from pinwheel.lab.report.sentences import sentences
from pinwheel.lab.report.tables import tables
from pinwheel.lab.report.words import fill
from pinwheel.lab.simulate import Arguments
from pinwheel.plan.model import Plan
from pinwheel.plan.words import Phrase

TITLE = Phrase("模拟：{title}", "Simulation: {title}")
NOTES = [
    Phrase(
        "会员是虚拟的，规则与线上运行的是同一份：同样的方案、参数和种子，结果处处相同。",
        "The members are made up, the rules are those that run live: the same plan, arguments and seed give "
        "the same result anywhere.",
    ),
    Phrase(
        "会员怎样参团是假设，不是预测；换一组假设再看一次。一天里的参团平均分布在开放时段内；"
        "需要团长的玩法里，最先到的人是团长。",
        "How members behave is assumed, not foretold; look again under other assumptions. A day's joins come "
        "evenly over the open hours; where a group has a leader, whoever comes first leads.",
    ),
    Phrase(
        "虚拟会员全部用余额付款，余额可以为负；手续费按每次参团计算，退款时不退；中奖者都按所购商品计成本。"
        "积分池分红由运营方决定：给出每月分出多少盈余时才演，一个月按三十天计，转入在冻结前的最后一天。",
        "Made-up members pay from their balance, which may be negative; the payment fee is counted for every "
        "join and never comes back; winners count with the goods they ordered. Monthly dividends are the "
        "operator's decision and played where a part of the month's gain is given for them: a month has "
        "thirty days, and points move in on the last day before the pool freezes.",
    ),
    Phrase(
        "活动结束时开奖的方案，活动在最后一天结束；预售的尾款在成团时当场付清或放弃。"
        "公开数到来之前的等待不在模拟之内。",
        "An activity that is drawn when it ends does so on the last day; the balance of a presale is paid, "
        "or not, at the moment the group is full. Waiting for a public value is not played.",
    ),
    Phrase(
        "模拟说明会怎样，不保证会这样；最坏情况以 pinwheel check 推算的界限为准。",
        "A simulation says what may come, not what will; what can come at the worst is what pinwheel check "
        "works out.",
    ),
]


def report_of(
    plan: Plan, arguments: Arguments, budget: int, runs: Sequence[Figures], name: str | None = None
) -> ReportPage:
    """The page.

    Args:
        budget: in fen.
        runs: one or many, with the arguments but for the seed.
        name: of the plan, as the command line takes it; default: a file with its own name.
    """
    return ReportPage(
        title=fill(TITLE, title=Phrase(plan.title.zh, plan.title.en)),
        headlines=sentences(plan, arguments.behaviour.joins_a_day, budget, runs),
        charts=charts(budget, runs),
        tables=tables(plan, arguments, budget, runs, name or f"{plan.plan}.yaml"),
        notes=NOTES,
    )
