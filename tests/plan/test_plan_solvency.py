"""What a plan costs, against what settlement really moves: no group costs more than is said, and one does."""

import importlib.util
import itertools
import json
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st
from plan_documents import ORDINARY, plan_with
from typer.testing import CliRunner

from pinwheel.doors.cli.main import app
from pinwheel.plan.compile import compile_plan
from pinwheel.plan.load import playbook, playbook_names
from pinwheel.plan.model import Plan, drawn_on_close, is_drawn
from pinwheel.plan.parts import GOODS
from pinwheel.plan.reading import read_plan
from pinwheel.plan.refusal import PlanRefused
from pinwheel.plan.solvency import Solvency, solvency
from pinwheel.plan.solvency_words import PROMISES, figures, headlines, notes, promises
from pinwheel.rules.assets import ASSETS, CASH, SHOPPING_CREDIT
from pinwheel.rules.bars import FIRST_OF_DAY_FLAG, NEWCOMER_FLAG
from pinwheel.rules.credit import daily_release
from pinwheel.rules.outcomes import NO_OUTCOME
from pinwheel.rules.reasons import (
    CAPTURE,
    JOIN_REWARD,
    LEADER_REWARD,
    RELEASED_CASH,
    REWARD,
    SPONSOR_RELEASED_CASH,
)

_place = Path(__file__).parents[1] / "rules/settling.py"
_spec = importlib.util.spec_from_file_location("settling_of_solvency", _place)
assert _spec is not None and _spec.loader is not None
settling = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(settling)

MEMBERS = 5
MUCH = 10**15  # more credit than any release
GRANTS = (REWARD, JOIN_REWARD, LEADER_REWARD)
RELEASES = (RELEASED_CASH, SPONSOR_RELEASED_CASH)


# What a group cost, counted from its postings


class Came(NamedTuple):
    """What one settled or dissolved group did to the platform's money, in fen."""

    dissolved: bool
    kept: int  # captured less all cash paid out of it
    cash: int  # margin in the cash view
    accrual: int  # margin in the accrual view
    before_credit: int
    released: int
    credit: int


# Ladders have many ends: tests/plan/test_plan_ladder.py.
OF_ONE_SIZE = [name for name in playbook_names() if not playbook(name).group.tiers]


def groups_of(plan: Plan, vouchers: list[int] | None, facts: dict[str, Any]) -> list[Came]:
    """Settle by the rules and count, group by group.

    `vouchers`: 1 where the holder of a seat takes the voucher; None: wherever it is the dearer choice.
    """
    size, price = plan.group.size, plan.offer.price
    came = settling.settle(compile_plan(plan), price, **facts)
    found = []
    for start in range(0, len(came.outcomes), size):
        rows = range(start, start + size)
        moved = [posting[1:] for posting in came.postings if posting[0] in rows]

        def total(*whys: int, of: int = CASH, moved: Any = moved) -> int:
            return sum(amount for why, asset, amount in moved if why in whys and asset == of)

        seats = [came.outcomes[row] for row in rows]
        taken = [None] * size if vouchers is None else vouchers[start : start + size]
        costs = sum(goods_of(plan, seat, voucher) for seat, voucher in zip(seats, taken, strict=True))
        costs += sum(facts["external"][row] * fee_of(plan) for row in rows)
        costs += pool_of(plan, seats) + coupons_of(plan, seats)
        released, credit = total(*RELEASES), total(*GRANTS, of=SHOPPING_CREDIT)
        before = total(CAPTURE) - total(*GRANTS) - costs
        kept = total(CAPTURE) - total(*GRANTS) - released
        gone = NO_OUTCOME in seats
        found.append(Came(gone, kept, before - released, before - credit, before, released, credit))
    return found


def coupons_of(plan: Plan, seats: list[int]) -> int:
    """What the coupons of a group take off later prices, all of them used."""
    if NO_OUTCOME in seats:
        return 0
    gives = [give for seat in seats for give in (*plan.outcomes[seat].gives, *plan.each_join)]
    gives += plan.group.leader.gives if plan.group.seating != "queue" else ()
    return sum(give.coupon.worth for give in gives if give.coupon is not None)


