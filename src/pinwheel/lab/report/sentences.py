"""What a simulation says first: when it breaks even, how low it falls, what is owed, who gains, who loses."""

from collections.abc import Sequence

from pinwheel.lab.figures import Figures
from pinwheel.lab.report.spread import spread, worst_of
from pinwheel.lab.report.words import MEDIANS, amount, fill, percent
from pinwheel.plan.model import Plan
from pinwheel.plan.solvency import solvency
from pinwheel.plan.words import ASSET_NAMES, Phrase
from pinwheel.rules.money import MILLION

NEVER_RED = Phrase(
    "从第 1 天起就不亏；最低在第 {day} 天，为 {lowest} 元。",
    "Never in the red; the margin is lowest on day {day} at {lowest}.",
)
BREAKS_EVEN = Phrase(
    "第 {even} 天起不再亏损；最低在第 {day} 天，为 {lowest} 元。",
    "Breaks even on day {even}; cash is lowest on day {day} at {lowest}.",
)
NO_BREAK_EVEN = Phrase(
    "{days} 天内没有回本；最低在第 {day} 天，为 {lowest} 元。",
    "Does not break even in {days} days; cash is lowest on day {day} at {lowest}.",
)
MANY_BREAK_EVEN = Phrase(
    "{runs} 次模拟中有 {even} 次回本，其中一半不迟于第 {middle} 天；"
    "最差的一次在第 {day} 天最低，为 {lowest} 元。",
    "Breaks even in {even} of {runs} runs, in half of these by day {middle}; in the worst of {runs} runs "
    "cash is lowest on day {day} at {lowest}.",
)
MANY_NEVER_RED = Phrase(
    "{runs} 次模拟没有一次亏过；最差的一次在第 {day} 天最低，为 {lowest} 元。",
    "Not one of {runs} runs is ever in the red; in the worst of them the margin is lowest on day {day} at "
    "{lowest}.",
)
MANY_NEVER = Phrase(
    "{runs} 次模拟没有一次在 {days} 天内回本；最差的一次在第 {day} 天最低，为 {lowest} 元。",
    "Not one of {runs} runs breaks even in {days} days; in the worst of them cash is lowest on day {day} at "
    "{lowest}.",
)
ENOUGH_MEMBERS = Phrase(
    "大约要有 {members} 名会员（每天 {joins} 次参团），{days} 天后才不亏。",
    "It takes about {members} members ({joins} joins a day) to be without a loss after {days} days.",
)
ONE_IS_ENOUGH = Phrase("会员再少也不会亏。", "However few members there are, it does not lose.")
DRY = Phrase("没有预算，第 {day} 天就付不出了。", "Without a budget it runs dry on day {day}.")
DRY_BUDGET = Phrase(
    "预算 {budget} 元在第 {day} 天用完。{limit}", "The budget of {budget} has run dry on day {day}.{limit}"
)
ENOUGH = Phrase(
    "预算 {budget} 元够用：最低时还剩 {left} 元。",
    "The budget of {budget} is enough: at the lowest {left} is left.",
)
NONE_NEEDED = Phrase("没有预算也一直付得出。", "It never runs dry, even without a budget.")
MANY_DRY = Phrase(
    "{runs} 次模拟中有 {dry} 次付不出（预算 {budget} 元），最早在第 {day} 天。{limit}",
    "It runs dry in {dry} of {runs} runs with a budget of {budget}, at the earliest on day {day}.{limit}",
)
LIMIT = Phrase(
    "真实运行时活动此前已自动结束；之后的数字说明没有这个限制会怎样。",
    " Live, the activity would have ended by itself before; what follows is what would come without that "
    "limit.",
)
NO_LIMIT = Phrase("", "")
AT_THE_END = Phrase(
    "{days} 天后平台结余 {margin} 元；仍欠会员：{owed}。",
    "After {days} days {margin} is left to the operator; still owed to members: {owed}.",
)
MANY_AT_THE_END = Phrase(
    "{days} 天后平台结余的中位数是 {margin} 元，九成的模拟在 {low} 到 {high} 元之间；"
    "仍欠会员（中位数）：{owed}。",
    "After {days} days the median left to the operator is {margin}, in nine of ten runs between {low} and "
    "{high}; still owed to members (median): {owed}.",
)
NOTHING_OWED = Phrase("无", "nothing")
OWED = Phrase("{asset} {amount}", "{amount} of {asset}")
ALL_RUNS = Phrase("{runs} 次模拟共 ", "All {runs} runs together: ")
GROUPS = Phrase(
    "{all}{joins} 次参团，{groups} 个团有了结果，其中成团流失 {dissolved}，未满失效 {expired}。",
    "{all}{joins} joins; of {groups} finished groups {dissolved} dissolved and {expired} expired.",
)
MEMBERS = Phrase(
    "{members} 名会员中，{ahead} 得到的现金多于付出，{behind} 少于付出（不计商品和积分）；"
    "最好的一名 {best} 元，中间的一名 {middle} 元，最差的一名 {worst} 元{medians}。",
    "Of {members} members {ahead} have more cash than they paid and {behind} less (goods and points not "
    "counted): the best {best}, the one in the middle {middle}, the worst {worst}{medians}.",
)
LORENZ = Phrase(
    "在付给会员的现金（不计退款）中，得到最多的十分之一会员得 {top}，得到较少的一半会员得 {half}{medians}。",
    "Of the cash paid to members beyond refunds, the tenth of them who got most have {top}, the half who got "
    "less have {half}{medians}.",
)
SOLVENCY = Phrase(
    "按规则推算（不靠抽样）：每个满员的团预计剩 {expected} 元，最坏剩 {worst} 元。",
    "By the rules alone, without sampling: a full group is expected to leave {expected}, at its worst "
    "{worst}.",
)
SOLVENCY_OPEN = Phrase(
    "按规则推算（不靠抽样）：每个满员的团预计剩 {expected} 元；最坏的现金亏损没有上限，"
    "把发放的购物金全额记为欠款则最坏剩 {accrual} 元。",
    "By the rules alone, without sampling: a full group is expected to leave {expected}; nothing bounds what "
    "it can lose in cash; counting the credit granted as owed in full, at its worst {accrual} is left.",
)


