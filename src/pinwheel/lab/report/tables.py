"""The tables of a simulation: its figures, what moved, and what it was told, so that it can be repeated."""

from collections.abc import Callable, Sequence

from pinwheel import __version__
from pinwheel.lab.figures import Figures
from pinwheel.lab.report.command import command_line, joins_text, rate_text
from pinwheel.lab.report.page import Table
from pinwheel.lab.report.sentences import enough_members_of, owed_at_the_end
from pinwheel.lab.report.spread import mean_flows, spread
from pinwheel.lab.report.words import PARTY_WORDS, REASON_NAMES, amount, fill
from pinwheel.lab.simulate import Arguments
from pinwheel.plan.amounts import format_amount
from pinwheel.plan.canonical import plan_hash
from pinwheel.plan.model import Plan
from pinwheel.plan.words import ASSET_NAMES, Phrase

Row = list[str | Phrase]

FIGURES = Phrase("数字", "Figures")
FIGURE = Phrase("项目", "figure")
VALUE = Phrase("数值", "value")
MANY_COLUMNS = [
    FIGURE,
    Phrase("5% 的模拟低于", "5% of runs below"),
    Phrase("中位数", "median"),
    Phrase("5% 的模拟高于", "5% of runs above"),
]
# Title, figure of a run, how it is written.
NUMBERS: list[tuple[Phrase, Callable[[Figures], int], Callable[[int], str]]] = [
    (Phrase("来过的会员", "members who came"), lambda run: run.members, "{:,}".format),
    (Phrase("最后一天在场的会员", "members there on the last day"), lambda run: run.there[-1], "{:,}".format),
    (Phrase("参团", "joins"), lambda run: sum(run.joins), "{:,}".format),
    (Phrase("成团", "groups settled"), lambda run: sum(run.settled), "{:,}".format),
    (Phrase("成团流失", "groups dissolved"), lambda run: sum(run.dissolved), "{:,}".format),
    (Phrase("失效", "groups expired"), lambda run: sum(run.expired), "{:,}".format),
    (Phrase("平台留存（元）", "kept by the plan (yuan)"), lambda run: run.kept[-1], amount),
    (Phrase("− 商品成本（元）", "− goods (yuan)"), lambda run: run.goods[-1], amount),
    (Phrase("− 支付手续费（元）", "− payment fees (yuan)"), lambda run: run.fees[-1], amount),
    (
        Phrase("− 发出的优惠券（元）", "− coupons given (yuan)"),
        lambda run: run.coupons[-1],
        amount,
    ),
    (Phrase("− 固定开支（元）", "− fixed costs (yuan)"), lambda run: run.costs[-1], amount),
    (Phrase("= 平台结余（元）", "= margin (yuan)"), lambda run: run.margin[-1], amount),
    (Phrase("最低的结余（元）", "lowest margin (yuan)"), lambda run: run.lowest, amount),
    (Phrase("最低的一天", "day of the lowest margin"), lambda run: run.lowest_on, str),
    (Phrase("现金多得的会员", "members with more cash than they paid"), lambda run: run.ahead, "{:,}".format),
    (
        Phrase("现金少得的会员", "members with less cash than they paid"),
        lambda run: run.behind,
        "{:,}".format,
    ),
]
EVEN = Phrase("回本的一天", "day on which it breaks even")
ENOUGH = Phrase("不亏所需的会员（约）", "members that it takes not to lose (about)")
DRY = Phrase("付不出的一天", "day on which it runs dry")
NO_DAY = Phrase("没有", "none")
OWED = Phrase("仍欠会员：{asset}", "still owed to members: {asset}")

MOVED = Phrase("各种事由各转移了多少", "What moved, by reason and asset")
MOVED_MANY = Phrase(
    "各种事由各转移了多少（平均每次模拟）", "What moved, by reason and asset (average of the runs)"
)
FROM_TO = Phrase("{source} → {target}", "{source} → {target}")
MOVED_COLUMNS = [
    Phrase("事由", "reason"),
    Phrase("从 → 到", "from → to"),
    Phrase("资产", "asset"),
    Phrase("数额", "amount"),
]