def goods_of(plan: Plan, outcome: int, voucher: int | None) -> int:
    """What the goods of a seat cost, or the voucher that its holder takes instead; None: the dearer."""
    give = next((one for one in plan.outcomes[outcome].gives if one.what == GOODS), None)
    if outcome == NO_OUTCOME or give is None:
        return 0
    goods = plan.offer.goods_cost
    if not give.choice or not give.choice.or_voucher or voucher == 0:
        return goods
    worth = plan.offer.price * give.choice.or_voucher // 1_000_000
    return worth if voucher else max(goods, worth)


def fee_of(plan: Plan) -> int:
    """The fee of one payment: Fraction, then up."""
    return -(Fraction(-plan.offer.price * plan.offer.payment_fee, 1_000_000).__floor__())


def pool_of(plan: Plan, seats: list[int]) -> int:
    """As market/days puts it in: so much for each seat that was drawn."""
    if plan.dividends is None or plan.dividends.daily is None or len(plan.outcomes) == 1:
        return 0
    per_win = plan.dividends.daily.per_win
    each = per_win.fixed + plan.offer.price * per_win.ppm // 1_000_000
    return each * sum(0 <= seat < len(plan.outcomes) - 1 for seat in seats)


# Any plan, and any groups of it

amounts = st.integers(0, 5_000).map(lambda fen: f"{fen // 100}.{fen % 100:02}")
rates = st.integers(1, 150).map(lambda percent: f"{percent}%")
shares = st.integers(1, 100).map(lambda percent: f"{percent}%")
gives = st.lists(
    st.builds(lambda what, how: {what: how}, st.sampled_from([*ASSETS, "release_credit"]), amounts | rates),
    max_size=4,
)
goods = st.sampled_from([[], [{"goods": "ordered"}]]) | st.builds(
    lambda voucher: [{"goods": {"choose_from": 3, "or_voucher": voucher}}], rates
)
RULES = [
    "first_join_of_day_in_front",
    "newcomer_in_front",
    {"after_wins_in_a_row": {"wins": 1, "sit_out": 2}},
    {"after_wins_in_total": {"wins": 2, "sit_out": 1}},
    {"at_most": {"wins": 1, "of_joins": 3}},
]


@st.composite
def plans(draw: Any) -> Plan:
    """Any plan that can be published, of few seats."""
    size = draw(st.integers(1, 6))
    classes = draw(st.integers(1, min(3, size)))
    counts = draw(st.lists(st.integers(1, size), min_size=classes - 1, max_size=classes - 1))
    assume(sum(counts) <= size)
    seating = draw(st.sampled_from(["queue", "leader", "either"]))
    leader = {"may_win": draw(st.booleans()), "gives": draw(gives)} if seating != "queue" else {}
    document = {
        "plan": "any-plan",
        "offer": {
            "price": draw(amounts.filter(lambda text: text != "0.00")),
            "goods_cost": draw(amounts),
            "payment_fee": f"{draw(st.integers(0, 300))}‱",
        },
        "group": {"size": size, "seating": seating, "leader": leader},
        "limits": {"seats_per_group": draw(st.integers(1, 2))},
        "draw": {
            "seat_rules": draw(st.lists(st.sampled_from(RULES), max_size=3)),
            "conflict": draw(st.sampled_from(["dissolve", "draw_anyway"])),
        },
        "outcomes": [
            {
                "name": f"class{number}",
                "count": count,
                "payment": draw(st.sampled_from(["keep", "refund"])),
                "gives": draw(goods) + draw(gives),
            }
            for number, count in enumerate([*counts, "rest"])
        ],
        "each_join": draw(gives),
        "dividends": draw(st.none() | st.builds(lambda each: {"daily": {"per_win": each}}, amounts | shares)),
        "referral": draw(
            st.none()
            | st.builds(
                lambda one, two: {"release_to_sponsor": {"direct": one, "indirect": two}},
                amounts | amounts | shares,
                amounts | amounts | shares,
            )
        ),
    }
    try:
        return read_plan(document)
    except PlanRefused:
        reject()


