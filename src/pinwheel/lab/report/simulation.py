"""The report of a simulation: sentences, pictures, tables, and how to play it again."""

from collections.abc import Sequence

from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.figures import Figures
from pinwheel.lab.report.names import PARTY_WORDS, REASON_WORDS
from pinwheel.lab.report.page import ReportPage, Table
from pinwheel.lab.report.pictures import pictures
from pinwheel.plan.amounts import PPM, format_amount, format_rate
from pinwheel.plan.canonical import plan_hash
from pinwheel.plan.model import Plan
from pinwheel.plan.solvency import solvency
from pinwheel.plan.words import ASSET_NAMES, Phrase


def report_of(plan: Plan, behaviour: Behaviour, budget: int, runs: Sequence[Figures]) -> ReportPage:
    """The report of one run or many of a plan; `budget` in fen."""
    median = median_run(runs)
    return ReportPage(
        title=Phrase(f"{plan.title.zh}：模拟", f"{plan.title.en}: simulation"),
        headlines=headlines(plan, budget, runs),
        charts=pictures(runs, median),
        tables=[
            figures_table(runs, median),
            moved_table(median),
            played_table(plan, behaviour, budget, runs),
        ],
        notes=notes(runs),
    )


def median_run(runs: Sequence[Figures]) -> Figures:
    """The run in the middle by what is left at the end."""
    return sorted(runs, key=lambda run: (run.margin[-1], run.seed))[(len(runs) - 1) // 2]


def headlines(plan: Plan, budget: int, runs: Sequence[Figures]) -> list[Phrase]:
    """The weightiest first."""
    median = median_run(runs)
    worst = min(runs, key=lambda run: run.lowest)
    report = solvency(plan, budget=budget)
    found = [even_sentence(runs), worst_sentence(runs, worst), dry_sentence(budget, runs)]
    if any(held[-1] for held in median.owed.values()):
        owed = [(ASSET_NAMES[asset], format_amount(held[-1])) for asset, held in median.owed.items()]
        found.append(
            Phrase(
                f"第 {median.days} 天会员手里还有："
                + "、".join(f"{name.zh} {held}" for name, held in owed)
                + "。",
                f"On day {median.days} members still hold "
                + ", ".join(f"{name.en} {held}" for name, held in owed)
                + ".",
            )
        )
    groups = sum(median.settled) + sum(median.dissolved) + sum(median.expired)
    lost, late = (percent(sum(part), groups) for part in (median.dissolved, median.expired))
    found.append(
        Phrase(
            f"共 {groups:,} 个团：流失 {lost}，到期未满 {late}。",
            f"{groups:,} groups: {lost} dissolved, {late} expired before they were full.",
        )
    )
    found.append(
        Phrase(
            f"{median.members:,} 位会员：{median.ahead:,} 位现金多于付出，"
            f"{median.behind:,} 位少于付出（商品和积分不计）。",
            f"{median.members:,} members: {median.ahead:,} have more cash than they paid,"
            f" {median.behind:,} less (goods and points do not count).",
        )
    )
    expected, least = report.expected.before_credit, report.worst_accrual
    found.append(
        Phrase(
            f"每个成团的团，未计购物金的预期结余 {format_amount(expected)} 元；"
            f"最坏情况（购物金全额计入）{format_amount(least)} 元。",
            f"Each group that settles is expected to leave {format_amount(expected)} before shopping credit;"
            f" at worst, with all credit counted, {format_amount(least)}.",
        )
    )
    return found


def even_sentence(runs: Sequence[Figures]) -> Phrase:
    """From when on nothing is put in any more."""
    days = sorted(run.breaks_even_on for run in runs if run.breaks_even_on is not None)
    if not days:
        return Phrase("到最后一天仍未回本。", "It has not broken even by the last day.")
    middle = days[(len(days) - 1) // 2]
    if len(runs) == 1:
        return Phrase(f"从第 {middle} 天起不再亏。", f"Breaks even on day {middle}.")
    return Phrase(
        f"{len(runs)} 次模拟中 {len(days)} 次回本，中位在第 {middle} 天。",
        f"Breaks even in {len(days)} of {len(runs)} runs, in the middle one on day {middle}.",
    )


def worst_sentence(runs: Sequence[Figures], worst: Figures) -> Phrase:
    """When it is lowest."""
    lowest = format_amount(worst.lowest)
    if len(runs) == 1:
        return Phrase(
            f"结余最低在第 {worst.lowest_on} 天：{lowest} 元；"
            f"最后一天 {format_amount(worst.margin[-1])} 元。",
            f"The margin is lowest on day {worst.lowest_on}, at {lowest};"
            f" on the last day it is {format_amount(worst.margin[-1])}.",
        )
    return Phrase(
        f"{len(runs)} 次模拟中最差的一次，第 {worst.lowest_on} 天最低：{lowest} 元。",
        f"In the worst of {len(runs)} runs the margin is lowest on day {worst.lowest_on}, at {lowest}.",
    )


def dry_sentence(budget: int, runs: Sequence[Figures]) -> Phrase:
    """Whether the budget lasts."""
    amount = format_amount(budget)
    dry = sorted(run.dry_on for run in runs if run.dry_on is not None)
    if not dry:
        return Phrase(f"预算 {amount} 元没有用完。", f"The budget of {amount} is never used up.")
    if len(runs) == 1:
        return Phrase(
            f"第 {dry[0]} 天钱用完：预算 {amount} 元已不够。",
            f"The money runs out on day {dry[0]}: the budget of {amount} is used up.",
        )
    return Phrase(
        f"预算 {amount} 元在 {len(dry)} 次模拟中用完，最早在第 {dry[0]} 天。",
        f"The budget of {amount} is used up in {len(dry)} runs, at the earliest on day {dry[0]}.",
    )


def figures_table(runs: Sequence[Figures], median: Figures) -> Table:
    """The figures at the end, in the run in the middle, the worst and the best."""
    by_end = sorted(runs, key=lambda run: (run.margin[-1], run.seed))
    shown = [median] if len(runs) == 1 else [by_end[0], median, by_end[-1]]
    titles = [Phrase("结果", "result")]
    if len(runs) > 1:
        titles = [Phrase("最差", "worst"), Phrase("中位", "median"), Phrase("最好", "best")]
    rows: list[tuple[Phrase, list[str]]] = [
        (Phrase("种子", "seed"), [str(run.seed) for run in shown]),
        (Phrase("会员", "members"), [f"{run.members:,}" for run in shown]),
        (Phrase("参团", "joins"), [f"{sum(run.joins):,}" for run in shown]),
        (Phrase("成团", "groups settled"), [f"{sum(run.settled):,}" for run in shown]),
        (Phrase("流失", "groups dissolved"), [f"{sum(run.dissolved):,}" for run in shown]),
        (Phrase("到期", "groups expired"), [f"{sum(run.expired):,}" for run in shown]),
        (
            Phrase("收下减付出的现金", "kept less cash paid out"),
            [format_amount(run.kept[-1]) for run in shown],
        ),
        (Phrase("商品成本", "goods"), [format_amount(run.goods[-1]) for run in shown]),
        (Phrase("手续费", "fees"), [format_amount(run.fees[-1]) for run in shown]),
        (Phrase("结余", "margin"), [format_amount(run.margin[-1]) for run in shown]),
        (Phrase("结余最低", "lowest margin"), [format_amount(run.lowest) for run in shown]),
        (Phrase("最低在第几天", "lowest on day"), [str(run.lowest_on) for run in shown]),
    ]
    return Table(
        Phrase("主要数字（元）", "Figures (yuan)"),
        [Phrase("项目", "what"), *titles],
        [[name, *cells] for name, cells in rows],
    )


def moved_table(median: Figures) -> Table:
    """What moved in all, as the ledger names it."""
    rows: list[list[str | Phrase]] = [
        [
            REASON_WORDS[flow.reason],
            ASSET_NAMES[flow.asset],
            PARTY_WORDS[flow.source],
            PARTY_WORDS[flow.target],
            format_amount(flow.amount),
        ]
        for flow in median.flows
    ]
    columns = [
        Phrase("为什么", "why"),
        Phrase("资产", "asset"),
        Phrase("从", "from"),
        Phrase("到", "to"),
        Phrase("数额", "amount"),
    ]
    return Table(Phrase("整个期间的变动", "What moved in all"), columns, rows)


def played_table(plan: Plan, behaviour: Behaviour, budget: int, runs: Sequence[Figures]) -> Table:
    """Everything that the run can be told from."""
    rows = [
        (Phrase("方案", "plan"), plan.plan),
        (Phrase("方案哈希", "plan hash"), plan_hash(plan)),
        (Phrase("预算", "budget"), format_amount(budget)),
        (Phrase("天数", "days"), str(runs[0].days)),
        (
            Phrase("种子", "seeds"),
            f"{runs[0].seed}" if len(runs) == 1 else f"{runs[0].seed} … {runs[-1].seed}",
        ),
        (Phrase("开始时的会员", "members on the first day"), f"{behaviour.start_members:,}"),
        (
            Phrase("每位会员每天参团", "joins of a member a day"),
            f"{behaviour.joins_a_day / PPM:.3f}".rstrip("0").rstrip("."),
        ),
        (Phrase("每天新来", "new a day"), format_rate(behaviour.arrivals_a_day)),
        (Phrase("增长到第几天", "growth until day"), str(behaviour.growth_ends)),
        (Phrase("有邀请人的新会员", "new members with a sponsor"), format_rate(behaviour.invited)),
        (
            Phrase("会邀请的会员（最近来的）", "members who invite (the latest)"),
            format_rate(behaviour.inviters),
        ),
        (Phrase("每天离开", "leave a day"), format_rate(behaviour.leaves_a_day)),
        (Phrase("中奖后参团意愿", "wish to join after a win"), signed_rate(behaviour.after_win)),
        (Phrase("未中奖后参团意愿", "wish to join after a loss"), signed_rate(behaviour.after_loss)),
    ]
    return Table(
        Phrase("如何重做这次模拟", "How to play it again"),
        [Phrase("项目", "what"), Phrase("值", "value")],
        [[name, value] for name, value in rows],
    )


def notes(runs: Sequence[Figures]) -> list[Phrase]:
    """What the figures do not say."""
    found = [
        Phrase(
            "规则与线上相同：席位规则、开奖、结算、释放和分红用的是同一段程序。",
            "The rules are those that run live: seats, draw, settlement, releases and dividends"
            " are the same code.",
        ),
        Phrase(
            "会员怎样参团是假设，不是预测；换一组假设再看一次。",
            "How members behave is assumed, not foretold; look again under other assumptions.",
        ),
        Phrase(
            "每月分红由运营方另行决定，积分池不在模拟之内；中奖者都按所购商品计成本。",
            "Monthly dividends are the operator's decision and not played;"
            " winners count with the goods they ordered.",
        ),
        Phrase(
            "一天里的参团平均分布在开放时段内；需要团长的玩法里，最先到的人是团长。",
            "A day's joins come evenly over the open hours; where a group has a leader,"
            " whoever comes first leads.",
        ),
    ]
    if len(runs) > 1:
        found.append(
            Phrase(
                "没有散布的图和表取自中位的一次。",
                "Pictures and tables without a spread are of the median run.",
            )
        )
    return found


def percent(part: int, whole: int) -> str:
    """A part of a whole with one decimal."""
    return f"{100 * part / whole:.1f}%" if whole else "0%"


def signed_rate(ppm: int) -> str:
    """A change in percent."""
    return f"{'−' if ppm < 0 else '+'}{format_rate(abs(ppm))}" if ppm else "0%"
