"""The sections beyond one group, read and refused: credit, promoters, dividends, sponsors, chosen goods."""

import pytest
from plan_documents import plan_with, problems_with

from pinwheel.plan.canonical import canonical_text, from_canonical
from pinwheel.plan.parts import Choice, Give
from pinwheel.plan.promises import Amount, DailyDividend, DaySpan, MonthlyDividend
from pinwheel.plan.refusal import PLAN_INVALID, PlanRefused

JARGON = ("Input", "input", "valid ", "type=", "pydantic", "dictionary", "tuple", "instance", "Extra", "None")
MONTHLY = "in_and_out: 1-5, in_only: 6-24"


def monthly(text: str) -> str:
    return f"{{dividends.monthly: {{{text}}}}}"


def goods(text: str) -> str:
    return f"{{outcomes.0.gives: [{{cash: 1}}, {{goods: {text}}}]}}"


def test_credit() -> None:
    credit = plan_with("{credit: {static_release: 3‱, accelerated_release: 10‱}}").credit
    assert credit is not None
    assert (credit.static_release, credit.accelerated_release) == (300, 1_000)
    empty = plan_with("{credit: {}}").credit
    assert empty is not None and (empty.static_release, empty.accelerated_release) == (0, 0)


def test_promoter() -> None:
    promoter = plan_with("{promoter: {newcomer_days: 1, day_with_join: 2}}").promoter
    assert promoter is not None
    assert (promoter.newcomer_days, promoter.day_with_join) == (1, 2)


def test_dividends() -> None:
    plan = plan_with("{dividends: {daily: {per_win: 2.00}, monthly: {" + MONTHLY + ", step: 50}}}")
    assert plan.dividends is not None
    assert plan.dividends.daily == DailyDividend(per_win=Amount(fixed=200))
    assert plan.dividends.monthly == MonthlyDividend(
        in_and_out=DaySpan(first=1, last=5), in_only=DaySpan(first=6, last=24), step=5_000
    )
    assert plan_with(monthly(MONTHLY)).dividends.monthly.step == 10_000  # type: ignore[union-attr]
    rate = plan_with("{dividends.daily.per_win: 2%}").dividends
    assert rate is not None and rate.daily == DailyDividend(per_win=Amount(ppm=20_000))
    assert rate.monthly is None


def test_release_to_sponsors() -> None:
    referral = plan_with("{referral: {release_to_sponsor: {direct: 1.00, indirect: 100%}}}").referral
    assert referral is not None and referral.release_to_sponsor is not None
    assert referral.release_to_sponsor.direct == Amount(fixed=100)
    assert referral.release_to_sponsor.indirect == Amount(ppm=1_000_000)


def test_goods_that_the_holder_chooses() -> None:
    give = plan_with(goods("{choose_from: 10, or_voucher: 100%, choose_within: 3d}")).outcomes[0].gives[1]
    choice = Choice(choose_from=10, or_voucher=1_000_000, choose_within=3 * 86_400)
    assert give == Give(what="goods", choice=choice)
    short = plan_with(goods("{choose_from: 2}")).outcomes[0].gives[1]
    assert short.choice == Choice(choose_from=2, or_voucher=None, choose_within=7 * 86_400)
    assert plan_with(goods("ordered")).outcomes[0].gives[1].choice is None


def test_a_share_of_the_daily_dividend_is_a_weight() -> None:
    plan = plan_with("{outcomes.0.gives: [{daily_dividend_share: 50%}]}")
    assert plan.outcomes[0].gives[0] == Give(what="daily_dividend_share", amount=Amount(ppm=500_000))