@st.composite
def groups(draw: Any, plan: Plan) -> dict[str, Any]:
    """Up to three full groups of a plan with any history: members, sponsors, credit, counters, routes."""
    number, size = draw(st.integers(1, 3)), plan.group.size
    rows = number * size
    members = st.integers(0, MEMBERS - 1)
    sponsors = st.integers(-1, MEMBERS - 1)
    counts = st.tuples(*(st.integers(0, 3) for _ in range(5)))
    leaders = [
        draw(st.sampled_from([-1, *range(group * size, (group + 1) * size)]))
        if plan.group.seating != "queue"
        else -1
        for group in range(number)
    ]
    held = st.sampled_from([0, 1, 99, 5_000, 20_000, MUCH])
    return {
        "drawn": [seat for _ in range(number) for seat in draw(st.permutations(range(size)))],
        "holders": draw(st.lists(members, min_size=rows, max_size=rows)),
        "sponsors": draw(st.lists(sponsors, min_size=rows, max_size=rows)),
        "indirect": draw(st.lists(sponsors, min_size=rows, max_size=rows)),
        "flags": draw(st.lists(st.integers(0, 3), min_size=rows, max_size=rows)),
        "external": draw(st.lists(st.integers(0, 1), min_size=rows, max_size=rows)),
        "leader_rows": leaders,
        "credit": draw(st.lists(held, min_size=MEMBERS, max_size=MEMBERS)),
        "counts": dict(enumerate(draw(st.lists(counts, max_size=MEMBERS)))),
    }


def hardest(plan: Plan) -> dict[str, Any]:
    """One group in which everybody pays from outside, and holders and sponsors have credit for anything."""
    size = plan.group.size
    return {
        "drawn": list(range(size)),
        "sponsors": list(range(size, 2 * size)),
        "indirect": list(range(2 * size, 3 * size)),
        "external": [1] * size,
        "leader_rows": [-1 if plan.group.seating == "queue" else 0],
        "credit": [MUCH] * (3 * size),
    }


def all_barred(plan: Plan) -> dict[str, Any]:
    """The same group with as many seats barred as the plan's rules can bar."""
    size = plan.group.size
    flags = [0, FIRST_OF_DAY_FLAG, NEWCOMER_FLAG] + [0] * size
    if plan.group.seating == "queue" or plan.group.leader.may_win:
        flags = flags[1:]
    if plan.draw and plan.draw.rule("first_join_of_day_in_front") is None:
        flags = [flag for flag in flags if flag != FIRST_OF_DAY_FLAG]
    at_most = plan.draw.rule("at_most") if plan.draw else None
    won = (100, 0, 0, at_most.wins if at_most else 0, at_most.wins if at_most else 0)
    return hardest(plan) | {"flags": flags[:size], "counts": dict.fromkeys(range(3 * size), won)}


def check_bound(plan: Plan, report: Solvency, came: list[Came]) -> None:
    for group in came:
        assert group.accrual >= report.worst_accrual
        if report.worst_cash is None:
            assert compile_plan(plan).direct_ppm or compile_plan(plan).indirect_ppm
        else:
            assert group.cash >= report.worst_cash
        if group.dissolved:
            assert report.dissolved is not None and group.cash >= report.dissolved
        elif report.worst.released is not None:
            assert group.kept + report.worst.daily_pool >= report.worst.kept - report.worst.released
            assert group.cash >= report.worst.cash


@given(plans(), st.data())
def test_no_group_costs_more_than_the_worst_case(plan, data):
    facts = data.draw(groups(plan))
    rows = len(facts["drawn"])
    vouchers = data.draw(st.lists(st.integers(0, 1), min_size=rows, max_size=rows))
    check_bound(plan, solvency(plan), groups_of(plan, vouchers, facts))


