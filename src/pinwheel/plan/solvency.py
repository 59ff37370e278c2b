"""What a plan costs before anybody pays: margin, payout, promises and their funding, in closed form.

Source: platform page, section 3; modes page, sections 2 to 6. Everything is of one full group at one price,
in fen (assets in hundredths), read from the tables that settlement itself reads. A group that settles has its
seats fall to its classes exactly, whoever wins and whoever is barred, so what it takes in, grants and pays is
known; what varies is who paid from outside, what is chosen, and the credit that members hold from before.

Credit is counted in two ways, never in both at once:
    cash view: a release costs what it pays, out of credit granted before; granting costs nothing.
    accrual view: granting costs the whole face, as it is owed from then on; releasing costs nothing more.

`expected`: the group settles, every payment comes from outside, a leader's group has its leader seated, goods
are taken where one may choose, every coupon given is used, and in the long run as much credit is released as
is granted, as far as the releases of a group reach. `worst`: vouchers where they cost more than goods, and
every holder and sponsor has credit enough for every release. Worst is a true bound; a group reaches it.

With one draw at the end of the activity the prizes are of the activity, not of each group: `expected` and
`worst` are of an activity in which a single group filled, and `further` is each group beyond it, in which
nobody won, at its worst. No activity loses more than the worse of the two for each of its groups.

With tiers a group may end with any number of seats from the first tier on: `expected` is the last tier,
`worst` the end that leaves least, and `ladder` holds every end that can be it.

The payment fee is rounded up for each payment (a presale has two of each seat) and never comes back: it is
counted for all seats, the refunded ones too. Payments paid from the balance cost none, so this can only be
too high. Nothing here counts what points and coins cost later: no plan says so, and they are listed as
promises without funding.
"""

from itertools import pairwise

from pinwheel.plan.amounts import PPM
from pinwheel.plan.compile import compile_plan
from pinwheel.plan.explain_gives import amount_of
from pinwheel.plan.ladder import ended_with, ends_of, tiers_of
from pinwheel.plan.model import Plan, drawn_on_close, is_drawn, prize_count
from pinwheel.plan.parts import GOODS, Outcome
from pinwheel.plan.presale import deposit_of
from pinwheel.plan.solvency_figures import (
    GroupMoney,
    LadderEnd,
    Left,
    Peak,
    Promise,
    SeatCredit,
    Solvency,
    Stop,
)
from pinwheel.plan.values import MOST_FEN
from pinwheel.plan.view import seats_of
from pinwheel.rules.assets import ASSETS, CASH, SHOPPING_CREDIT
from pinwheel.rules.credit import daily_release
from pinwheel.rules.money import share
from pinwheel.rules.tables import Gives, PlanTables, has_counters

__all__ = [
    "GroupMoney",
    "Left",
    "Peak",
    "Promise",
    "Solvency",
    "Stop",
    "can_dissolve",
    "fee_of",
    "solvency",
    "without_prizes",
]

DAYS_WITHOUT_ORDERS = (1, 30, 365, 1_095)


def solvency(plan: Plan, price: int | None = None, budget: int | None = None) -> Solvency:
    """The solvency report of a plan.

    Args:
        price: in fen, where an activity sells at another price than the plan's offer.
        budget: fen set aside for promises that the orders do not fund, where it is another than the plan's.

    Raises:
        ValueError: for a price that no plan can have, or a negative budget.
    """
    price = plan.offer.price if price is None else price
    if not 0 < price <= MOST_FEN:
        raise ValueError(f"price: found {price}; allowed: 1 to {MOST_FEN} fen")
    budget = (plan.budget or 0) if budget is None else budget
    if budget < 0:
        raise ValueError(f"budget: found {budget}; allowed: 0 fen or more")
    if tiers_of(plan):
        return _ladder(plan, budget)
    deposit = deposit_of(plan.presale, price)
    return _solvency(plan, price, fee_of(plan, deposit) + fee_of(plan, price - deposit), budget)


