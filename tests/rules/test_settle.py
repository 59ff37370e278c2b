"""Settlement of filled groups: the worked examples, conservation, and the order of what moves."""

import itertools
from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinwheel.plan.compile import compile_plan
from pinwheel.plan.load import playbook
from pinwheel.rules import reasons
from pinwheel.rules.assets import ASSETS, CASH, SHOPPING_COINS, SHOPPING_CREDIT
from pinwheel.rules.money import share
from pinwheel.rules.outcomes import NO_OUTCOME
from pinwheel.rules.reasons import (
    CAPTURE,
    JOIN_REWARD,
    LEADER_REWARD,
    REFUND,
    REFUND_EXTERNAL,
    RELEASED_CASH,
    RELEASED_CREDIT,
    REWARD,
)
from pinwheel.rules.settle import postings_at_most
from settling import EACH_JOIN, GRANT, LEADER, RELEASE, settle, tables_with


def kept(outcome) -> int:
    """Captured payments less all cash paid out: what a scenario calls `kept`."""
    paid_out = sum(outcome.total(why) for why in (REWARD, JOIN_REWARD, LEADER_REWARD, RELEASED_CASH))
    return outcome.total(CAPTURE) - paid_out


def test_g1_keeps_two_hundred():
    tables = compile_plan(playbook("ninety-nine-of-a-hundred"))
    came = settle(tables, 9_900, list(range(100)))
    assert Counter(came.outcomes) == {0: 3, 1: 97}
    assert came.total(CAPTURE) == 29_700
    assert came.total(REWARD) == 9_700
    assert came.total(REFUND) == 97 * 9_900
    assert kept(came) == 20_000


def test_g3_gives_back_a_thousand_coins_and_twelve():
    tables = compile_plan(playbook("thousand-of-a-hundred"))
    came = settle(tables, 100_000, list(range(99, -1, -1)))
    assert [row for row, outcome in enumerate(came.outcomes) if outcome == 0] == [98, 99]
    assert came.of_row(0) == [
        (REFUND, CASH, 100_000),
        (REWARD, SHOPPING_COINS, 10_000),
        (REWARD, CASH, 1_200),
    ]
    assert came.of_row(99) == [(CAPTURE, CASH, 100_000)]
    assert kept(came) == 200_000 - 98 * 1_200


def test_leader_five_keeps_eighty_and_the_leader_never_wins():
    tables = compile_plan(playbook("leader-five"))
    came = settle(tables, 10_000, [0, 2, 1, 3, 4], leader_rows=[0])
    assert came.outcomes == [1, 1, 0, 1, 1]
    assert came.bars == [1, 0, 0, 0, 0]
    assert kept(came) == 8_000


def test_an_ordinary_group_keeps_everything_and_gives_goods():
    tables = compile_plan(playbook("ordinary-group"))
    came = settle(tables, 5_900, [0, 0, 0])
    assert came.postings == [(row, CAPTURE, CASH, 5_900) for row in range(3)]


def test_a_dissolved_group_refunds_by_route_and_pays_nothing():
    tables = tables_with(
        size=3,
        class_counts=[2, 1],
        class_keeps=[1, 0],
        gives=[(0, GRANT, CASH, 100, 0), (EACH_JOIN, RELEASE, 0, 100, 0)],
        newcomer_in_front=1,
        first_join_of_day_in_front=1,
        dissolve=1,
    )
    came = settle(tables, 700, [0, 1, 2], flags=[1, 2, 0], external=[0, 1, 0], credit=[500] * 3)
    assert came.outcomes == [NO_OUTCOME] * 3
    assert came.postings == [(0, REFUND, 0, 700), (1, REFUND_EXTERNAL, 0, 700), (2, REFUND, 0, 700)]
    assert came.credit == [500] * 3


def test_n1_the_first_win_grants_credit_and_releases_nothing_then_twenty_joins_return_it():
    tables = compile_plan(playbook("national-group-buy"))
    came = settle(tables, 10_000, list(range(10)))
    assert came.total(RELEASED_CASH) == 0
    assert came.credit[0] == 10_000
    credit = 10_000
    for _ in range(20):
        lost = settle(tables, 10_000, [1, 2, 3, 0, 4, 5, 6, 7, 8, 9], credit=[credit] + [0] * 9)
        credit = lost.credit[0]
    assert credit == 0
    empty = settle(tables, 10_000, [1, 2, 3, 0, 4, 5, 6, 7, 8, 9])
    assert empty.total(RELEASED_CASH) == 0


