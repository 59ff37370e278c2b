"""Tenfold credits (共享购, 嗨购): a purchase brings credits worth many times the money collected on it.

Source: modes page, section 11. Credits are released into cash at a daily rate and paid out of the money
collected. Sales grow for some days and then stay as they are. The best case is played: there are no costs and
nobody takes anything; all that is collected is paid out.
"""

from typing import NamedTuple

from pinwheel.lab.report.page import Chart, Table
from pinwheel.lab.studies.parts import BadStudy, Field, Study, Told, check_fields, fill, percent, thin, yuan
from pinwheel.lab.studies.pictures import Line, draw_lines
from pinwheel.plan.amounts import format_rate
from pinwheel.plan.words import Phrase
from pinwheel.rules.money import MILLION, share, split

MOST_DAYS = 2_000
DAYS_OF_A_YEAR = 365


class TenfoldCredits(NamedTuple):
    """The mode and its market; amounts in fen, rates in ppm a day."""

    first_day: int = 1_000_000
    times: int = 12
    releases: int = 1_000
    grows: int = 20_000
    growth_days: int = 180


FIELDS = (
    Field("first_day", "yuan", 100_000, 10**11, Phrase("第一天收取的钱", "collected on the first day")),
    Field("times", "count", 2, 100, Phrase("待返额是所收钱的几倍", "credits for each yuan collected")),
    Field("releases", "rate", 100, MILLION, Phrase("每天释放余额的", "released of each balance a day")),
    Field(
        "grows", "rate", 0, MILLION // 10, Phrase("增长期内每天多收", "more collected each day of the growth")
    ),
    Field("growth_days", "count", 0, 1_000, Phrase("增长多少天", "days of growth")),
)


class Day(NamedTuple):
    """One day, amounts in fen.

    Attributes:
        number: from 1.
        collected: on the day's purchases; due: what the day's release asks for; paid: of it.
        pool: what is there at the end of the day; owed: credits not released yet.
        got: what the credits granted on this day had brought by the end.
    """

    number: int
    collected: int
    due: int
    paid: int
    pool: int
    owed: int
    got: int


class Played(NamedTuple):
    """Until the first day whose release cannot be paid in full; amounts in fen.

    Attributes:
        days: the last is the day on which it runs dry.
        collected, paid: by then; paid is all that was collected.
        issued: credits in all; unpaid: what is left of them.
        growth_needed: ppm a day, see `growth_needed`.
        gaining_days: first days whose purchases brought back at least what was collected on them.
        gained, lost: by purchases of days that got more, and less, than was collected on them.
    """

    days: list[Day]
    collected: int
    paid: int
    issued: int
    unpaid: int
    growth_needed: int
    gaining_days: int
    gained: int
    lost: int


def growth_needed(times: int, releases: int) -> int:
    """The least daily growth in ppm by which each day's money pays that day's release, for ever.

    When all grows at one rate g, credits owed C and the day's money m keep their proportion: they grow by
    g C = times m - r C, so C = times m / (g + r). Their release r C is covered while it is at most m, that is
    while times r <= g + r.
    """
    return (times - 1) * releases


def play(parameters: TenfoldCredits = TenfoldCredits()) -> Played:  # noqa: B008 - a NamedTuple never changes
    """Day after day, until a release cannot be paid in full. Raises: BadStudy."""
    check_fields(parameters, FIELDS)
    days: list[Day] = []
    credits: list[int] = []  # what is left of those granted on each day
    got: list[int] = []
    pool, collected = 0, parameters.first_day
    while len(days) < MOST_DAYS:
        pool += collected
        dues = [share(left, parameters.releases) for left in credits]
        due = sum(dues)
        paid = dues if due <= pool else split(pool, dues)
        got = [before + more for before, more in zip(got, paid, strict=True)] + [0]
        credits = [left - part for left, part in zip(credits, paid, strict=True)]
        credits.append(collected * parameters.times)
        pool -= sum(paid)
        days.append(Day(len(days) + 1, collected, due, sum(paid), pool, sum(credits), 0))
        if sum(paid) < due:
            return reckon(parameters, [day._replace(got=part) for day, part in zip(days, got, strict=True)])
        if len(days) < parameters.growth_days:
            collected = share(collected, MILLION + parameters.grows)
    raise BadStudy(
        fill(
            Phrase(
                "{most} 天内没有付空：请提高 releases 或 times，或降低 growth_days",
                "does not run dry within {most} days: raise releases or times, or lower growth_days",
            ),
            most=f"{MOST_DAYS:,}",
        )
    )


def reckon(parameters: TenfoldCredits, days: list[Day]) -> Played:
    """What came of it in all."""
    collected = sum(day.collected for day in days)
    results = [day.got - day.collected for day in days]
    return Played(
        days=days,
        collected=collected,
        paid=sum(day.paid for day in days),
        issued=collected * parameters.times,
        unpaid=days[-1].owed,
        growth_needed=growth_needed(parameters.times, parameters.releases),
        gaining_days=sum(result >= 0 for result in results),
        gained=sum(result for result in results if result > 0),
        lost=-sum(result for result in results if result < 0),
    )