@pytest.mark.parametrize("name", OF_ONE_SIZE)
@settings(max_examples=20)
@given(data=st.data())
def test_no_group_of_a_playbook_does(name, data):
    plan = playbook(name)
    facts = data.draw(groups(plan))
    rows = len(facts["drawn"])
    vouchers = data.draw(st.sampled_from([[0] * rows, [1] * rows, None]))
    check_bound(plan, solvency(plan), groups_of(plan, vouchers, facts))


@given(plans())
def test_the_worst_case_is_reached(plan):
    report = solvency(plan)
    [came] = groups_of(plan, None, hardest(plan))
    assume(not came.dissolved)  # the leader is barred and every seat a prize
    assert came.accrual == report.worst.accrual
    assert report.worst.cash in (None, came.cash)


@given(plans())
def test_a_group_dissolves_exactly_where_the_report_says_so(plan):
    report = solvency(plan)
    [came] = groups_of(plan, [0] * plan.group.size, all_barred(plan))
    assert came.dissolved == (report.dissolved is not None)
    if came.dissolved:
        assert (came.cash, came.accrual) == (report.dissolved, report.dissolved)


@pytest.mark.parametrize(("prizes", "dissolves"), [(1, False), (2, True)])
def test_two_rules_in_front_bar_two_of_three_seats(prizes, dissolves):
    changes = f"group.size: 3, outcomes.0.count: {prizes}, outcomes.1.payment: refund"
    plan = plan_with(f"{{{changes}, draw.seat_rules: [first_join_of_day_in_front, newcomer_in_front]}}")
    [came] = groups_of(plan, None, all_barred(plan))
    assert came.dissolved == dissolves
    assert (solvency(plan).dissolved is not None) == dissolves


@pytest.mark.parametrize("name", OF_ONE_SIZE)
def test_the_worst_case_of_a_playbook_is_reached(name):
    plan, report = playbook(name), solvency(playbook(name))
    facts = [hardest(plan), all_barred(plan)]
    came = [one for fact in facts for one in groups_of(plan, None, fact)]
    if drawn_on_close(plan):  # of several groups, those in which nobody wins
        rest = plan.model_copy(update={"outcomes": plan.outcomes[-1:], "draw": None})
        came += groups_of(rest, None, hardest(rest))
    assert min(one.cash for one in came) == report.worst_cash
    assert min(one.accrual for one in came) == report.worst_accrual


@given(plans(), st.integers(1, 6), st.data())
def test_an_activity_drawn_at_its_end_loses_no_more_than_its_worst_for_each_group(plan, count, data):
    """Prizes are given once, wherever they fall; the search places them and looks at all groups together."""
    if not is_drawn(plan) or not plan.group.leader.may_win:
        return
    plan = plan.model_copy(update={"draw": plan.draw.model_copy(update={"when": "on_close"})})
    report = solvency(plan)
    rest = plan.model_copy(update={"outcomes": plan.outcomes[-1:], "draw": None})
    drawn = [one for one in groups_of(plan, None, data.draw(groups(plan))) if not one.dissolved][:1]
    others = groups_of(rest, None, data.draw(groups(rest)))[: count - 1]
    came = [*drawn, *others]
    assert sum(one.accrual for one in came) >= len(came) * report.worst_accrual
    if report.worst_cash is not None:
        assert sum(one.cash for one in came) >= len(came) * report.worst_cash


@pytest.mark.parametrize("name", OF_ONE_SIZE)
def test_what_is_expected_of_a_playbook_is_what_a_group_leaves(name):
    plan, report = playbook(name), solvency(playbook(name))
    [came] = groups_of(plan, [0] * plan.group.size, hardest(plan))
    expected = report.expected
    assert (came.before_credit, came.accrual) == (expected.before_credit, expected.accrual)
    assert came.released == report.worst.released
    assert expected.released == min(came.released, expected.credit)