def _ladder(plan: Plan, budget: int) -> Solvency:
    """The report of a plan with tiers: what every end of a group leaves, and the worst of them.

    The fee is of what is paid at first, the first tier's price at the most.
    """
    fee = fee_of(plan, plan.offer.price)
    reports = []
    for seats in ends_of(plan):
        ended = ended_with(plan, seats)
        reports.append(_solvency(ended, ended.offer.price, fee, budget))
    last, worst = (
        reports[-1],
        min(reports, key=lambda report: min(report.worst_cash or 0, report.worst_accrual)),
    )
    return last._replace(
        worst=worst.worst,
        unfilled=-(tiers_of(plan)[0].size - 1) * fee,
        promises=worst.promises,
        stop=worst.stop,
        peak=worst.peak,
        ladder=tuple(LadderEnd(one.worst.size, one.price, one.worst) for one in reports),
    )


def _solvency(plan: Plan, price: int, fee: int, budget: int) -> Solvency:
    """The report of a plan whose groups have one size, sold at a price. `fee`: fen, of each seat."""
    tables = compile_plan(plan)
    deposit = deposit_of(plan.presale, price)
    worst = _group(plan, tables, price, fee, at_worst=True)
    further = None
    if drawn_on_close(plan):
        rest = without_prizes(plan)
        further = _group(rest, compile_plan(rest), price, fee, at_worst=True)
    stop = _stop(plan, tables, price, worst, budget)
    dissolved = -tables.size * fee if can_dissolve(plan, tables) else None
    return Solvency(
        plan=plan.plan,
        price=price,
        budget=budget,
        expected=_group(plan, tables, price, fee, at_worst=False),
        worst=worst,
        further=further,
        dissolved=dissolved,
        unfilled=-(tables.size - 1) * (fee_of(plan, deposit) if plan.presale else fee),
        promises=_promises(plan, tables, price, worst, budget),
        points=_points(plan, tables, price),
        open_ended=_open_ended(plan, tables),
        last_seats=seats_of(plan, plan.outcomes[-1]),
        reward_limit=_reward_limit(plan, tables, price, worst),
        stop=stop,
        peak=_peak(plan, worst, further, dissolved, stop),
        unpaid=-tables.size * fee_of(plan, deposit) if plan.presale else None,
    )


def without_prizes(plan: Plan) -> Plan:
    """The plan of a group whose seats all fall to the last class: of one draw for many, none won there."""
    return plan.model_copy(update={"outcomes": plan.outcomes[-1:], "draw": None})