MOST_EVER = Phrase(
    "每收 1 元就许下 {times} 元：不管卖得多快，最多付得出其中的 {paid}，其余 {never} 永远付不出。",
    "For each yuan collected {times} are promised: however fast it sells, at most {paid} of them can ever "
    "be paid, and {never} never.",
)
NEEDED = Phrase(
    "按每天释放 {releases}，当天的收款要付得出当天的释放，每天必须多收 {growth}，永远如此：一年后是 {year} "
    "倍。",
    "With {releases} released a day, a day's money pays the day's release only if it grows by {growth} "
    "every day for ever: {year} times as much after a year.",
)
DRY = Phrase(
    "每天多收 {grows}，增长 {growth_days} 天后持平：第 {day} 天付空，当天到期 {due} 元，只付得出 {paid} 元。",
    "At {grows} more a day, level after day {growth_days}, it runs dry on day {day}: {due} yuan fall due "
    "and {paid} can be paid.",
)
OWED = Phrase(
    "到那时共收 {collected} 元，全部付了出去，会员手里还有 {unpaid} 元的待返额，一分也没有着落。",
    "By then {collected} yuan were collected and all of it was paid out; members still hold credits of "
    "{unpaid} yuan with nothing behind them.",
)
SIDES = Phrase(
    "头 {gaining} 天的消费拿回的不少于为其所收的钱，共多拿 {gained} 元；此后 {losing} 天的消费少拿 {lost} "
    "元，正是同一笔钱。",
    "Purchases of the first {gaining} days got back at least what was collected on them, {gained} yuan more "
    "in all; those of the {losing} days after got {lost} less: the same money.",
)
ASSUMED = Phrase(
    "假设：没有成本，平台分文不取，收的钱全部用来付。现实中能付的更少，付空更早。",
    "Assumed: no costs, the platform takes nothing, all that is collected is paid out. In reality less can "
    "be paid, and it is dry earlier.",
)


def tell(parameters: TenfoldCredits, played: Played) -> Told:
    """What the figures say."""
    last = played.days[-1]
    year = (MILLION + played.growth_needed) ** DAYS_OF_A_YEAR // MILLION**DAYS_OF_A_YEAR
    most = percent(1, parameters.times, 2)
    headlines = [
        fill(
            MOST_EVER,
            times=parameters.times,
            paid=most,
            never=percent(parameters.times - 1, parameters.times, 2),
        ),
        fill(
            NEEDED,
            releases=format_rate(parameters.releases),
            growth=percent(played.growth_needed, MILLION, 2),
            year=f"{year:,}",
        ),
        fill(
            DRY,
            grows=format_rate(parameters.grows),
            growth_days=parameters.growth_days,
            day=last.number,
            due=yuan(last.due),
            paid=yuan(last.paid),
        ),
        fill(OWED, collected=yuan(played.collected), unpaid=yuan(played.unpaid)),
        fill(
            SIDES,
            gaining=played.gaining_days,
            gained=yuan(played.gained),
            losing=len(played.days) - played.gaining_days,
            lost=yuan(played.lost),
        ),
    ]
    return Told(headlines, charts(played), [table(played)], [ASSUMED])


def charts(played: Played) -> list[Chart]:
    """What comes in and what falls due; what the purchases of each day got back."""
    numbers = [day.number for day in played.days]
    collected = Line(Phrase("当天所收", "collected"), numbers, [day.collected // 100 for day in played.days])
    due = Line(Phrase("当天到期", "due"), numbers, [day.due // 100 for day in played.days])
    back = [day.got * 100 // day.collected for day in played.days]
    own = Line(Phrase("所收", "collected"), numbers, [100] * len(numbers))
    day = Phrase("天", "day")
    return [
        Chart(
            Phrase("收的钱与到期的钱", "What comes in and what falls due"),
            Phrase(
                "收款不再增长，到期的钱照样上涨；差额靠先前攒下的余款补，补到用完为止。",
                "Once the money that comes in grows no more, what falls due goes on growing, and the pool "
                "is gone soon.",
            ),
            draw_lines([collected, due], day, Phrase("元", "yuan")),
        ),
        Chart(
            Phrase("每收 100 元最后拿回多少", "What came back for each 100 yuan collected"),
            Phrase(
                "按消费的那天；许诺的远在图外。",
                "By the day of the purchase; what was promised lies far above.",
            ),
            draw_lines([Line(Phrase("拿回", "got back"), numbers, back), own], day, Phrase("元", "yuan")),
        ),
    ]


def table(played: Played) -> Table:
    """Days, thinned out."""
    columns = [
        Phrase("天", "Day"),
        Phrase("所收", "Collected"),
        Phrase("到期", "Due"),
        Phrase("余款", "Left in the pool"),
        Phrase("待返额", "Credits owed"),
        Phrase("当天的消费最终拿回", "Its purchases got back"),
    ]
    rows = [
        [str(day.number), *(yuan(amount) for amount in (day.collected, day.due, day.pool, day.owed, day.got))]
        for day in thin(played.days)
    ]
    return Table(Phrase("各天（元）", "Days (yuan)"), columns, rows)


STUDY = Study(
    "tenfold-credits",
    Phrase("共享购、嗨购", "Tenfold credits"),
    Phrase(
        "消费得到的待返额是所收钱的十几倍，每天释放一点。",
        "A purchase brings credits worth many times the money collected, released a little every day.",
    ),
    TenfoldCredits(),
    FIELDS,
    play,
    tell,
)
