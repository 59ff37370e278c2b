"""The playbooks that ship: valid, named as their files, and with the values the scenarios rely on."""

import pytest

from pinwheel.plan.amounts import format_rate
from pinwheel.plan.canonical import plan_hash
from pinwheel.plan.changes import apply_changes
from pinwheel.plan.compile import compile_plan
from pinwheel.plan.load import playbook, playbook_names, playbook_text
from pinwheel.plan.model import Plan
from pinwheel.plan.reading import read_plan
from pinwheel.plan.refusal import PlanRefused
from pinwheel.plan.yaml_exact import load_yaml

SHIPPED = [
    "draw-on-close",
    "draw-on-fill",
    "flash-group",
    "friends-bill",
    "gift-group",
    "ladder-group",
    "leader-five",
    "national-group-buy",
    "ninety-nine-of-a-hundred",
    "ordinary-group",
    "presale-group",
    "thousand-of-a-hundred",
]

ONE_OF_TWO = "dividends: null, group.size: 2, outcomes.0.count: 1"
IN_A_ROW = "{after_wins_in_a_row: {wins: 1, sit_out: 2}}"

# `plan:` and `with:` of the scenarios whose rules exist.
SCENARIOS = [
    (
        "national-group-buy",  # seats-in-front
        "{dividends: null, draw.seat_rules: [first_join_of_day_in_front, newcomer_in_front]}",
    ),
    ("ninety-nine-of-a-hundred", "{}"),
    ("leader-five", "{referral: null}"),
    ("national-group-buy", "{dividends: null}"),  # expiry
    (
        "national-group-buy",  # hours-and-limits
        '{dividends: null, hours: ["10:00-12:00"], limits: {joins_per_day: 2}, group.size: 2, '
        "outcomes.0.count: 1, draw.seat_rules: []}",
    ),
    ("leader-five", "{referral: null, group.late_payment: refund}"),  # paid-from-outside
    (
        "national-group-buy",  # cap-in-a-window
        f"{{{ONE_OF_TWO}, draw.seat_rules: [{{at_most: {{wins: 2, of_joins: 5}}}}]}}",
    ),
    ("national-group-buy", f"{{{ONE_OF_TWO}, draw.seat_rules: [{IN_A_ROW}], draw.conflict: dissolve}}"),
    ("national-group-buy", f"{{{ONE_OF_TWO}, draw.seat_rules: [{IN_A_ROW}], draw.conflict: draw_anyway}}"),
    (
        "national-group-buy",  # credit-release
        "{dividends: null, draw.seat_rules: [], group.size: 2, outcomes.0.count: 1, "
        "credit: {static_release: 3‱, accelerated_release: 10‱}}",
    ),
    (
        "national-group-buy",  # daily-dividend
        "{draw.seat_rules: [], credit: null, group.size: 3, outcomes.0.count: 2, dividends.daily.per_win: "
        "0.55}",
    ),
    ("national-group-buy", "{}"),  # dividend-pool
    ("national-group-buy", f"{{{ONE_OF_TWO}, draw.seat_rules: []}}"),  # promoter-days
]


def changed(name: str, changes: str) -> Plan:
    wanted = load_yaml(changes)
    assert isinstance(wanted, dict)
    return read_plan(apply_changes(load_yaml(playbook_text(name)), wanted))


def test_the_playbooks_that_ship() -> None:
    assert set(SHIPPED) <= set(playbook_names())


@pytest.mark.parametrize("name", playbook_names())
def test_a_playbook_is_complete(name: str) -> None:
    plan = playbook(name)
    assert plan.plan == name
    assert plan.about is not None
    assert any("\u4e00" <= one <= "\u9fff" for one in plan.title.zh)
    assert all(outcome.title.zh != outcome.name for outcome in plan.outcomes)
    assert compile_plan(plan).class_counts.sum() == plan.group.size
    comments = [line for line in playbook_text(name).splitlines() if "#" in line]
    assert len(comments) >= 5
    assert "/" in "".join(comments)


@pytest.mark.parametrize(("name", "changes"), SCENARIOS)
def test_the_scenarios_find_the_plans_they_change(name: str, changes: str) -> None:
    plan = changed(name, changes)
    assert compile_plan(plan).size == plan.group.size


def test_hours_and_limits_replaces_what_it_names() -> None:
    plan = changed(*SCENARIOS[4])
    assert (plan.limits.joins_per_day, plan.limits.seats_per_group, plan.group.size) == (2, 1, 2)
    assert plan.draw is not None and plan.draw.seat_rules == ()
    assert compile_plan(plan).class_counts.tolist() == [1, 1]


def test_a_change_of_a_section_that_is_off_changes_nothing() -> None:
    whole = plan_hash(playbook("leader-five"))
    assert plan_hash(changed("leader-five", "{referral: null, credit: null, dividends: null}")) == whole
    assert plan_hash(changed("national-group-buy", "{dividends: null}")) != plan_hash(
        playbook("national-group-buy")
    )


def test_the_values_the_scenarios_rely_on() -> None:
    plan = playbook("national-group-buy")
    assert (plan.offer.price, plan.offer.goods_cost, format_rate(plan.offer.payment_fee)) == (
        100_00,
        30_00,
        "0.6%",
    )
    assert (plan.group.size, plan.group.seating, plan.group.fill_within) == (10, "queue", 86_400)
    assert (plan.group.late_payment, plan.limits.joins_per_day) == ("next_group", 20)
    assert [(give.what, give.amount.ppm) for give in plan.outcomes[1].gives] == [
        ("cash", 50_000),
        ("release_credit", 50_000),
        ("consumer_points", 1_000_000),
    ]
    assert plan.credit is None and plan.referral is None  # the scenarios count on exact balances
    five = playbook("leader-five")
    assert (five.offer.price, five.offer.goods_cost, five.group.leader.may_win) == (100_00, 20_00, False)
    hundred = playbook("ninety-nine-of-a-hundred")
    assert (hundred.offer.price, hundred.offer.goods_cost) == (99_00, 40_00)
    assert [(span.start, span.end) for span in hundred.hours] == [(600, 720)]


def test_national_group_buy_has_every_section_of_the_modes_page() -> None:
    """The shared playbook, which the scenarios rely on, in the words of the modes page, sections 3 to 7."""
    written = """
draw.seat_rules: [first_join_of_day_in_front, newcomer_in_front, {after_wins_in_a_row: {wins: 3, sit_out: 2}},
  {after_wins_in_total: {wins: 10, sit_out: 5}}, {at_most: {wins: 2, of_joins: 5}}]
draw.conflict: dissolve
outcomes.0.gives: [{goods: {choose_from: 10, or_voucher: 100%}}, {dividend_points: 100%},
  {shopping_credit: 100%}, {consumer_points: 100%}, {release_credit: 5%}, {daily_dividend_share: 100%}]
outcomes.1.gives: [{cash: 5%}, {release_credit: 5%}, {consumer_points: 100%}]
promoter: {newcomer_days: 1, day_with_join: 1}
dividends: {daily: {per_win: 2.00}, monthly: {in_and_out: 1-5, in_only: 6-24, step: 100}}
"""
    assert changed("national-group-buy", written) == playbook("national-group-buy")
    assert "available" not in playbook_text("national-group-buy")


@pytest.mark.parametrize(
    "name", ["", "nothing", "../pyproject", "leader-five.yaml", "LEADER-FIVE", "/etc/passwd"]
)
def test_other_names_are_refused_with_the_list(name: str) -> None:
    with pytest.raises(PlanRefused, match=r"one of: .*leader-five"):
        playbook(name)