@given(plans(), st.data())
def test_after_many_groups_cash_less_what_is_owed_is_bounded_too(plan, data):
    """Credit of these groups only: what they release they have granted, so it is not lost twice."""
    facts = data.draw(groups(plan)) | {"credit": [0] * MEMBERS}
    came = groups_of(plan, None, facts)
    owed = sum(one.credit - one.released for one in came)
    assert owed >= 0
    assert sum(one.cash for one in came) - owed >= len(came) * solvency(plan).worst_accrual


# The examples of the modes page, from the playbooks that ship


def test_g1_keeps_two_hundred_before_goods():
    report = solvency(playbook("ninety-nine-of-a-hundred"))
    assert report.expected.captured == 297_00
    assert report.expected.given == 97_00
    assert report.expected.kept == report.worst.kept == 200_00
    assert report.expected.before_credit == 200_00 - 3 * 40_00
    assert report.expected.payout_cash == Fraction(97, 297)
    assert (report.worst_cash, report.needs_budget, report.is_covered) == (80_00, False, True)


def test_g2_is_left_twenty_two_once_uplines_and_filling_rewards_are_paid():
    """The sections that exist: 60.00; 30.00 to uplines and 2.00 for each of four brought in are to come."""
    report = solvency(playbook("leader-five"))
    assert (report.expected.kept, report.expected.goods) == (80_00, 20_00)
    assert report.expected.before_credit == report.worst_cash == 60_00
    assert report.expected.before_credit - 30_00 - 4 * 2_00 == 22_00


def test_g3_gives_coins_beside_what_it_pays():
    report = solvency(playbook("thousand-of-a-hundred"))
    assert report.expected.kept == 2 * 1_000_00 - 98 * 12_00
    assert report.worst_cash == 2_000_00 - 98 * 12_00 - 2 * 250_00
    assert report.points == (("shopping_coins", 98 * 100_00),)
    assert next(one for one in report.promises if one.what == "shopping_coins").funding == "nothing"


def test_national_group_buy_earns_as_expected_and_loses_at_its_worst():
    report = solvency(playbook("national-group-buy"), budget=1_000_00)
    expected = report.expected
    assert (expected.captured, expected.rewards, expected.daily_pool) == (300_00, 7 * 5_00, 3 * 2_00)
    assert (expected.kept, expected.goods, expected.fee) == (259_00, 90_00, 10 * 60)
    assert (expected.before_credit, expected.released, expected.cash) == (163_00, 50_00, 113_00)
    assert (expected.credit, expected.accrual) == (300_00, -137_00)
    assert (expected.payout_cash, expected.payout_accrual) == (Fraction(91, 300), Fraction(341, 300))
    assert report.worst.goods == 300_00  # vouchers of 100.00 each
    assert (report.worst_cash, report.worst_accrual) == (-97_00, -347_00)
    assert (report.dissolved, report.unfilled) == (-6_00, -9 * 60)
    assert (report.loss, report.needs_budget, report.groups_carried, report.is_covered) == (
        347_00,
        True,
        2,
        True,
    )
    assert report.points == (("dividend_points", 300_00), ("consumer_points", 1_000_00))
    funding = {
        promise.what: (promise.amount, promise.covered, promise.funding) for promise in report.promises
    }
    assert funding["goods"] == (300_00, 294_00, "budget")
    assert funding["monthly_profit"] == (None, 0, "nothing")
    assert funding["shopping_credit"] == (300_00, 0, "budget")