def test_n2_a_release_never_exceeds_the_credit_held():
    """1000.00 at 5% releases 50.00 at a time; with 30.00 of credit left it releases 30.00."""
    tables = compile_plan(playbook("national-group-buy"))
    came = settle(tables, 100_000, [1, 2, 3, 0, 4, 5, 6, 7, 8, 9], credit=[3_000, 0, 9_000] + [0] * 7)
    assert (RELEASED_CREDIT, SHOPPING_CREDIT, 3_000) in came.of_row(0)
    assert (RELEASED_CASH, CASH, 3_000) in came.of_row(0)
    assert (RELEASED_CASH, CASH, 5_000) in came.of_row(2)
    assert came.credit[0] == 0
    assert came.credit[2] == 9_000 - 5_000 + 100_000  # released before the win's grant


def test_a_member_with_two_seats_releases_from_one_balance():
    tables = tables_with(size=2, gives=[(0, RELEASE, 0, 60, 0), (0, GRANT, SHOPPING_CREDIT, 500, 0)])
    came = settle(tables, 1_000, [0, 1], holders=[0, 0], credit=[100])
    assert [amount for _, why, _, amount in came.postings if why == RELEASED_CASH] == [60, 40]
    assert came.credit == [1_000]


def test_the_next_group_of_a_batch_may_release_what_the_one_before_granted():
    tables = tables_with(
        size=1,
        gives=[(0, RELEASE, 0, 60, 0), (0, GRANT, SHOPPING_CREDIT, 100, 0)],
        class_counts=[1],
    )
    came = settle(tables, 1_000, [0, 0], holders=[0, 0], credit=[0])
    assert [posting for posting in came.postings if posting[1] == RELEASED_CASH] == [
        (1, RELEASED_CASH, 0, 60)
    ]


def test_gives_come_in_their_fixed_order_whatever_the_order_in_the_plan():
    gives = [
        (LEADER, GRANT, CASH, 1, 0),
        (0, GRANT, CASH, 2, 0),
        (EACH_JOIN, GRANT, CASH, 3, 0),
        (0, RELEASE, 0, 4, 0),
    ]
    came = settle(tables_with(size=2, gives=gives), 50, [0, 1], leader_rows=[1], credit=[9, 9])
    assert [(row, why) for row, why, _, _ in came.postings] == [
        (0, CAPTURE), (1, CAPTURE),
        (0, RELEASED_CREDIT), (0, RELEASED_CASH), (1, RELEASED_CREDIT), (1, RELEASED_CASH),
        (0, REWARD), (0, JOIN_REWARD),
        (1, REWARD), (1, JOIN_REWARD), (1, LEADER_REWARD),
    ]  # fmt: skip


@st.composite
def plans(draw):
    """Any tables, the groups that filled, and what their holders have."""
    size = draw(st.integers(1, 8))
    cuts = sorted(draw(st.lists(st.integers(0, size), max_size=3))) if size > 1 else []
    counts = [high - low for low, high in zip([0, *cuts], [*cuts, size], strict=True)]
    scopes = st.sampled_from([*range(len(counts)), EACH_JOIN, LEADER])
    kinds = st.sampled_from([GRANT, GRANT, RELEASE])
    sizes = st.one_of(
        st.tuples(st.integers(0, 10_000), st.just(0)), st.tuples(st.just(0), st.integers(0, 2_000_000))
    )
    gives = [
        (draw(scopes), draw(kinds), draw(st.integers(0, len(ASSETS) - 1)), *draw(sizes))
        for _ in range(draw(st.integers(0, 6)))
    ]
    keeps = [draw(st.integers(0, 1)) for _ in counts]
    switches = ("first_join_of_day_in_front", "newcomer_in_front", "leader_may_win", "dissolve")
    tables = tables_with(
        size=size,
        class_counts=counts,
        class_keeps=keeps,
        gives=gives,
        **{name: draw(st.integers(0, 1)) for name in switches},
    )
    groups = draw(st.integers(1, 4))
    rows = groups * size
    holders = draw(st.lists(st.integers(0, 5), min_size=rows, max_size=rows))
    return tables, {
        "price": draw(st.integers(1, 999_999)),
        "drawn": [seat for _ in range(groups) for seat in draw(st.permutations(range(size)))],
        "holders": holders,
        "flags": draw(st.lists(st.integers(0, 3), min_size=rows, max_size=rows)),
        "external": draw(st.lists(st.integers(0, 1), min_size=rows, max_size=rows)),
        "leader_rows": [
            draw(st.sampled_from([-1, *range(group * size, (group + 1) * size)])) for group in range(groups)
        ],
        "credit": draw(st.lists(st.integers(0, 20_000), min_size=6, max_size=6)),
    }


