"""Each refusal with its path, what was found, and what is allowed; in both languages, without jargon."""

import pytest
from plan_documents import DRAWN, plan_with, problems_with

from pinwheel.plan.canonical import canonical_text, from_canonical
from pinwheel.plan.load import load_plan
from pinwheel.plan.model import VALUE_WITHIN, awaits_value, value_within
from pinwheel.plan.refusal import NOT_AVAILABLE_YET, PLAN_INVALID, PlanRefused

JARGON = ("Input", "input", "valid ", "type=", "pydantic", "dictionary", "tuple", "instance", "Extra", "None")


@pytest.mark.parametrize(
    ("changes", "path", "found", "allowed"),
    [
        ("{plan: Small_Draw}", "plan", '"Small_Draw"', "small letters"),
        ("{plan: 2026}", "plan", "2026", "small letters"),
        ("{plan: null}", "plan", "", "the plan's id"),
        ("{title: 拼团}", "title", '"拼团"', "zh, en"),
        ("{title: {zh: 拼团}}", "title.en", "", "text in English"),
        ("{title: {zh: '', en: x}}", "title.zh", '""', "1 to 80"),
        ('{title: {zh: "a\\u202eb", en: x}}', "title.zh", '"a\\u202eb"', "1 to 80"),
        ("{about: {zh: x}}", "about.en", "", "text in English"),
        ("{offer: null}", "offer", "", "price"),
        ("{offer.price: null}", "offer.price", "", "99.00"),
        ("{offer.price: 0}", "offer.price", "0", "0.01 to 9999999.99"),
        ("{offer.price: 10000000.00}", "offer.price", "10000000.00", "0.01 to 9999999.99"),
        ("{offer.price: -1.00}", "offer.price", "-1.00", "two decimals"),
        ("{offer.price: 1.001}", "offer.price", "1.001", "two decimals"),
        ("{offer.price: 1e3}", "offer.price", '"1e3"', "two decimals"),
        ("{offer.price: true}", "offer.price", "true", "two decimals"),
        ("{offer.price: [100]}", "offer.price", "[100]", "two decimals"),
        ("{offer.goods_cost: x}", "offer.goods_cost", '"x"', "two decimals"),
        ("{offer.payment_fee: 0.006}", "offer.payment_fee", "0.006", "ends in %"),
        ("{offer.payment_fee: 101%}", "offer.payment_fee", '"101%"', "0% to 100%"),
        ("{offer.cost: 3}", "offer.cost", '"cost"', "price, goods_cost, payment_fee"),
        ("{budget: -1}", "budget", "-1", "two decimals"),
        ("{budget: 1.999}", "budget", "1.999", "two decimals"),
        ("{budget: 10000000000000.01}", "budget", "10000000000000.01", "0.00 to 10000000000000.00"),
        ("{group: 10}", "group", "10", "size, tiers, seating"),
        ("{group.size: 0}", "group.size", "0", "1 to 10000"),
        ("{group.size: 10001}", "group.size", "10001", "1 to 10000"),
        ("{group.size: 10.0}", "group.size", "10.0", "1 to 10000"),
        ("{group.size: true}", "group.size", "true", "1 to 10000"),
        ("{group.size: 1, outcomes.0.count: 1}", "group.size", "1", "2 or more"),
        ("{group.seating: round}", "group.seating", '"round"', "queue or leader or either"),
        ("{group.fill_within: 24}", "group.fill_within", "24", "30m, 24h or 7d"),
        ("{group.fill_within: 91d}", "group.fill_within", '"91d"', "1m to 90d"),
        ("{group.late_payment: keep}", "group.late_payment", '"keep"', "refund or next_group"),
        ("{group.leader: {may_win: false}}", "group.leader.may_win", "false", "leader or either"),
        ("{group.leader: {gives: [{cash: 1.00}]}}", "group.leader.gives", "1 gives", "leader or either"),
        ("{group.leader: {may_win: no}}", "group.leader.may_win", '"no"', "true or false"),
        ("{limits.joins_per_day: 0}", "limits.joins_per_day", "0", "1 to"),
        ("{limits.joins_a_day: 3}", "limits.joins_a_day", '"joins_a_day"', "joins_per_day"),
        ('{hours: "10:00-12:00"}', "hours", '"10:00-12:00"', "a list"),
        ("{hours: [10:30]}", "hours[0]", '"10:30"', "24:00"),
        ('{hours: ["12:00-10:00"]}', "hours[0]", '"12:00-10:00"', "24:00"),
        ('{hours: ["11:00-13:00", "10:00-12:00"]}', "hours", '"10:00-12:00" / "11:00-13:00"', "overlap"),
        ("{draw: null}", "draw", "", "a draw section"),
        ("{draw.when: later}", "draw.when", '"later"', "on_fill"),
        ("{draw.conflict: stop}", "draw.conflict", '"stop"', "dissolve or draw_anyway"),
        (
            "{draw.seat_rules: first_join_of_day_in_front}",
            "draw.seat_rules",
            '"first_join_of_day_in_front"',
            "a list",
        ),
        ("{draw.seat_rules: [never]}", "draw.seat_rules[0]", '"never"', "newcomer_in_front"),
        (
            "{draw.seat_rules: [newcomer_in_front, newcomer_in_front]}",
            "draw.seat_rules[1]",
            '"newcomer_in_front"',
            "each rule once",
        ),
        ("{outcomes: []}", "outcomes", "[]", "outcome classes"),
        ("{outcomes: {winner: 3}}", "outcomes", "{winner: 3}", "a list"),
        ("{outcomes.0: 3}", "outcomes[0]", "3", "name, title, count"),
        ("{outcomes.0.name: Prize 1}", "outcomes[0].name", '"Prize 1"', "small letters"),
        ("{outcomes.1.name: winner}", "outcomes[1].name", '"winner"', "its own for each"),
        ("{outcomes.0.count: 11}", "outcomes[0].count", "11", "at most 10"),
        ("{outcomes.0.count: 0}", "outcomes[0].count", "0", "from 1 on"),
        ("{outcomes.0.count: -3}", "outcomes[0].count", "-3", "from 1 on"),
        ("{outcomes.0.count: 2.5}", "outcomes[0].count", "2.5", "from 1 on"),
        ("{outcomes.0.count: '3'}", "outcomes[0].count", '"3"', "from 1 on"),
        ("{outcomes.0.count: 3%}", "outcomes[0].count", '"3%"', "whole number of seats"),
        ("{outcomes.0.count: 35%}", "outcomes[0].count", '"35%"', "whole number of seats"),
        ("{outcomes.0.count: 110%}", "outcomes[0].count", '"110%"', "whole number of seats"),
        ("{outcomes.0.count: 0%}", "outcomes[0].count", '"0%"', "whole number of seats"),
        ("{outcomes.0.count: rest}", "outcomes[0].count", "rest", "last class only"),
        ("{outcomes.1.count: 7}", "outcomes[1].count", "7", "rest"),
        ("{outcomes.0.count: null}", "outcomes[0].count", "", "from 1 on"),
        ("{outcomes.0.payment: null}", "outcomes[0].payment", "", "keep or refund"),
        ("{outcomes.0.payment: capture}", "outcomes[0].payment", '"capture"', "keep or refund"),
        ("{outcomes.0.gives: {cash: 5%}}", "outcomes[0].gives", '{cash: "5%"}', "a list"),
        ("{outcomes.0.gives: [cash]}", "outcomes[0].gives[0]", '"cash"', "one key"),
        ("{outcomes.0.gives: [{cash: 1.00, goods: ordered}]}", "outcomes[0].gives[0]", None, "one key"),
        ("{outcomes.0.gives: [{money: 1.00}]}", "outcomes[0].gives[0]", '"money"', "shopping_credit"),
        ("{outcomes.0.gives: [{cash: -5%}]}", "outcomes[0].gives[0].cash", '"-5%"', "or a rate"),
        ("{outcomes.0.gives: [{cash: -0.01}]}", "outcomes[0].gives[0].cash", "-0.01", "or a rate"),
        ("{outcomes.0.gives: [{cash: 33.33333%}]}", "outcomes[0].gives[0].cash", '"33.33333%"', "or a rate"),
        ("{outcomes.0.gives: [{cash: 1001%}]}", "outcomes[0].gives[0].cash", '"1001%"', "1000%"),
        ("{outcomes.0.gives: [{cash: 10000000}]}", "outcomes[0].gives[0].cash", "10000000", "9999999.99"),
        ("{outcomes.0.gives: [{cash: null}]}", "outcomes[0].gives[0].cash", "", "or a rate"),
        ("{outcomes.0.gives: [{goods: free}]}", "outcomes[0].gives[0].goods", '"free"', "ordered"),
        (
            "{outcomes.0.gives: [{goods: ordered}, {cash: 1}, {goods: ordered}]}",
            "outcomes[0].gives[2].goods",
            "ordered",
            "once",
        ),
        ("{each_join: {cash: 1}}", "each_join", "{cash: 1}", "a list"),
        ("{prize: 3}", "prize", '"prize"', "plan, title, about, offer"),
    ],
)
def test_one_wrong_field(changes: str, path: str, found: str | None, allowed: str) -> None:
    problems = problems_with(changes)
    assert [problem.path for problem in problems] == [path]
    [problem] = problems
    assert found is None or problem.found == found
    assert allowed in problem.allowed_en
    assert problem.code == PLAN_INVALID
    assert (
        any("\u4e00" <= one <= "\u9fff" for one in problem.allowed_zh)
        or problem.allowed_zh in problem.allowed_en
    )
    assert not any(word in problem.sentence("en") for word in JARGON)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ("{each_join: [{goods: ordered}]}", "each_join[0].goods"),
        ("{group.seating: leader, group.leader: {gives: [{goods: ordered}]}}", "group.leader.gives[0].goods"),
        ("{each_join: [{goods: {choose_from: 3}}]}", "each_join[0].goods"),
        ("{referral: {generations: {base: price, rates: [6%]}}}", "referral.generations"),
        ("{referral: {filling_reward: 2.00}}", "referral.filling_reward"),
        ("{referral: {team: {base: price}}}", "referral.team"),
        ("{referral: {region: {base: price}}}", "referral.region"),
        ("{referral: {leaders_dividend: {monthly: 1%}}}", "referral.leaders_dividend"),
        ("{referral: {freeze: 7d}}", "referral.freeze"),
        ("{purchase: {cycle: [10%, 20%, 70%]}}", "purchase"),
        ("{caps: {payout_per_order: 40%}}", "caps"),
    ],
)
def test_later_sections_are_told_from_unknown_keys(changes: str, path: str) -> None:
    [problem] = problems_with(changes)
    assert (problem.path, problem.code) == (path, NOT_AVAILABLE_YET)
    assert "尚未开放" in problem.allowed_zh
    with pytest.raises(PlanRefused) as caught:
        plan_with(changes)
    assert caught.value.code == NOT_AVAILABLE_YET