def test_the_closed_form_of_a_draw_group():
    """P=100, c=48, fee 0.6%, n=10, w=1 gives 5.11 (lawfulness page)."""
    report = solvency(playbook("draw-on-fill"))
    assert report.reward_limit == 5_11
    assert report.worst_cash == 9 * (5_11 - 5_00) + 1
    offer = "offer: {price: 100.00, goods_cost: 48.00, payment_fee: 0.6%}, outcomes.0.count: 1"
    needed = {
        reward: solvency(plan_with(f"{{{offer}, outcomes.1.gives: [{{cash: {reward}}}]}}")).needs_budget
        for reward in ("5.11", "5.12")
    }
    assert needed == {"5.11": False, "5.12": True}
    assert solvency(playbook("ordinary-group")).reward_limit is None


# Budget, stop test, funding


def test_a_budget_carries_whole_groups_only():
    plan = playbook("national-group-buy")
    carried = {fen: solvency(plan, budget=fen).groups_carried for fen in (0, 346_99, 347_00, 694_00)}
    assert carried == {0: 0, 346_99: 0, 347_00: 1, 694_00: 2}
    assert not solvency(plan, budget=346_99).is_covered
    assert solvency(playbook("ordinary-group")).groups_carried is None


def test_a_plan_brings_its_own_budget_and_another_overrides_it():
    plan = plan_with("{budget: 347.00}")
    assert solvency(plan).budget == 347_00
    assert solvency(plan, budget=0).budget == 0
    national = solvency(playbook("national-group-buy"))
    assert (national.groups_carried, national.is_covered) == (1_000, True)


def test_a_price_is_that_of_the_activity():
    plan = playbook("ninety-nine-of-a-hundred")
    assert solvency(plan, 30_00).worst_cash == 3 * 30_00 - 97_00 - 3 * 40_00
    assert solvency(plan, 30_00).needs_budget
    for price in (0, -1, 1_000_000_000):
        with pytest.raises(ValueError, match="price"):
            solvency(plan, price)
    with pytest.raises(ValueError, match="budget"):
        solvency(plan, budget=-1)


def test_the_fee_is_rounded_up_for_every_payment():
    """59.00 at 0.6% is 0.354: 0.36 for each of three payments."""
    report = solvency(playbook("ordinary-group"))
    assert (report.expected.fee, report.unfilled) == (3 * 36, -2 * 36)
    assert report.worst_cash == 3 * 59_00 - 3 * 35_00 - 3 * 36


def test_the_stop_test_follows_the_daily_release():
    plan = plan_with("{outcomes.0.gives: [{shopping_credit: 100%}], credit: {static_release: 3‱}}")
    stop = solvency(plan, budget=5_00).stop
    assert (stop.owed, stop.margin, stop.short, stop.set_aside) == (300_00, 265_00, 35_00, 5_00)
    assert [(seat.outcome, seat.credit) for seat in stop.per_seat] == [("winner", 100_00)]
    owed, day, by_day = 100_00, 0, {}
    while released := daily_release(owed, owed, 300, 0, 0):
        owed, day = owed - released, day + 1
        by_day[day] = owed
    assert [(left.days, left.owed) for left in stop.decays] == [
        (day, by_day[day]) for day in (1, 30, 365, 1_095)
    ]
    assert all(left.released + left.owed == 100_00 for left in stop.decays)
    assert stop.never == owed == 33_33


@settings(max_examples=30)
@given(st.integers(1, 3_000), st.integers(1, 1_000_000))
def test_what_is_never_released_is_where_the_daily_release_ends(credit, static):
    fen, percent = f"{credit // 100}.{credit % 100:02}", f"{static // 10_000}.{static % 10_000:04}%"
    plan = plan_with(
        f"{{outcomes.0.gives: [{{shopping_credit: {fen}}}], credit: {{static_release: {percent}}}}}"
    )
    owed = credit
    while released := daily_release(owed, owed, static, 0, 0):
        owed -= released
    assert solvency(plan).stop.never == owed


def test_without_a_daily_release_credit_stays_owed():
    stop = solvency(playbook("national-group-buy"), budget=0).stop
    assert stop.never == 100_00
    assert {(left.released, left.owed) for left in stop.decays} == {(0, 100_00)}
    assert (stop.owed, stop.short) == (300_00, 300_00)


