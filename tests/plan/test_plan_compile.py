"""The tables of the rules, and the worked numbers of the modes page from the shipped playbooks."""

import pytest
from plan_documents import ORDINARY, plan_with

from pinwheel.plan.compile import compile_plan
from pinwheel.plan.load import load_plan, playbook
from pinwheel.rules.assets import ASSETS, CASH, SHOPPING_COINS
from pinwheel.rules.money import share
from pinwheel.rules.tables import EACH_JOIN, GIVE_ASSET, GIVE_GOODS, GIVE_RELEASE, LEADER


def test_a_draw() -> None:
    tables = compile_plan(playbook("national-group-buy"))
    assert (tables.size, tables.seats_per_group) == (10, 1)
    assert tables.class_counts.tolist() == [3, 7]
    assert tables.class_keeps.tolist() == [1, 0]
    assert (tables.first_join_of_day_in_front, tables.newcomer_in_front) == (1, 1)
    assert (tables.leader_may_win, tables.dissolve) == (1, 1)
    assert tables.gives.tolist() == [
        (0, GIVE_GOODS, 0, 0, 0),
        (0, GIVE_ASSET, ASSETS.index("dividend_points"), 0, 1_000_000),
        (0, GIVE_ASSET, ASSETS.index("shopping_credit"), 0, 1_000_000),
        (0, GIVE_ASSET, ASSETS.index("consumer_points"), 0, 1_000_000),
        (0, GIVE_RELEASE, 0, 0, 50_000),
        (1, GIVE_ASSET, CASH, 0, 50_000),
        (1, GIVE_RELEASE, 0, 0, 50_000),
        (1, GIVE_ASSET, ASSETS.index("consumer_points"), 0, 1_000_000),
    ]


def test_leader_and_each_join_have_scopes_of_their_own() -> None:
    tables = compile_plan(
        plan_with(
            "{group.seating: either, group.leader: {may_win: false, gives: [{cash: 2.00}]}, "
            "each_join: [{release_credit: 5%}], limits.seats_per_group: 3}"
        )
    )
    assert tables.gives.tolist()[2:] == [
        (EACH_JOIN, GIVE_RELEASE, 0, 0, 50_000),
        (LEADER, GIVE_ASSET, CASH, 200, 0),
    ]
    assert (tables.leader_may_win, tables.seats_per_group) == (0, 3)


def test_one_class_draws_nothing() -> None:
    text = ORDINARY + "draw: {seat_rules: [newcomer_in_front], conflict: dissolve}\n"
    for tables in (compile_plan(load_plan(ORDINARY)), compile_plan(load_plan(text))):
        assert tables.class_counts.tolist() == [3]
        assert (tables.newcomer_in_front, tables.dissolve, tables.leader_may_win) == (0, 0, 1)


def test_a_leader_is_barred_from_nothing_where_nothing_is_drawn() -> None:
    plan = plan_with("{group: {size: 3, seating: leader, leader: {may_win: false}}}", ORDINARY)
    assert compile_plan(plan).leader_may_win == 1


def test_every_seat_may_be_a_prize() -> None:
    assert compile_plan(plan_with("{outcomes.0.count: 10}")).class_counts.tolist() == [10, 0]


def test_a_plan_without_gives_has_an_empty_table() -> None:
    tables = compile_plan(plan_with("{outcomes.0.gives: [], outcomes.1.gives: null}"))
    assert len(tables.gives) == 0
    assert tables.gives.dtype.names == ("scope", "kind", "asset", "fixed", "ppm")


@pytest.mark.parametrize(
    ("name", "captured", "paid_cash", "coins"),
    [
        ("ninety-nine-of-a-hundred", 297_00, 97_00, 0),  # G1: 200.00 kept before goods
        ("thousand-of-a-hundred", 2_000_00, 98 * 12_00, 98 * 100_00),  # G3
        ("leader-five", 100_00, 20_00, 0),  # G2, without its referral section
        ("friends-bill", 200_00, 20_00, 0),
        ("draw-on-fill", 100_00, 45_00, 0),
        ("ordinary-group", 3 * 59_00, 0, 0),
    ],
)
def test_worked_numbers(name: str, captured: int, paid_cash: int, coins: int) -> None:
    plan = playbook(name)
    tables, price = compile_plan(plan), plan.offer.price
    assert int((tables.class_counts * tables.class_keeps).sum()) * price == captured
    paid = dict.fromkeys(range(len(ASSETS)), 0)
    for scope, kind, asset, fixed, ppm in tables.gives.tolist():
        if kind == GIVE_ASSET:
            paid[asset] += int(tables.class_counts[scope]) * (fixed + share(price, ppm))
    assert (paid[CASH], paid[SHOPPING_COINS]) == (paid_cash, coins)


def test_g1_and_g3_as_the_modes_page_has_them() -> None:
    g1, g3 = playbook("ninety-nine-of-a-hundred"), playbook("thousand-of-a-hundred")
    assert (g1.offer.price, compile_plan(g1).class_counts.tolist()) == (99_00, [3, 97])
    assert 3 * g1.offer.price - 97 * 1_00 == 200_00
    assert (g3.offer.price, g3.offer.goods_cost, compile_plan(g3).class_counts.tolist()) == (
        1000_00,
        250_00,
        [2, 98],
    )


def test_the_largest_numbers_fit_int64() -> None:
    plan = plan_with(
        "{offer.price: 9999999.99, group.size: 10000, "
        "outcomes.1.gives: [{cash: 1000%}, {shopping_credit: 9999999.99}]}"
    )
    tables = compile_plan(plan)
    assert plan.offer.price * int(tables.gives["ppm"].max()) < 2**63
    assert 10_000 * (share(plan.offer.price, 10_000_000) + 999_999_999) < 2**63