EVENT = "draw.public_event: {zh: 当晚福彩3D, en: the 3D lottery of that evening}"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ("{draw.public_value: bitcoin}", "draw.public_value"),
        ("{draw.public_value: public_number}", "draw.public_event"),
        ("{draw.public_value: drand, draw.when: on_close}", "draw.public_value"),
        ("{draw.public_value: public_number, draw.when: on_close, " + EVENT + "}", "draw.public_value"),
        ("{draw.public_value: drand, " + EVENT + "}", "draw.public_event"),
        ("{" + EVENT + "}", "draw.public_event"),
        ("{draw.public_value_within: 48h}", "draw.public_value_within"),
        ("{draw.public_value: drand, draw.public_value_within: 10s}", "draw.public_value_within"),
        ("{draw.public_value: drand, draw.public_value_within: 100d}", "draw.public_value_within"),
        ("{draw.public_value: public_number, draw.public_event: {zh: 福彩}}", "draw.public_event.en"),
    ],
)
def test_a_public_value_is_told_whole_and_of_a_groups_own_draw(changes: str, path: str) -> None:
    [problem] = problems_with(changes)
    assert (problem.path, problem.code) == (path, PLAN_INVALID)


def test_a_plan_with_a_public_value_is_read_and_its_limit_has_a_default() -> None:
    plan = plan_with("{draw.public_value: public_number, draw.public_value_within: 30h, " + EVENT + "}")
    assert awaits_value(plan) and value_within(plan) == 30 * 3600
    assert value_within(plan_with("{draw.public_value: drand}")) == VALUE_WITHIN == 48 * 3600
    assert not awaits_value(plan_with("{}"))
    assert from_canonical(canonical_text(plan)) == plan
    assert "public_event" not in canonical_text(plan_with("{draw.public_value: drand}"))