def test_promises_on_balances_are_open_ended():
    daily = solvency(plan_with("{credit: {static_release: 3‱}}", ORDINARY))
    assert (daily.open_ended, daily.needs_budget, daily.is_covered) == (("daily_release",), True, False)
    assert daily.loss == 0 and daily.groups_carried is None
    rate = solvency(plan_with("{referral: {release_to_sponsor: {direct: 1%}}}", ORDINARY), budget=1)
    assert (rate.open_ended, rate.worst_cash, rate.loss) == (("release_to_sponsor",), None, None)
    assert (rate.peak.settlement, rate.groups_carried, rate.is_covered) == (None, None, True)
    fixed = solvency(plan_with("{referral: {release_to_sponsor: {direct: 1.00, indirect: 0.50}}}", ORDINARY))
    assert (fixed.open_ended, fixed.worst.released) == ((), 3 * 1_50)
    assert [(one.what, one.funding) for one in fixed.promises][-1] == ("release_to_sponsor", "order")


def test_promises_are_covered_in_the_order_in_which_they_stand():
    """89.40 after the fee: goods 30.00, cash 50.00, then 9.40 for a pool of 12.00."""
    plan = plan_with(
        "{offer: {price: 30.00, goods_cost: 10.00, payment_fee: 0.2%}, outcomes.1.gives: [{cash: 50.00}], "
        "group.size: 4, dividends: {daily: {per_win: 4.00}}}"
    )
    found = [(one.what, one.amount, one.covered, one.funding) for one in solvency(plan).promises]
    assert found == [
        ("goods", 30_00, 30_00, "order"),
        ("rewards", 50_00, 50_00, "order"),
        ("daily_pool", 12_00, 9_76, "nothing"),
    ]
    assert [one.funding for one in solvency(plan, 31_00).promises][-1] == "pool"


def test_sponsors_come_after_the_holders_own_releases():
    """24.00 left of three payments: 18.00 for holders, so 6.00 of 9.00 for sponsors."""
    plan = plan_with(
        "{offer: {price: 10.00, goods_cost: 2.00}, each_join: [{release_credit: 6.00}], "
        "referral: {release_to_sponsor: {direct: 3.00}}}",
        ORDINARY,
    )
    found = [(one.what, one.amount, one.covered, one.funding) for one in solvency(plan).promises]
    assert found[1:] == [
        ("release_credit", 18_00, 18_00, "order"),
        ("release_to_sponsor", 9_00, 6_00, "nothing"),
    ]


def test_no_more_is_expected_to_be_released_than_is_granted():
    plan = plan_with("{each_join: [{release_credit: 6.00}, {shopping_credit: 1.00}]}", ORDINARY)
    report = solvency(plan)
    assert (report.expected.released, report.worst.released, report.worst.credit) == (3_00, 18_00, 3_00)


def test_a_rate_of_five_percent_leaves_nineteen_fen():
    plan = plan_with("{outcomes.0.gives: [{shopping_credit: 1.00}], credit: {static_release: 5%}}")
    assert solvency(plan).stop.never == 19


def test_payments_that_are_held_need_no_cash():
    for name in playbook_names():
        report = solvency(playbook(name))
        assert report.peak.held == 0
        assert report.peak.settlement == max(0, -(report.worst_cash or 0))


def test_every_figure_is_a_whole_number_or_an_exact_fraction():
    def parts(value: object) -> Any:
        if isinstance(value, tuple):
            for part in value:
                yield from parts(part)
        else:
            yield value

    for name in playbook_names():
        report = solvency(playbook(name))
        whole = [*parts(report), report.loss, report.expected.payout_cash, report.worst.payout_accrual]
        assert {type(value) for value in whole} <= {int, str, type(None), Fraction}


# In words, and on the command line

