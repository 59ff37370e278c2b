"""Queue rebate (排队免单): buyers queue; a part of every sale pays back the purchase of whoever is in front.

Source: modes page, section 11. A buyer joins the end of the queue, then x of the sale goes to its front until
that buyer has y, then to the next. The operator is never short: it is the promise that fails.
"""

from typing import NamedTuple

from pinwheel.lab.report.page import Chart, Table
from pinwheel.lab.studies.parts import (
    BadStudy,
    Field,
    Study,
    Told,
    check_fields,
    fill,
    percent,
    rounded_up,
    thin,
    yuan,
)
from pinwheel.lab.studies.pictures import Line, draw_lines
from pinwheel.plan.words import Phrase
from pinwheel.rules.money import MILLION, share


class QueueRebate(NamedTuple):
    """The mode and its market; amounts in fen, rates in ppm."""

    price: int = 10_000
    towards: int = 200_000
    promised: int = 1_000_000
    first_day: int = 100
    grows: int = 10_000
    growth_days: int = 90
    days: int = 365


FIELDS = (
    Field("price", "yuan", 100, 10**9, Phrase("价格", "price")),
    Field("towards", "rate", 1_000, MILLION, Phrase("每单拿出（x）", "paid to the queue from each sale (x)")),
    Field("promised", "rate", 1_000, 10 * MILLION, Phrase("承诺返还（y）", "promised of the purchase (y)")),
    Field("first_day", "count", 1, 1_000_000, Phrase("第一天的单数", "sales on the first day")),
    Field("grows", "rate", 0, MILLION // 10, Phrase("增长期内每天多卖", "more sold each day of the growth")),
    Field("growth_days", "count", 0, 1_000, Phrase("增长多少天", "days of growth")),
    Field("days", "count", 2, 2_000, Phrase("一共卖多少天", "days of selling in all")),
)


class Day(NamedTuple):
    """One day.

    Attributes:
        number: from 1.
        sold: purchases until the end of the day; served: how many of them were paid in full by then.
        waits: days that the last buyer of the day waits until served; -1 if never.
    """

    number: int
    sold: int
    served: int
    waits: int


class Played(NamedTuple):
    """All days of selling; amounts in fen.

    Attributes:
        days: each.
        sold, served, unserved: purchases, those paid in full, those not.
        paid_in: what buyers paid; paid_out: what the queue paid; promised: what it promised.
        last_served_day: on which the last one who was served had bought; 0 if nobody was.
        longest_wait: days, of those who were served.
    """

    days: list[Day]
    sold: int
    served: int
    unserved: int
    paid_in: int
    paid_out: int
    promised: int
    last_served_day: int
    longest_wait: int


def sales_until_served(number: int, towards: int, promised: int) -> int:
    """The sale that completes what the `number`-th buyer was promised; both in fen a sale."""
    return rounded_up(number * promised, towards)


def each(parameters: QueueRebate) -> tuple[int, int]:
    """Fen that a sale pays to the queue, and fen that it promises. Raises: BadStudy."""
    check_fields(parameters, FIELDS)
    towards, promised = (
        share(parameters.price, parameters.towards),
        share(parameters.price, parameters.promised),
    )
    if not 0 < towards < promised:
        raise BadStudy(
            Phrase(
                "towards：须大于 0 且小于 promised；不小于 promised 就是毛利之内的返利，不必研究",
                "towards: more than nothing and less than promised; from promised on it is a cashback "
                "within the margin, and nothing to study",
            )
        )
    return towards, promised


def play(parameters: QueueRebate = QueueRebate()) -> Played:  # noqa: B008 - a NamedTuple never changes
    """Day after day of selling. Raises: BadStudy."""
    towards, promised = each(parameters)
    sold = sold_by_day(parameters)
    served = [total * towards // promised for total in sold]
    days = []
    place = 0
    for number, total in enumerate(sold):
        while place < len(sold) and served[place] < total:
            place += 1
        days.append(Day(number + 1, total, served[number], place - number if place < len(sold) else -1))
    waits = [day.waits for day in days if day.waits >= 0]
    return Played(
        days=days,
        sold=sold[-1],
        served=served[-1],
        unserved=sold[-1] - served[-1],
        paid_in=sold[-1] * parameters.price,
        paid_out=sold[-1] * towards,
        promised=sold[-1] * promised,
        last_served_day=next(day.number for day in days if day.sold >= served[-1]) if served[-1] else 0,
        longest_wait=max(waits, default=0),
    )


def sold_by_day(parameters: QueueRebate) -> list[int]:
    """Purchases until the end of each day; a day's own are the first day's times the growth, rounded down."""
    sold, total = [], 0
    grown, whole = parameters.first_day, 1
    for day in range(1, parameters.days + 1):
        total += grown // whole
        sold.append(total)
        if day < parameters.growth_days:
            grown, whole = grown * (MILLION + parameters.grows), whole * MILLION
    return sold


MOST_EVER = Phrase(
    "每卖 {price} 元拿出 {towards} 元，却向每位买家承诺 {promised} 元：不管卖得多快，"
    "付得出的只有承诺的 {paid}，{never} 永远付不出。",
    "Of each sale of {price} yuan {towards} go to the queue, which promises {promised} to each buyer: "
    "however fast it sells, only {paid} of what is promised is ever paid, and {never} never.",
)
WAITS = Phrase(
    "越晚越久：第 1 位等到共卖出 {first} 单，第 1,000 位等到 {thousand} 单，第 {served} 位等到 {last} 单。",
    "The later the longer: the 1st buyer is served when {first} are sold, the 1,000th when {thousand} are, "
    "and number {served} when {last} are.",
)
LAST = Phrase(
    "卖了 {days} 天，共 {sold} 单：{served} 位拿到了承诺的钱，{unserved} 位没有；第 {last_day} 天以后买的，"
    "一位也没有。",
    "After {days} days and {sold} sales {served} buyers have what they were promised and {unserved} do not; "
    "of those who bought after day {last_day}, not one.",
)
STOPS = Phrase(
    "哪天停卖，队伍就停在那里：还欠 {owed} 元，没有一分钱来付。要付清在队的人，还得再卖 {more} 单，而那 "
    "{more} 位又全都要等。",
    "On the day selling stops the queue stands still: {owed} yuan are promised with nothing to pay them. To "
    "serve all who wait, {more} more have to be sold, to {more} buyers who will then wait in their place.",
)
ASSUMED = Phrase(
    "假设：每单拿出的钱一分不少地付给队首，没有插队，没有人退货。",
    "Assumed: what each sale sets aside goes to the front of the queue to the last fen; nobody jumps the "
    "queue or returns goods.",
)


def tell(parameters: QueueRebate, played: Played) -> Told:
    """What the figures say."""
    towards, promised = each(parameters)
    more = sales_until_served(played.sold, towards, promised) - played.sold
    headlines = [
        fill(
            MOST_EVER,
            price=yuan(parameters.price),
            towards=yuan(towards),
            promised=yuan(promised),
            paid=percent(towards, promised, 2),
            never=percent(promised - towards, promised, 2),
        ),
        fill(
            WAITS,
            first=f"{sales_until_served(1, towards, promised):,}",
            thousand=f"{sales_until_served(1_000, towards, promised):,}",
            served=f"{played.sold:,}",
            last=f"{played.sold + more:,}",
        ),
        fill(
            LAST,
            days=parameters.days,
            sold=f"{played.sold:,}",
            served=f"{played.served:,}",
            unserved=f"{played.unserved:,}",
            last_day=played.last_served_day,
        ),
        fill(STOPS, owed=yuan(played.promised - played.paid_out), more=f"{more:,}"),
    ]
    return Told(headlines, charts(played), [table(played)], [ASSUMED])


def charts(played: Played) -> list[Chart]:
    """The queue grows; the wait grows."""
    numbers = [day.number for day in played.days]
    day = Phrase("天", "day")
    sold = Line(Phrase("已买", "bought"), numbers, [one.sold for one in played.days])
    served = Line(Phrase("已返还", "served"), numbers, [one.served for one in played.days])
    waited = [one for one in played.days if one.waits >= 0]
    waits = Line(Phrase("等待", "wait"), [one.number for one in waited], [one.waits for one in waited])
    return [
        Chart(
            Phrase("买的人与拿到钱的人", "Those who bought and those who were served"),
            Phrase("两线之间是在排队的人，只增不减。", "Between the lines are those who wait: ever more."),
            draw_lines([sold, served], day, Phrase("人", "buyers")),
        ),
        Chart(
            Phrase("当天的买家要等多少天", "How many days a buyer waits"),
            Phrase(
                "线在哪天断，从那天起买的人到最后都没有等到。",
                "Where the line ends: who bought later was not served by the last day.",
            ),
            draw_lines([waits], Phrase("购买的那天", "day of purchase"), Phrase("天", "days")),
        ),
    ]


def table(played: Played) -> Table:
    """Days, thinned out."""
    columns = [
        Phrase("天", "Day"),
        Phrase("累计已买", "Bought so far"),
        Phrase("累计已返还", "Served so far"),
        Phrase("在排队", "Waiting"),
        Phrase("当天最后一位等待（天）", "Its last buyer waits (days)"),
    ]
    rows = [
        [
            str(day.number),
            f"{day.sold:,}",
            f"{day.served:,}",
            f"{day.sold - day.served:,}",
            str(day.waits) if day.waits >= 0 else "–",
        ]
        for day in thin(played.days)
    ]
    return Table(Phrase("各天", "Days"), columns, rows)


STUDY = Study(
    "queue-rebate",
    Phrase("排队免单", "Queue rebate"),
    Phrase(
        "买了就排队，后来每一单拿出一部分，付给排在最前面的人，直到免单。",
        "Buyers queue; a part of every later sale goes to whoever is in front, until the purchase was free.",
    ),
    QueueRebate(),
    FIELDS,
    play,
    tell,
)