def test_what_is_null_is_off() -> None:
    text = DRAWN + "\n".join(
        f"{name}: null"
        for name in ("credit", "promoter", "dividends", "referral", "purchase", "caps", "budget")
    )
    text += "\nlimits: null\nhours: null\neach_join: null\nabout: null\n"
    assert load_plan(text) == load_plan(DRAWN)
    for section in ("dividends: {daily: null, monthly: null}", "referral: {release_to_sponsor: null}"):
        assert plan_with("{" + section + "}") == plan_with("{" + section.split(":")[0] + ": {}}")
    assert plan_with("{group: {size: 10, tiers: null, leader: null, fill_within: null}}") == load_plan(DRAWN)


def test_an_unknown_key_with_null_is_still_unknown() -> None:
    with pytest.raises(PlanRefused, match="limit: found"):
        load_plan(DRAWN + "limit: null\n")


def test_all_problems_are_told_at_once_in_the_order_of_the_plan() -> None:
    text = """
plan: Bad Id
group: {size: 10, seating: queue, leader: {may_win: false}}
draw: {conflict: maybe, public_value: tomorrow}
hours: ["10:00-12:00", "11:00-12:00"]
outcomes:
  - {name: winner, count: 11, payment: keep}
  - {name: winner, count: rest, payment: refund}
extra: 1
"""
    with pytest.raises(PlanRefused) as caught:
        load_plan(text)
    assert [problem.path for problem in caught.value.problems] == [
        "plan",
        "offer",
        "group.leader.may_win",
        "hours",
        "draw.public_value",
        "draw.conflict",
        "outcomes[1].name",
        "outcomes[0].count",
        "extra",
    ]
    assert caught.value.code == PLAN_INVALID
    assert str(caught.value).count("\n") == caught.value.in_chinese().count("\n") == 8