def sentences(plan: Plan, joins_a_day: int, budget: int, runs: Sequence[Figures]) -> list[Phrase]:
    """The headlines, the weightiest first.

    Args:
        joins_a_day: ppm of a join that each member wishes a day.
        budget: fen.
    """
    return [
        even_sentence(runs),
        *enough_sentences(joins_a_day, runs),
        dry_sentence(budget, runs),
        end_sentence(runs),
        groups_sentence(runs),
        *members_sentences(runs),
        solvency_sentence(plan, budget),
    ]


def even_sentence(runs: Sequence[Figures]) -> Phrase:
    """When it breaks even, and how low it falls at the worst."""
    worst = worst_of(runs)
    facts = {"day": worst.lowest_on, "lowest": amount(worst.lowest), "days": worst.days}
    even = [run.breaks_even_on for run in runs if run.breaks_even_on is not None]
    if len(runs) == 1:
        if not even:
            return fill(NO_BREAK_EVEN, **facts)
        return fill(NEVER_RED if even[0] == 1 else BREAKS_EVEN, even=even[0], **facts)
    if not even:
        return fill(MANY_NEVER, runs=f"{len(runs):,}", **facts)
    if len(even) == len(runs) and max(even) == 1:
        return fill(MANY_NEVER_RED, runs=f"{len(runs):,}", **facts)
    middle = spread(even).middle
    return fill(MANY_BREAK_EVEN, runs=f"{len(runs):,}", even=f"{len(even):,}", middle=middle, **facts)