TOLD = Phrase("怎样得到同样的结果", "How to get the same again")
COMMAND = Phrase("命令", "command")
BEHAVIOUR: list[tuple[Phrase, Callable[[Arguments], str]]] = [
    (Phrase("第 1 天的会员", "members on day 1"), lambda told: f"{told.behaviour.start_members:,}"),
    (Phrase("最多容纳的会员", "room for members"), lambda told: f"{told.most_members:,}"),
    (Phrase("天数", "days"), lambda told: f"{told.days:,}"),
    (
        Phrase("每名会员每天想参团的次数", "joins that a member wishes a day"),
        lambda told: joins_text(told.behaviour.joins_a_day),
    ),
    (Phrase("每天新来的会员", "new members a day"), lambda told: rate_text(told.behaviour.arrivals_a_day)),
    (Phrase("到第几天为止有新会员", "days with new members"), lambda told: f"{told.behaviour.growth_ends:,}"),
    (
        Phrase("每天离开的会员", "members who leave a day"),
        lambda told: rate_text(told.behaviour.leaves_a_day),
    ),
    (
        Phrase("新会员中有推荐人的", "new members with a sponsor"),
        lambda told: rate_text(told.behaviour.invited),
    ),
    (
        Phrase("会邀请的会员（最近来的）", "members who invite (those who came last)"),
        lambda told: rate_text(told.behaviour.inviters),
    ),
    (
        Phrase("赢后意愿的变化", "change of mood after a win"),
        lambda told: rate_text(told.behaviour.after_win),
    ),
    (
        Phrase("输后意愿的变化", "change of mood after a loss"),
        lambda told: rate_text(told.behaviour.after_loss),
    ),
    (
        Phrase("每天的固定开支（元）", "fixed costs a day (yuan)"),
        lambda told: format_amount(told.costs_a_day),
    ),
]
PAYS_BALANCE: tuple[Phrase, Callable[[Arguments], str]] = (
    Phrase("成团后付尾款的席位", "seats of full groups whose balance is paid"),
    lambda told: rate_text(told.behaviour.pays_balance),
)
MONTHLY: list[tuple[Phrase, Callable[[Arguments], str]]] = [
    (
        Phrase("每月盈余中分给积分池的", "of a month's gain, shared by the monthly pool"),
        lambda told: rate_text(told.profit_shared),
    ),
    (
        Phrase("把红利积分转入积分池的会员", "members who move dividend points into the pool"),
        lambda told: rate_text(told.behaviour.moves_points),
    ),
]


def tables(plan: Plan, arguments: Arguments, budget: int, runs: Sequence[Figures], name: str) -> list[Table]:
    """All of them."""
    return [figures_table(runs), moved_table(runs), told_table(plan, arguments, budget, runs, name)]


def figures_table(runs: Sequence[Figures]) -> Table:
    """One column for one run; three for many, of which nine in ten lie between the outer two."""
    rows: list[Row] = []
    for title, figure, written in NUMBERS:
        found = spread([figure(run) for run in runs])
        rows.append([title, written(found.middle)] if len(runs) == 1 else [title, *map(written, found)])
    for asset in owed_at_the_end(runs):
        held = spread([run.owed[asset][-1] if asset in run.owed else 0 for run in runs])
        title = fill(OWED, asset=ASSET_NAMES[asset])
        rows.append([title, amount(held.middle)] if len(runs) == 1 else [title, *map(amount, held)])
    if len(runs) == 1:
        for title, day in ((EVEN, runs[0].breaks_even_on), (DRY, runs[0].dry_on)):
            rows.append([title, NO_DAY if day is None else str(day)])
    if enough := enough_members_of(runs):
        said = f"{enough:,}"
        rows.append([ENOUGH, said] if len(runs) == 1 else [ENOUGH, "", said, ""])
    return Table(FIGURES, [FIGURE, VALUE] if len(runs) == 1 else MANY_COLUMNS, rows)


def moved_table(runs: Sequence[Figures]) -> Table:
    """As the ledger names it, in the order of the reasons."""
    rows: list[Row] = [
        [
            REASON_NAMES[flow.reason],
            fill(FROM_TO, source=PARTY_WORDS[flow.source], target=PARTY_WORDS[flow.target]),
            ASSET_NAMES[flow.asset],
            amount(flow.amount),
        ]
        for flow in mean_flows(runs)
    ]
    return Table(MOVED if len(runs) == 1 else MOVED_MANY, MOVED_COLUMNS, rows)


def told_table(plan: Plan, arguments: Arguments, budget: int, runs: Sequence[Figures], name: str) -> Table:
    """The plan by its hash, every argument, and the command."""
    first, last = min(run.seed for run in runs), max(run.seed for run in runs)
    rows: list[Row] = [
        [COMMAND, command_line(name, arguments._replace(seed=first), budget, len(runs))],
        [Phrase("方案", "plan"), f"{plan.title.zh} · {plan.title.en} ({plan.plan})"],
        [Phrase("方案的哈希值", "hash of the plan"), plan_hash(plan)],
        *behaviour_rows(plan, arguments),
        [Phrase("预算（元）", "budget (yuan)"), format_amount(budget)],
        [Phrase("种子", "seed"), str(first) if first == last else f"{first}–{last}"],
        [Phrase("拼团系统的版本", "version of Pinwheel"), __version__],
    ]
    return Table(TOLD, [FIGURE, VALUE], rows)


def behaviour_rows(plan: Plan, arguments: Arguments) -> list[Row]:
    """How members behave, a row for each argument that matters to the plan."""
    asked = [*BEHAVIOUR, PAYS_BALANCE] if plan.presale else [*BEHAVIOUR]
    if plan.dividends and plan.dividends.monthly:
        asked += MONTHLY
    return [[title, said(arguments)] for title, said in asked]