def test_a_leader_barred_from_the_only_seats_can_never_settle() -> None:
    changes = "{group: {size: 3, seating: leader, leader: {may_win: false}}}"
    [problem] = problems_with(changes)
    assert (problem.path, problem.found) == ("draw.conflict", "dissolve")
    assert plan_with(changes[:-1] + ", draw.conflict: draw_anyway}").group.size == 3


def test_prizes_of_several_classes_are_added_up() -> None:
    second = "{name: second, count: 4, payment: keep}"
    rest = "{name: other, count: rest, payment: refund}"
    changes = f"{{outcomes: [{{name: first, count: 7, payment: keep}}, {second}, {rest}]}}"
    [problem] = problems_with(changes)
    assert (problem.path, problem.found) == ("outcomes[1].count", "4")
    assert problem.allowed_en.startswith("at most 3,")
    assert len(plan_with(changes.replace("count: 4", "count: 3")).outcomes) == 3


def test_one_sentence_in_each_language() -> None:
    [problem] = problems_with("{outcomes.0.count: 11}")
    assert problem.sentence("en") == (
        "outcomes[0].count: found 11; allowed: at most 10, as the group has 10 seats in all"
    )
    assert problem.sentence("zh") == "outcomes[0].count：填写的是 11；允许：最多 10，因为一个团共有 10 个席位"