@pytest.mark.parametrize(
    ("changes", "path", "found", "allowed"),
    [
        ("{credit: 3%}", "credit", '"3%"', "static_release, accelerated_release"),
        ("{credit: {release: 3%}}", "credit.release", '"release"', "static_release, accelerated_release"),
        ("{credit: {static_release: 3}}", "credit.static_release", "3", "ends in %"),
        ("{credit: {static_release: 101%}}", "credit.static_release", '"101%"', "0% to 100%"),
        ("{credit: {static_release: 1/3}}", "credit.static_release", '"1/3"', "ends in %"),
        ("{credit: {accelerated_release: -1%}}", "credit.accelerated_release", '"-1%"', "ends in %"),
        ("{credit: {accelerated_release: 101%}}", "credit.accelerated_release", '"101%"', "0% to 100%"),
        ("{promoter: 1}", "promoter", "1", "newcomer_days, day_with_join"),
        ("{promoter: {days: 1}}", "promoter.days", '"days"', "newcomer_days, day_with_join"),
        ("{promoter: {newcomer_days: -1}}", "promoter.newcomer_days", "-1", "0 to 365"),
        ("{promoter: {newcomer_days: 366}}", "promoter.newcomer_days", "366", "0 to 365"),
        ("{promoter: {day_with_join: 1.5}}", "promoter.day_with_join", "1.5", "0 to 365"),
        ("{promoter: {day_with_join: true}}", "promoter.day_with_join", "true", "0 to 365"),
        ("{dividends: 2.00}", "dividends", "2.00", "daily, monthly"),
        ("{dividends: {weekly: 2}}", "dividends.weekly", '"weekly"', "daily, monthly"),
        ("{dividends: {daily: 2.00}}", "dividends.daily", "2.00", "per_win"),
        ("{dividends: {daily: {}}}", "dividends.daily.per_win", "", "or a rate"),
        ("{dividends: {daily: {per_win: -1}}}", "dividends.daily.per_win", "-1", "or a rate"),
        ("{dividends: {daily: {per_win: 1001%}}}", "dividends.daily.per_win", '"1001%"', "1000%"),
        ("{dividends: {daily: {per_win: {fixed: 3}}}}", "dividends.daily.per_win", "{fixed: 3}", "or a rate"),
        ("{dividends: {daily: {per_win: 1, x: 3}}}", "dividends.daily.x", '"x"', "per_win"),
        ("{dividends: {monthly: 1-5}}", "dividends.monthly", '"1-5"', "in_and_out, in_only, step"),
        (monthly("in_and_out: 1-5"), "dividends.monthly.in_only", "", "as 1-5"),
        (monthly("in_only: 6-24"), "dividends.monthly.in_and_out", "", "as 1-5"),
        (monthly("in_and_out: 5-1, in_only: 6-24"), "dividends.monthly.in_and_out", '"5-1"', "as 1-5"),
        (monthly("in_and_out: 5, in_only: 6-24"), "dividends.monthly.in_and_out", "5", "as 1-5"),
        (monthly("in_and_out: 2-5, in_only: 6-24"), "dividends.monthly.in_and_out", '"2-5"', "from day 1 on"),
        (
            monthly("in_and_out: 1-31, in_only: 6-24"),
            "dividends.monthly.in_and_out",
            '"1-31"',
            "up to day 26",
        ),
        (
            monthly("in_and_out: 1-27, in_only: 28-28"),
            "dividends.monthly.in_and_out",
            '"1-27"',
            "up to day 26",
        ),
        (monthly("in_and_out: 1-5, in_only: 7-24"), "dividends.monthly.in_only", '"7-24"', "from day 6 on"),
        (monthly("in_and_out: 1-5, in_only: 5-24"), "dividends.monthly.in_only", '"5-24"', "from day 6 on"),
        (monthly("in_and_out: 1-5, in_only: 6-28"), "dividends.monthly.in_only", '"6-28"', "up to day 27"),
        (monthly(MONTHLY + ", step: 0"), "dividends.monthly.step", "0", "0.01 to 9999999.99"),
        (monthly(MONTHLY + ", step: 1.001"), "dividends.monthly.step", "1.001", "two decimals"),
        (monthly(MONTHLY + ", frozen: 25-31"), "dividends.monthly.frozen", '"frozen"', "in_and_out, in_only"),
        ("{referral: 5%}", "referral", '"5%"', "release_to_sponsor"),
        ("{referral: {release: 1}}", "referral.release", '"release"', "release_to_sponsor"),
        ("{referral: {release_to_sponsor: 1.00}}", "referral.release_to_sponsor", "1.00", "direct, indirect"),
        (
            "{referral: {release_to_sponsor: {third: 1}}}",
            "referral.release_to_sponsor.third",
            '"third"',
            "direct, indirect",
        ),
        (
            "{referral: {release_to_sponsor: {direct: 101%}}}",
            "referral.release_to_sponsor.direct",
            '"101%"',
            "/ 100%",
        ),
        (
            "{referral: {release_to_sponsor: {direct: -0.01}}}",
            "referral.release_to_sponsor.direct",
            "-0.01",
            "or a rate",
        ),
        (
            "{referral: {release_to_sponsor: {indirect: 10000000}}}",
            "referral.release_to_sponsor.indirect",
            "10000000",
            "9999999.99",
        ),
        (goods("{choose_from: 0}"), "outcomes[0].gives[1].goods.choose_from", "0", "1 to 10"),
        (goods("{choose_from: 11}"), "outcomes[0].gives[1].goods.choose_from", "11", "1 to 10"),
        (goods("{choose_from: null}"), "outcomes[0].gives[1].goods.choose_from", "", "1 to 10"),
        (goods("{choose_from: 3, or_voucher: 100}"), "outcomes[0].gives[1].goods.or_voucher", "100", "in %"),
        (goods("{choose_from: 3, or_voucher: 0%}"), "outcomes[0].gives[1].goods.or_voucher", '"0%"', "1000%"),
        (
            goods("{choose_from: 3, choose_within: 91d}"),
            "outcomes[0].gives[1].goods.choose_within",
            '"91d"',
            "1m to 90d",
        ),
        (
            goods("{choose_from: 3, by: x}"),
            "outcomes[0].gives[1].goods.by",
            '"by"',
            "choose_from, or_voucher",
        ),
        (
            goods("{or_voucher: 100%}"),
            "outcomes[0].gives[1].goods",
            '{or_voucher: "100%"}',
            "choose_from: 10",
        ),
        (goods("{}"), "outcomes[0].gives[1].goods", "{}", "ordered, {choose_from"),
        ("{outcomes.0.gives: [{choice: {choose_from: 3}}]}", "outcomes[0].gives[0]", '"choice"', "goods"),
        (
            "{outcomes.0.gives: [{daily_dividend_share: 5.00}]}",
            "outcomes[0].gives[0].daily_dividend_share",
            "5.00",
            "ends in %",
        ),
        (
            "{outcomes.0.gives: [{daily_dividend_share: 1001%}]}",
            "outcomes[0].gives[0].daily_dividend_share",
            '"1001%"',
            "1000%",
        ),
        (
            "{outcomes.1.gives: [{daily_dividend_share: 100%}]}",
            "outcomes[1].gives[0].daily_dividend_share",
            "100%",
            "before the last",
        ),
        (
            "{each_join: [{cash: 1}, {daily_dividend_share: 50%}]}",
            "each_join[1].daily_dividend_share",
            "50%",
            "before the last",
        ),
        (
            "{group.seating: leader, group.leader: {gives: [{daily_dividend_share: 50%}]}}",
            "group.leader.gives[0].daily_dividend_share",
            "50%",
            "before the last",
        ),
    ],
)
def test_one_wrong_field(changes: str, path: str, found: str, allowed: str) -> None:
    [problem] = problems_with(changes)
    assert (problem.path, problem.found, problem.code) == (path, found, PLAN_INVALID)
    assert allowed in problem.allowed_en
    assert any("\u4e00" <= one <= "\u9fff" for one in problem.allowed_zh) or not problem.allowed_zh.isascii()
    assert path in problem.sentence("zh") and "允许：" in problem.sentence("zh")
    assert not any(word in problem.sentence("en") for word in JARGON)


