"""The tables of the rules, and the worked numbers of the modes page from the shipped playbooks."""

import pytest
from plan_documents import ORDINARY, plan_with

from pinwheel.plan.compile import compile_plan
from pinwheel.plan.load import load_plan, playbook
from pinwheel.rules.assets import ASSETS, CASH, SHOPPING_COINS
from pinwheel.rules.money import share
from pinwheel.rules.reasons import JOIN_REWARD, LEADER_REWARD, REWARD
from pinwheel.rules.tables import Gives, PlanTables

Row = tuple[int, str, int, int]


def rows(gives: Gives) -> list[Row]:
    """Each give with its scope, asset, fixed amount and rate."""
    starts = [int(start) for start in gives.starts]
    return [
        (scope, ASSETS[gives.assets[place]], int(gives.fixed[place]), int(gives.ppm[place]))
        for scope in range(len(starts) - 1)
        for place in range(starts[scope], starts[scope + 1])
    ]


def rules_of(tables: PlanTables) -> tuple[int, ...]:
    return (
        tables.first_join_of_day_in_front,
        tables.newcomer_in_front,
        tables.row_wins,
        tables.row_sit_out,
        tables.total_wins,
        tables.total_sit_out,
        tables.cap_wins,
        tables.cap_joins,
    )


def test_a_draw() -> None:
    tables = compile_plan(playbook("national-group-buy"))
    assert (tables.size, tables.seats_per_group) == (10, 1)
    assert tables.class_counts.tolist() == [3, 7]
    assert tables.class_keeps.tolist() == [1, 0]
    assert tables.class_shares.tolist() == [1_000_000, 0]
    assert rules_of(tables) == (1, 1, 3, 2, 10, 5, 2, 5)
    assert (tables.leader_may_win, tables.dissolve) == (1, 1)
    assert rows(tables.grants) == [
        (0, "dividend_points", 0, 1_000_000),
        (0, "shopping_credit", 0, 1_000_000),
        (0, "consumer_points", 0, 1_000_000),
        (1, "cash", 0, 50_000),
        (1, "consumer_points", 0, 1_000_000),
    ]
    assert [(scope, fixed, ppm) for scope, _, fixed, ppm in rows(tables.releases)] == [
        (0, 0, 50_000),
        (1, 0, 50_000),
    ]


def test_leader_and_each_join_have_scopes_of_their_own() -> None:
    tables = compile_plan(
        plan_with(
            "{group.seating: either, group.leader: {may_win: false, gives: [{cash: 2.00}]}, "
            "each_join: [{release_credit: 5%}, {cash: 1.00}], limits.seats_per_group: 3}"
        )
    )
    each_join = 2  # the scope after the two classes; the leader's comes last
    assert [(scope, ppm) for scope, _, _, ppm in rows(tables.releases)] == [(each_join, 50_000)]
    assert rows(tables.grants) == [
        (1, "cash", 0, 50_000),
        (each_join, "cash", 100, 0),
        (each_join + 1, "cash", 200, 0),
    ]
    assert [int(reason) for reason in tables.grants.reasons] == [REWARD, JOIN_REWARD, LEADER_REWARD]
    assert (tables.leader_may_win, tables.seats_per_group) == (0, 3)


def test_one_class_draws_nothing() -> None:
    rules = (
        "newcomer_in_front, {after_wins_in_a_row: {wins: 3, sit_out: 2}}, {at_most: {wins: 1, of_joins: 2}}"
    )
    text = ORDINARY + f"draw: {{seat_rules: [{rules}], conflict: dissolve}}\n"
    for tables in (compile_plan(load_plan(ORDINARY)), compile_plan(load_plan(text))):
        assert tables.class_counts.tolist() == [3]
        assert rules_of(tables) == (0,) * 8
        assert (tables.dissolve, tables.leader_may_win) == (0, 1)


def test_releases_to_sponsors() -> None:
    changes = "{referral: {release_to_sponsor: {direct: 1.00, indirect: 2%}}}"
    tables = compile_plan(plan_with(changes))
    assert (tables.direct_fixed, tables.direct_ppm) == (100, 0)
    assert (tables.indirect_fixed, tables.indirect_ppm) == (0, 20_000)
    off = compile_plan(plan_with("{referral: {}}"))
    assert (off.direct_fixed, off.direct_ppm, off.indirect_fixed, off.indirect_ppm) == (0, 0, 0, 0)


def test_goods_move_nothing_in_the_books() -> None:
    tables = compile_plan(plan_with("{outcomes.0.gives: [{goods: {choose_from: 3, or_voucher: 100%}}]}"))
    assert rows(tables.grants) == [(1, "cash", 0, 50_000)]


def test_a_leader_is_barred_from_nothing_where_nothing_is_drawn() -> None:
    plan = plan_with("{group: {size: 3, seating: leader, leader: {may_win: false}}}", ORDINARY)
    assert compile_plan(plan).leader_may_win == 1


def test_every_seat_may_be_a_prize() -> None:
    assert compile_plan(plan_with("{outcomes.0.count: 10}")).class_counts.tolist() == [10, 0]


def test_a_plan_without_gives_has_empty_columns() -> None:
    tables = compile_plan(plan_with("{outcomes.0.gives: [], outcomes.1.gives: null}"))
    for gives in (tables.grants, tables.releases):
        assert gives.starts.tolist() == [0] * 5
        assert [len(column) for column in gives[1:]] == [0] * 4


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
    paid = dict.fromkeys(ASSETS, 0)
    for scope, asset, fixed, ppm in rows(tables.grants):
        paid[asset] += int(tables.class_counts[scope]) * (fixed + share(price, ppm))
    assert (paid[ASSETS[CASH]], paid[ASSETS[SHOPPING_COINS]]) == (paid_cash, coins)


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
    assert plan.offer.price * int(tables.grants.ppm.max()) < 2**63
    assert 10_000 * (share(plan.offer.price, 10_000_000) + 999_999_999) < 2**63