def settle_plan(plan, **how):
    tables, facts = plan
    return settle(tables, facts["price"], **{k: v for k, v in facts.items() if k != "price"}, **how)


@given(plans())
def test_conservation(plan):
    """Every payment is kept or goes back, once; credit released is cash paid; nothing is negative."""
    tables, facts = plan
    came = settle_plan(plan)
    paid = Counter()
    moved = defaultdict(Counter)
    for row, why, asset, amount in came.postings:
        assert amount > 0 and 0 <= asset < len(ASSETS) and why in reasons.PARTIES
        if why in (CAPTURE, REFUND, REFUND_EXTERNAL):
            assert (asset, amount) == (CASH, facts["price"])
            paid[row] += 1
        moved[row][why] += amount
    assert paid == Counter(range(len(facts["drawn"])))
    for row, outcome in enumerate(came.outcomes):
        is_kept = outcome != NO_OUTCOME and tables.class_keeps[outcome]
        route = REFUND_EXTERNAL if facts["external"][row] else REFUND
        assert moved[row][CAPTURE if is_kept else route] == facts["price"]
        assert moved[row][RELEASED_CREDIT] == moved[row][RELEASED_CASH]
    assert len(came.postings) <= postings_at_most(tables, len(facts["leader_rows"]))


@given(plans())
def test_credit_is_what_was_held_less_released_plus_granted_and_never_negative(plan):
    """And within each group every release is out of what was held before the group's grants."""
    tables, facts = plan
    came = settle_plan(plan)
    held = list(facts["credit"])
    for group in range(len(facts["leader_rows"])):
        rows = range(group * tables.size, (group + 1) * tables.size)
        postings = [posting for posting in came.postings if posting[0] in rows]
        for row, why, _, amount in postings:
            if why == RELEASED_CREDIT:
                held[facts["holders"][row]] -= amount
        assert min(held) >= 0
        for row, why, asset, amount in postings:
            if asset == SHOPPING_CREDIT and why in (REWARD, JOIN_REWARD, LEADER_REWARD):
                held[facts["holders"][row]] += amount
    assert came.credit == held


def grants_of(tables):
    """Each grant with its scope."""
    scopes = [*range(len(tables.class_counts)), EACH_JOIN, LEADER]
    _, assets, fixed, ppm, _ = (column.tolist() for column in tables.grants)
    for scope, (start, end) in zip(scopes, itertools.pairwise(tables.grants.starts.tolist()), strict=True):
        for index in range(start, end):
            yield scope, (assets[index], fixed[index], ppm[index])


@given(plans())
def test_grants_are_those_of_the_seats_class_each_join_and_the_leader(plan):
    tables, facts = plan
    came = settle_plan(plan)
    expected = Counter()
    why_of = {EACH_JOIN: JOIN_REWARD, LEADER: LEADER_REWARD}
    for row, outcome in enumerate(came.outcomes):
        for scope, (asset, fixed, ppm) in grants_of(tables):
            is_leader = facts["leader_rows"][row // tables.size] == row
            due = scope in (outcome, EACH_JOIN) or (scope == LEADER and is_leader)
            if outcome != NO_OUTCOME and due:
                expected[row, why_of.get(scope, REWARD), asset] += fixed + share(facts["price"], ppm)
    granted = Counter()
    for row, why, asset, amount in came.postings:
        if why in (REWARD, JOIN_REWARD, LEADER_REWARD):
            granted[row, why, asset] += amount
    assert granted == Counter({key: amount for key, amount in expected.items() if amount})


@given(plans())
def test_lists_and_arrays_give_the_same(plan):
    assert settle_plan(plan) == settle_plan(plan, as_arrays=True)


@pytest.mark.parametrize("name", ["national-group-buy", "draw-on-fill", "friends-bill"])
def test_shipped_playbooks_move_each_payment_once(name):
    plan = playbook(name)
    came = settle(compile_plan(plan), plan.offer.price, list(range(plan.group.size)))
    moved = Counter(row for row, why, _, _ in came.postings if why in (CAPTURE, REFUND))
    assert moved == Counter(range(plan.group.size))


def test_every_reason_of_a_settlement_moves_between_a_member_or_held_money_and_the_platform():
    """Value never moves from member to member: the ledger refuses it."""
    assert all(
        (source, target) != (reasons.MEMBER, reasons.MEMBER) for source, target in reasons.PARTIES.values()
    )
    assert all(source != target for source, target in reasons.PARTIES.values())
    assert set(reasons.PARTIES) <= set(reasons.REASONS)