def test_the_longest_calendar_leaves_a_day_of_every_month_frozen() -> None:
    plan = plan_with(monthly("in_and_out: 1-26, in_only: 27-27"))
    assert plan.dividends is not None and plan.dividends.monthly is not None
    assert plan.dividends.monthly.in_only.last == 27


def test_several_wrong_sections_are_told_at_once() -> None:
    changes = "{referral: {x: 1}, credit: {static_release: 3}, dividends: {daily: {}}, promoter: 1}"
    paths = [problem.path for problem in problems_with(changes)]
    assert paths == ["credit.static_release", "promoter", "dividends.daily.per_win", "referral.x"]


@pytest.mark.parametrize(
    ("changes", "old", "new", "path"),
    [
        (
            "{credit: {static_release: 3‱}}",
            '"static_release":300',
            '"static_release":"3‱"',
            "credit.static_release",
        ),
        (
            "{dividends.daily.per_win: 2.00}",
            '"per_win":{"fixed":200,"ppm":0}',
            '"per_win":"2.00"',
            "dividends.daily.per_win",
        ),
        (
            "{referral: {release_to_sponsor: {direct: 5%}}}",
            '"ppm":50000}',
            '"ppm":1000001}',
            "referral.release_to_sponsor.direct",
        ),
        (
            monthly("in_and_out: 1-5, in_only: 6-24"),
            '"last":24',
            '"last":5',
            "dividends.monthly.in_only",
        ),
        (
            goods("{choose_from: 3}"),
            '"choose_from":3',
            '"choose_from":11',
            "outcomes[0].gives[1].choice.choose_from",
        ),
    ],
)
def test_a_canonical_text_is_not_converted(changes: str, old: str, new: str, path: str) -> None:
    changed = plan_with(changes[:-1] + ", outcomes.1.gives: []}")
    text = canonical_text(changed)
    assert old in text
    with pytest.raises(PlanRefused) as caught:
        from_canonical(text.replace(old, new))
    assert [problem.path for problem in caught.value.problems] == [path]


def test_only_a_plan_that_makes_promoters_can_ask_for_them() -> None:
    release = "referral: {release_to_sponsor: {direct: 1.00, valid_promoters_only: true}}"
    with pytest.raises(PlanRefused) as refused:
        plan_with(f"{{{release}}}")
    [problem] = refused.value.problems
    assert problem.path == "referral.release_to_sponsor.valid_promoters_only"
    assert plan_with(f"{{promoter: {{day_with_join: 1}}, {release}}}").referral is not None