def fee_of(plan: Plan, amount: int) -> int:
    """The fee of one payment, rounded up."""
    return -(-amount * plan.offer.payment_fee // PPM)


def can_dissolve(plan: Plan, tables: PlanTables) -> bool:
    """Whether so many seats of a full group can be barred that too few are left for the prizes.

    Rules that count wins can bar every seat; the leader and the two rules in front bar one seat each.
    """
    if not tables.dissolve:
        return False
    has_leader = plan.group.seating != "queue" and not tables.leader_may_win
    most = int(has_leader) + tables.first_join_of_day_in_front + tables.newcomer_in_front
    barred = tables.size if has_counters(tables) else min(tables.size, most)
    return tables.size - barred < prize_count(plan)


def _group(plan: Plan, tables: PlanTables, price: int, fee: int, at_worst: bool) -> GroupMoney:
    cash = _granted(plan, tables.grants, price, CASH)
    credit = sum(_granted(plan, tables.grants, price, SHOPPING_CREDIT))
    own, sponsors = _releases(plan, tables, price)
    released = None if sponsors is None else own + sponsors
    if not at_worst:
        released = credit if released is None else min(credit, released)
    seats = zip(plan.outcomes, tables.class_counts.tolist(), strict=True)
    return GroupMoney(
        captured=price * sum(count for outcome, count in seats if outcome.payment == "keep"),
        fee=tables.size * fee,
        goods=sum(seats_of(plan, one) * _goods(plan, one, price, at_worst) for one in plan.outcomes),
        rewards=sum(cash[:-2]),
        each_join=cash[-2],
        leader=cash[-1],
        daily_pool=_daily_pool(plan, price),
        released=released,
        credit=credit,
        size=tables.size,
        coupons=_coupons(plan),
    )


def _coupons(plan: Plan) -> int:
    """Fen that all coupons of a full group take off later prices; one that nobody uses costs less."""
    scopes = [(seats_of(plan, outcome), outcome.gives) for outcome in plan.outcomes]
    scopes += [(plan.group.size, plan.each_join)]
    scopes += [(int(plan.group.seating != "queue"), plan.group.leader.gives)]
    return sum(
        seats * sum(give.coupon.worth for give in gives if give.coupon is not None) for seats, gives in scopes
    )


def _granted(plan: Plan, gives: Gives, price: int, asset: int | None) -> list[int]:
    """Hundredths of an asset that a full group gets, scope by scope; None: of all gives, as of releases."""
    seats = [seats_of(plan, outcome) for outcome in plan.outcomes]
    seats += [plan.group.size, int(plan.group.seating != "queue")]
    rows = list(zip(gives.assets.tolist(), gives.fixed.tolist(), gives.ppm.tolist(), strict=True))
    return [
        number
        * sum(fixed + share(price, ppm) for what, fixed, ppm in rows[start:end] if asset in (None, what))
        for number, (start, end) in zip(seats, pairwise(gives.starts.tolist()), strict=True)
    ]


def _releases(plan: Plan, tables: PlanTables, price: int) -> tuple[int, int | None]:
    """Most that a full group releases to its holders, and to their sponsors (None: a rate of any balance)."""
    own = sum(_granted(plan, tables.releases, price, None))
    if tables.direct_ppm or tables.indirect_ppm:
        return own, None
    return own, tables.size * (tables.direct_fixed + tables.indirect_fixed)


def _goods(plan: Plan, outcome: Outcome, price: int, at_worst: bool) -> int:
    """Goods of one seat at their cost, at worst the voucher that costs more; a second article at its own."""
    extra = sum(give.extra.cost for give in outcome.gives if give.extra is not None)
    give = next((give for give in outcome.gives if give.what == GOODS and give.extra is None), None)
    if give is None:
        return extra
    voucher = share(price, give.choice.or_voucher or 0) if at_worst and give.choice else 0
    return extra + max(plan.offer.goods_cost, voucher)


def _daily_pool(plan: Plan, price: int) -> int:
    daily = plan.dividends.daily if plan.dividends else None
    return prize_count(plan) * amount_of(daily.per_win, price) if daily and is_drawn(plan) else 0


def _points(plan: Plan, tables: PlanTables, price: int) -> tuple[tuple[str, int], ...]:
    found = [(name, sum(_granted(plan, tables.grants, price, asset))) for asset, name in enumerate(ASSETS)]
    return tuple((name, amount) for name, amount in found[SHOPPING_CREDIT + 1 :] if amount)


def _promises(
    plan: Plan, tables: PlanTables, price: int, worst: GroupMoney, budget: int
) -> tuple[Promise, ...]:
    own, sponsors = _releases(plan, tables, price)
    before = [
        ("goods", worst.goods),
        ("rewards", worst.rewards),
        ("each_join", worst.each_join),
        ("leader", worst.leader),
        ("daily_pool", worst.daily_pool),
        ("coupons", worst.coupons),
    ]
    left = worst.captured - worst.fee
    found = []
    for what, amount in before:
        found.append(_promise(what, amount, left, budget))
        left = max(0, left - amount)
    found.append(_promise("shopping_credit", worst.credit, left, budget))
    found.append(_promise("release_credit", own, left, budget))
    found.append(_promise("release_to_sponsor", sponsors, max(0, left - own), budget))
    if "daily_release" in _open_ended(plan, tables):
        found.append(_promise("daily_release", None, 0, budget))
    if plan.dividends and plan.dividends.monthly:
        found.append(Promise("monthly_profit", None, 0, "nothing"))
    found += [Promise(name, amount, 0, "nothing") for name, amount in _points(plan, tables, price)]
    return tuple(promise for promise in found if promise.amount != 0)


def _promise(what: str, amount: int | None, left: int, budget: int) -> Promise:
    """A promise, with `left` fen of the captured payments to cover it."""
    if amount is not None and amount <= left:
        return Promise(what, amount, amount, "pool" if what == "daily_pool" else "order")
    covered = 0 if amount is None else max(0, left)
    return Promise(what, amount, covered, "budget" if budget else "nothing")


def _open_ended(plan: Plan, tables: PlanTables) -> tuple[str, ...]:
    """Promises on balances, which members may have from other plans too."""
    credit = plan.credit
    found = ["daily_release"] if credit and (credit.static_release or credit.accelerated_release) else []
    return (*found, *(["release_to_sponsor"] if tables.direct_ppm or tables.indirect_ppm else []))


def _reward_limit(plan: Plan, tables: PlanTables, price: int, worst: GroupMoney) -> int | None:
    """r ≤ (w·(P−c) − n·fee) / (n−w) of the lawfulness page, with everything else that the plan pays."""
    seats = seats_of(plan, plan.outcomes[-1])
    if not is_drawn(plan) or not seats or drawn_on_close(plan):
        return None
    last = _granted(plan, tables.grants, price, CASH)[len(plan.outcomes) - 1]
    return (worst.before_credit + last) // seats


def _stop(plan: Plan, tables: PlanTables, price: int, worst: GroupMoney, budget: int) -> Stop:
    each = _granted(plan, tables.grants, price, SHOPPING_CREDIT)
    of_join = each[-2] // tables.size
    per_seat = [
        SeatCredit(one.name, one.title.zh, one.title.en, total // seats_of(plan, one) + of_join)
        for one, total in zip(plan.outcomes, each[:-2], strict=True)
        if seats_of(plan, one)
    ]
    static = plan.credit.static_release if plan.credit else 0
    most = max(seat.credit for seat in per_seat)
    return Stop(
        owed=worst.credit,
        per_seat=tuple(seat for seat in per_seat if seat.credit),
        decays=_decays(most, static),
        never=min(most, (PPM - 1) // static) if static else most,
        margin=max(0, worst.before_credit),
        set_aside=budget,
    )


def _decays(credit: int, static: int) -> tuple[Left, ...]:
    """Day by day by the rule that runs live, to the last of the days asked for."""
    found, owed = [], credit
    for day in range(1, DAYS_WITHOUT_ORDERS[-1] + 1):
        owed -= daily_release(owed, owed, static, 0, 0)
        if day in DAYS_WITHOUT_ORDERS:
            found.append(Left(day, credit - owed, owed))
    return tuple(found) if credit else ()


def _peak(
    plan: Plan, worst: GroupMoney, further: GroupMoney | None, dissolved: int | None, stop: Stop
) -> Peak:
    static = plan.credit.static_release if plan.credit else 0
    accelerated = bool(plan.credit and plan.credit.accelerated_release)
    least = worst.cash
    if further is not None and least is not None:
        least = None if further.cash is None else min(least, further.cash)
    month = stop.owed
    for _ in range(30):
        month -= daily_release(month, month, static, 0, 0)
    return Peak(
        held=0,
        settlement=None if least is None else max(0, -least, -(dissolved or 0)),
        next_day=stop.owed if accelerated else daily_release(stop.owed, stop.owed, static, 0, 0),
        month=stop.owed - month,
    )
