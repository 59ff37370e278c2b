"""Two plans field by field, in the words of the plan file, and their figures side by side."""

import pytest
from plan_documents import DRAWN, plan_with

from pinwheel.plan.compare import Difference, differences, figures_side_by_side
from pinwheel.plan.load import playbook, playbook_names, playbook_text

NATIONAL = playbook("national-group-buy")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ("{}", []),
        ("{offer.price: 89.50}", [("offer.price", "100.00", "89.50")]),
        ("{offer.payment_fee: 0.6%}", [("offer.payment_fee", "0%", "0.6%")]),
        ("{title.zh: 大团}", [("title.zh", "小团", "大团")]),
        ("{budget: 347.00}", [("budget", "", "347.00")]),
        ("{group.fill_within: 30m}", [("group.fill_within", "24h", "30m")]),
        ("{group: {size: 10, seating: leader, leader: {may_win: false}}}", None),
        ("{outcomes.0.count: 4}", [("outcomes[0].count", "3", "4")]),
        ("{outcomes.1.gives: [{cash: 6%}]}", [("outcomes[1].gives[0]", "cash: 5%", "cash: 6%")]),
        ("{outcomes.1.gives: [{cash: 2.00}]}", [("outcomes[1].gives[0]", "cash: 5%", "cash: 2.00")]),
        (
            "{outcomes.1.gives: [{consumer_points: 1.00}, {cash: 5%}]}",
            [("outcomes[1].gives[0]", "", "consumer_points: 1.00")],
        ),
        ("{outcomes.1.gives: []}", [("outcomes[1].gives", "[cash: 5%]", "")]),
        (
            "{outcomes.0.gives: [{goods: {choose_from: 3, or_voucher: 50%}}]}",
            [
                (
                    "outcomes[0].gives[0]",
                    "goods: ordered",
                    "goods: {choose_from: 3, or_voucher: 50%, choose_within: 7d}",
                )
            ],
        ),
        ('{hours: ["10:00-12:00"]}', [("hours", "", "[10:00-12:00]")]),
        ("{limits.joins_per_day: 20}", [("limits.joins_per_day", "", "20")]),
        ("{draw.seat_rules: []}", [("draw.seat_rules", "[first_join_of_day_in_front]", "")]),
        (
            "{draw.seat_rules: [first_join_of_day_in_front, newcomer_in_front]}",
            [("draw.seat_rules[1]", "", "newcomer_in_front")],
        ),
        (
            "{credit: {static_release: 3‱}}",
            [("credit", "", "{static_release: 0.03%, accelerated_release: 0%}")],
        ),
    ],
)
def test_a_change_is_told_at_its_place(changes: str, found: list[tuple[str, str, str]] | None) -> None:
    told = differences(plan_with(), plan_with(changes))
    if found is None:
        assert [one.path for one in told] == ["group.seating", "group.leader.may_win"]
        assert (told[1].before, told[1].after) == ("true", "false")
    else:
        assert told == [Difference(*one) for one in found]


@pytest.mark.parametrize(
    ("changes", "path", "before", "after"),
    [
        ("{dividends.daily.per_win: 3%}", "dividends.daily.per_win", "2.00", "3%"),
        (
            "{dividends.monthly: {in_and_out: 1-4, in_only: 5-24, step: 100}}",
            "dividends.monthly.in_and_out",
            "1-5",
            "1-4",
        ),
        ("{outcomes.0.title: {zh: 头奖, en: First}}", "outcomes[0].title.zh", "中奖", "头奖"),
    ],
)
def test_spans_rates_and_titles_are_as_written(changes: str, path: str, before: str, after: str) -> None:
    told = differences(NATIONAL, plan_with(changes, playbook_text("national-group-buy")))
    assert told[0] == Difference(path, before, after)


def test_outcomes_in_another_order_are_told_whole() -> None:
    three = (
        "{group.size: 12, outcomes: [{name: a, count: 1, payment: keep, gives: [{goods: ordered}]}, "
        "{name: b, count: 1, payment: keep, gives: [{goods: ordered}]}, "
        "{name: other, count: rest, payment: refund}]}"
    )
    turned = three.replace("name: a", "name: x").replace("name: b", "name: a").replace("name: x", "name: b")
    [told] = differences(plan_with(three), plan_with(turned))
    assert told.path == "outcomes"
    assert told.before.index("name: a") < told.before.index("name: b")
    assert told.after.index("name: a") > told.after.index("name: b")


@pytest.mark.parametrize("name", playbook_names())
def test_any_two_plans_can_be_compared(name: str) -> None:
    told = differences(NATIONAL, playbook(name))
    assert bool(told) == (name != "national-group-buy")
    assert all(one.path and one.before != one.after for one in told)
    back = {(one.after, one.before) for one in differences(playbook(name), NATIONAL)}
    assert {(one.before, one.after) for one in told} == back


@pytest.mark.parametrize(("language", "captured"), [("zh", "收取的款项"), ("en", "payments captured")])
def test_figures_stand_side_by_side(language: str, captured: str) -> None:
    rows = {row.name: row for row in figures_side_by_side(NATIONAL, playbook("ordinary-group"), language)}
    assert rows[captured].before == ("300.00", "300.00")
    assert rows[captured].after == ("177.00", "177.00")
    assert any(row.after == ("–", "–") for row in rows.values())  # an ordinary group gives no cash
    dearer = figures_side_by_side(plan_with(text=DRAWN), plan_with("{offer.price: 200.00}"), "en")
    assert dearer[0].after == ("600.00", "600.00")