def enough_sentences(joins_a_day: int, runs: Sequence[Figures]) -> list[Phrase]:
    """How many members it takes, where that was looked for and found."""
    enough = enough_members_of(runs)
    if not enough:
        return []
    if enough == 1:
        return [ONE_IS_ENOUGH]
    whole, part = divmod(enough * joins_a_day * 100 // MILLION, 100)
    joins = f"{whole:,}.{part:02}".rstrip("0").rstrip(".")
    return [fill(ENOUGH_MEMBERS, members=f"{enough:,}", joins=joins, days=runs[0].days)]


def enough_members_of(runs: Sequence[Figures]) -> int | None:
    """The members that it takes, of the run for which that was looked for."""
    return next((run.enough_members for run in runs if run.enough_members), None)


def dry_sentence(budget: int, runs: Sequence[Figures]) -> Phrase:
    """Whether and when the money runs out, with the budget."""
    dry = [run.dry_on for run in runs if run.dry_on is not None]
    if not dry:
        left = amount(budget + min(0, worst_of(runs).lowest))
        return fill(ENOUGH, budget=amount(budget), left=left) if budget else NONE_NEEDED
    # What the shop costs every day is no promise of the plan, and its budget does not stop for it.
    limit = LIMIT if budget and not runs[0].costs[-1] else NO_LIMIT
    if len(runs) > 1:
        counts = {"runs": f"{len(runs):,}", "dry": f"{len(dry):,}"}
        return fill(MANY_DRY, budget=amount(budget), day=min(dry), limit=limit, **counts)
    return fill(DRY_BUDGET if budget else DRY, budget=amount(budget), day=dry[0], limit=limit)


def end_sentence(runs: Sequence[Figures]) -> Phrase:
    """What is left and what is owed on the last day."""
    margin = spread([run.margin[-1] for run in runs])
    owed = owed_words(runs)
    if len(runs) == 1:
        return fill(AT_THE_END, days=runs[0].days, margin=amount(margin.middle), owed=owed)
    low, high = amount(margin.low), amount(margin.high)
    middle = amount(margin.middle)
    return fill(MANY_AT_THE_END, days=runs[0].days, margin=middle, low=low, high=high, owed=owed)


def owed_words(runs: Sequence[Figures]) -> Phrase:
    """Every asset that members still hold."""
    found = [
        fill(OWED, asset=ASSET_NAMES[asset], amount=amount(held))
        for asset, held in owed_at_the_end(runs).items()
        if held
    ]
    if not found:
        return NOTHING_OWED
    return Phrase("、".join(one.zh for one in found), ", ".join(one.en for one in found))


def owed_at_the_end(runs: Sequence[Figures]) -> dict[str, int]:
    """asset: what members hold of it after the last day, the median of the runs."""
    names = [name for name in ASSET_NAMES if any(name in run.owed for run in runs)]
    return {
        name: spread([run.owed[name][-1] if name in run.owed else 0 for run in runs]).middle for name in names
    }


def groups_sentence(runs: Sequence[Figures]) -> Phrase:
    """How many groups came to which end, of all runs together."""
    settled, dissolved, expired = (
        sum(sum(days) for days in ends)
        for ends in zip(*((run.settled, run.dissolved, run.expired) for run in runs), strict=True)
    )
    groups = settled + dissolved + expired
    return fill(
        GROUPS,
        all=fill(ALL_RUNS, runs=f"{len(runs):,}") if len(runs) > 1 else Phrase("", ""),
        joins=f"{sum(sum(run.joins) for run in runs):,}",
        groups=f"{groups:,}",
        dissolved=percent(dissolved, groups),
        expired=percent(expired, groups),
    )


def members_sentences(runs: Sequence[Figures]) -> list[Phrase]:
    """Who gains, who loses, and how unequal it is; of many runs the medians."""
    members = sum(run.members for run in runs)
    best, middle, worst = (spread([run.tenths[place] for run in runs]).middle for place in (10, 5, 0))
    medians = MEDIANS if len(runs) > 1 else Phrase("", "")
    first = fill(
        MEMBERS,
        medians=medians,
        members=f"{members:,}",
        ahead=percent(sum(run.ahead for run in runs), members),
        behind=percent(sum(run.behind for run in runs), members),
        best=amount(best),
        middle=amount(middle),
        worst=amount(worst),
    )
    if not any(run.lorenz[-1] for run in runs):
        return [first]
    half, rest = (spread([run.lorenz[place] for run in runs]).middle for place in (50, 90))
    shares = {"top": percent(10**6 - rest, 10**6), "half": percent(half, 10**6)}
    return [first, fill(LORENZ, medians=medians, **shares)]


def solvency_sentence(plan: Plan, budget: int) -> Phrase:
    """What `pinwheel check` says of one group."""
    report = solvency(plan, budget=budget)
    expected = amount(report.expected.cash or 0)
    if report.worst_cash is None:
        return fill(SOLVENCY_OPEN, expected=expected, accrual=amount(report.worst_accrual))
    return fill(SOLVENCY, expected=expected, worst=amount(report.worst_cash))