WORDY = [
    *((playbook(name), 0) for name in playbook_names()),
    (plan_with("{credit: {static_release: 3‱}, outcomes.0.gives: [{shopping_credit: 100%}]}"), 0),
    (plan_with("{credit: {accelerated_release: 3‱}, outcomes.0.gives: [{shopping_credit: 100%}]}"), 99),
    (plan_with("{referral: {release_to_sponsor: {direct: 1%}}, each_join: [{cash: 1.00}]}"), 1),
    (plan_with("{group: {size: 10, seating: leader, leader: {gives: [{cash: 1.00}]}}}"), 0),
    (playbook("national-group-buy"), 1),
    (playbook("national-group-buy"), 10_000_00),
]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("plan", "budget"), WORDY)
def test_everything_is_said_in_both_languages(plan, budget, language):
    report = solvency(plan, budget=budget)
    rows = [*figures(report, language), *promises(report, language)]
    said = [*headlines(report, language), *notes(report, language), *itertools.chain(*rows)]
    assert len(said) > 20
    for sentence in said:
        assert sentence and "{" not in sentence and "None" not in sentence
    prose = "".join([*headlines(report, language), *notes(report, language)])
    assert any("\u4e00" <= one <= "\u9fff" for one in prose) == (language == "zh")
    assert {promise.what for promise in report.promises} <= set(PROMISES)


def test_the_headline_says_what_is_kept_and_what_can_be_lost():
    first, *others = headlines(solvency(playbook("ninety-nine-of-a-hundred")), "en")
    assert first.startswith("A full group of 100 seats at 99.00 takes 297.00")
    assert "keeps 200.00 before goods" in first
    assert any("loses nothing" in one and "80.00" in one for one in others)
    lossy = "\n".join(headlines(solvency(playbook("national-group-buy"), budget=0), "en"))
    assert "can lose at most 347.00" in lossy and "needs a budget" in lossy
    carried = "\n".join(headlines(solvency(playbook("national-group-buy"), budget=1_000_00), "zh"))
    assert "够 2 个满员的团" in carried


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["check", *arguments])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["ordinary-group"], 0),
        (["national-group-buy"], 0),
        (["national-group-buy", "--budget", "0.00"], 1),
        (["national-group-buy", "--budget", "346.99"], 1),
        (["national-group-buy", "--budget", "347.00"], 0),
        (["ninety-nine-of-a-hundred", "--price", "30.00"], 1),
    ],
)
def test_the_command_says_whether_a_budget_is_missing(arguments, code):
    came = run(*arguments, "-l", "en")
    assert came.exit_code == code
    assert "A full group of" in came.stdout
    assert "payout ratio" in came.stdout and "Stop test" in came.stdout and "no legal advice" in came.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no-such-plan"], "a file that can be read"),
        (["ordinary-group", "--price", "1.999"], "--price"),
        (["ordinary-group", "--price", "0.00"], "0.01 to 9999999.99"),
        (["ordinary-group", "--budget", "-5"], "--budget"),
        (["ordinary-group", "--language", "fr"], "zh, en, both"),
    ],
)
def test_bad_input_is_one_line_and_code_two(arguments, said):
    came = run(*arguments)
    assert came.exit_code == 2
    assert said in came.output and "Traceback" not in came.output
    assert len(came.output.strip().splitlines()) == 1


def test_json_is_for_programs():
    came = run("national-group-buy", "--json", "--budget", "1000.00")
    found = json.loads(came.stdout)
    assert (found["price"], found["budget"], found["loss"], found["groups_carried"]) == (
        100_00,
        1_000_00,
        347_00,
        2,
    )
    assert found["expected"]["kept"] == 259_00
    assert found["expected"]["payout_cash"] == "91/300"
    assert found["stop"]["short"] == 300_00
    assert {finding["rule"] for finding in found["lawfulness"]} >= {"P02", "M03"}
    assert "M01" not in {one["rule"] for one in found["lawfulness"] if one["level"] == "block"}


def test_both_languages_stand_one_after_the_other():
    came = run("ordinary-group")
    assert "一个满员的团" in came.stdout and "A full group" in came.stdout
