"""Resale flash sale (秒杀寄售): buyers do not take the goods home, they put them up for sale again at more.

Source: modes page, section 11. A day is a hop. Buyers have purses of unequal size: the i-th richest has the
smallest purse times buyers ÷ i, so half of them have twice the smallest, a tenth of them ten times. The best
case is played: everybody who can pay buys, who has waited longest first, until nobody can.
"""

from dataclasses import dataclass
from typing import NamedTuple

from pinwheel.lab.report.page import Chart, Table
from pinwheel.lab.studies.parts import BadStudy, Field, Study, Told, check_fields, fill, thin, yuan
from pinwheel.lab.studies.pictures import Line, draw_lines
from pinwheel.plan.amounts import format_rate
from pinwheel.plan.words import Phrase
from pinwheel.rules.money import MILLION, share

MOST_LOOKS = 10_000_000  # buyers looked at in a play


class Resale(NamedTuple):
    """The mode and its market; amounts in fen, rates in ppm."""

    price: int = 100_000
    lots: int = 100
    buyers: int = 1_000
    smallest_purse: int = 100_000
    rises: int = 30_000
    fee: int = 10_000
    goods_worth: int = 30_000


FIELDS = (
    Field("price", "yuan", 10_000, 10**9, Phrase("首发价", "first price")),
    Field("lots", "count", 1, 1_000, Phrase("商品件数", "lots")),
    Field("buyers", "count", 4, 10_000, Phrase("买家人数", "buyers")),
    Field("smallest_purse", "yuan", 10_000, 10**10, Phrase("最少的一位有多少钱", "the smallest purse")),
    Field("rises", "rate", 1_000, MILLION, Phrase("每转手一次加价", "what each hop adds to the price")),
    Field("fee", "rate", 0, MILLION // 2, Phrase("平台向卖出的人收费", "the platform's fee from who sells")),
    Field("goods_worth", "yuan", 0, 10**9, Phrase("每件货实际值", "what a lot is worth as goods")),
)


class Day(NamedTuple):
    """One day: the price asked, how many who hold nothing can pay it, what the platform takes; in fen."""

    number: int
    price: int
    able: int
    taken: int


@dataclass
class Crowd:
    """Who has what, members by number.

    Attributes:
        purses: money in fen.
        waiting: who holds no lot, longest first; at the start the smallest purse first.
        holders: who holds one.
    """

    purses: list[int]
    waiting: list[int]
    holders: list[int]


class Played(NamedTuple):
    """Until the first day on which a lot finds no buyer; amounts in fen.

    Attributes:
        days: day 0 is the platform's own sale; on the last day nobody buys.
        doubled_on: hops after which the price has doubled, see `hops_to_double`.
        paid_in: what buyers paid for lots; paid_out: what sellers got.
        taken: what the platform got: the first sale, and fees.
        held_at: what the last holders paid for a lot.
        losers, lost, gainers, gained: members and sums, goods in hand counted at their worth.
        results: what each member won or lost, from the least.
    """

    days: list[Day]
    doubled_on: int
    paid_in: int
    paid_out: int
    taken: int
    held_at: int
    losers: int
    lost: int
    gainers: int
    gained: int
    results: list[int]


def hops_to_double(rises: int, times: int = 2) -> int:
    """The hops after which a price that rises by so many ppm a hop is at least `times` the first, exactly."""
    hops, price, target = 0, 1, times
    while price < target:
        hops, price, target = hops + 1, price * (MILLION + rises), target * MILLION
    return hops


def check(parameters: Resale) -> None:
    """Raises: BadStudy."""
    check_fields(parameters, FIELDS)
    if parameters.buyers < 4 * parameters.lots:
        said = Phrase("buyers：至少是 lots 的 4 倍，{limit}", "buyers: at least 4 times lots, {limit}")
        raise BadStudy(fill(said, limit=f"{4 * parameters.lots:,}"))
    half = parameters.price - parameters.price // 2
    if parameters.smallest_purse < half:
        said = Phrase(
            "smallest_purse：至少是 price 的一半，{limit}", "smallest_purse: at least half of price, {limit}"
        )
        raise BadStudy(fill(said, limit=yuan(half)))
    if parameters.goods_worth > parameters.price:
        said = Phrase("goods_worth：不超过 price，{limit}", "goods_worth: at most price, {limit}")
        raise BadStudy(fill(said, limit=yuan(parameters.price)))


def play(parameters: Resale = Resale()) -> Played:  # noqa: B008 - a NamedTuple never changes
    """Day after day every lot changes hands, until one finds no buyer. Raises: BadStudy."""
    check(parameters)
    purses = [
        parameters.smallest_purse * parameters.buyers // rank for rank in range(parameters.buyers, 0, -1)
    ]
    crowd = Crowd(list(purses), list(range(parameters.buyers)), [])
    days: list[Day] = []
    price, to_seller = parameters.price, 0
    while True:
        able = [person for person in crowd.waiting if crowd.purses[person] >= price]
        if len(able) < parameters.lots:
            days.append(Day(len(days), price, len(able), 0))
            return reckon(parameters, days, crowd, purses)
        if len(days) * parameters.buyers > MOST_LOOKS:
            raise too_long()
        days.append(Day(len(days), price, len(able), (price - to_seller) * parameters.lots))
        change_hands(crowd, able[: parameters.lots], price, to_seller)
        price = share(price, MILLION + parameters.rises)
        to_seller = price - share(price, parameters.fee)


def too_long() -> BadStudy:
    """A play that would not end within reason."""
    return BadStudy(
        Phrase(
            "演算太长：请提高 rises，或减少 buyers、smallest_purse",
            "takes too long to play: raise rises, or lower buyers or smallest_purse",
        )
    )


def change_hands(crowd: Crowd, buyers: list[int], price: int, to_seller: int) -> None:
    """Every holder sells to a buyer and waits again; on the first day the platform sells."""
    for person in buyers:
        crowd.purses[person] -= price
    for person in crowd.holders:
        crowd.purses[person] += to_seller
    bought = set(buyers)
    crowd.waiting = [person for person in crowd.waiting if person not in bought] + crowd.holders
    crowd.holders = buyers


def reckon(parameters: Resale, days: list[Day], crowd: Crowd, started: list[int]) -> Played:
    """Who won and who lost."""
    sold = days[:-1]
    goods = set(crowd.holders)
    results = sorted(
        crowd.purses[person] - started[person] + (parameters.goods_worth if person in goods else 0)
        for person in range(parameters.buyers)
    )
    paid_in, taken = sum(day.price for day in sold) * parameters.lots, sum(day.taken for day in sold)
    return Played(
        days=days,
        doubled_on=hops_to_double(parameters.rises),
        paid_in=paid_in,
        paid_out=paid_in - taken,
        taken=taken,
        held_at=sold[-1].price,
        losers=sum(result < 0 for result in results),
        lost=-sum(result for result in results if result < 0),
        gainers=sum(result > 0 for result in results),
        gained=sum(result for result in results if result > 0),
        results=results,
    )


DOUBLES = Phrase(
    "每转手一次加价 {rises}，{double} 次翻一倍，{tenfold} 次涨到十倍；商品还是那件值 {worth} 元的商品。",
    "At {rises} more a hop the price doubles in {double} hops and is tenfold in {tenfold}; the goods are "
    "still worth {worth} yuan.",
)
STOPS = Phrase(
    "第 {day} 天要价 {price} 元，手里没有货的人里只有 {able} 位付得起，货有 {lots} 件：卖不出去，从此停摆。",
    "On day {day} a lot is asked at {price} yuan, and of those who hold none only {able} can pay, for "
    "{lots} lots: it stops for good.",
)
HOLDERS = Phrase(
    "最后 {lots} 位持有人每件付了 {held_at} 元，拿着值 {worth} 元的货，要回本只能再找人用更高的价接手。",
    "The last {lots} holders paid {held_at} yuan a lot for goods worth {worth}; only somebody who pays "
    "still more could get them their money back.",
)
SHARED = Phrase(
    "{losers} 人共亏 {lost} 元；{gainers} 人赚 {gained} 元，平台收 {taken} 元，"
    "全部来自后来接手的人：赚与亏相差的只是货值。",
    "{losers} people lose {lost} yuan; {gainers} gain {gained} and the platform takes {taken}, all of it "
    "from those who bought later: gains and losses differ by the worth of the goods alone.",
)
ASSUMED = Phrase(
    "假设：付得起的人都买，从不犹豫，直到真的没有人付得起。现实中人心先散，停得更早。",
    "Assumed: everybody who can pay buys without a doubt until nobody can. In reality confidence goes "
    "first, and it stops earlier.",
)


def tell(parameters: Resale, played: Played) -> Told:
    """What the figures say."""
    last = played.days[-1]
    worth = yuan(parameters.goods_worth)
    headlines = [
        fill(
            DOUBLES,
            rises=format_rate(parameters.rises),
            double=played.doubled_on,
            tenfold=hops_to_double(parameters.rises, 10),
            worth=worth,
        ),
        fill(STOPS, day=last.number, price=yuan(last.price), able=last.able, lots=parameters.lots),
        fill(HOLDERS, lots=parameters.lots, held_at=yuan(played.held_at), worth=worth),
        fill(
            SHARED,
            losers=played.losers,
            lost=yuan(played.lost),
            gainers=played.gainers,
            gained=yuan(played.gained),
            taken=yuan(played.taken),
        ),
    ]
    return Told(headlines, charts(parameters, played), [table(played)], [ASSUMED])


def charts(parameters: Resale, played: Played) -> list[Chart]:
    """Who can still pay, day by day; and what each member won or lost."""
    numbers = [day.number for day in played.days]
    able = Line(Phrase("付得起的人", "can pay"), numbers, [day.able for day in played.days])
    lots = Line(Phrase("待售件数", "lots to sell"), numbers, [parameters.lots] * len(numbers))
    people = range(1, parameters.buyers + 1)
    results = Line(Phrase("盈亏", "result"), people, [result // 100 for result in played.results])
    return [
        Chart(
            Phrase("还有多少人付得起", "How many can still pay"),
            Phrase(
                "价格只涨，付得起的人只减；两线相交的那天停摆。",
                "The price only rises, so fewer can pay; it stops on the day on which the lines cross.",
            ),
            draw_lines([able, lots], Phrase("天", "day"), Phrase("人、件", "people, lots")),
        ),
        Chart(
            Phrase("每个人的盈亏", "What each member won or lost"),
            Phrase(
                "按盈亏从小到大排列；货按实际值计。",
                "From the greatest loss to the greatest gain; goods at their worth.",
            ),
            draw_lines([results], Phrase("第几位", "member"), Phrase("元", "yuan")),
        ),
    ]


def table(played: Played) -> Table:
    """Days, thinned out."""
    columns = [
        Phrase("天", "Day"),
        Phrase("要价（元）", "Price asked (yuan)"),
        Phrase("付得起的人", "Can pay"),
        Phrase("平台当天所得（元）", "Taken by the platform (yuan)"),
    ]
    rows = [[str(day.number), yuan(day.price), f"{day.able:,}", yuan(day.taken)] for day in thin(played.days)]
    return Table(Phrase("各天", "Days"), columns, rows)


STUDY = Study(
    "resale",
    Phrase("秒杀寄售", "Resale flash sale"),
    Phrase(
        "抢到的货不提走，加价寄售给下一个人，天天如此。",
        "Who buys does not take the goods but sells them on at more, to somebody who does the same.",
    ),
    Resale(),
    FIELDS,
    play,
    tell,
)
