"""What is promised beyond one group, in plain words and with its numbers; nothing where it is off."""

import pytest
from plan_documents import ORDINARY, plan_with

from pinwheel.plan import words
from pinwheel.plan.explain import explain
from pinwheel.plan.load import load_plan, playbook
from pinwheel.plan.model import Plan
from pinwheel.plan.refusal import Language

LANGUAGES: tuple[Language, Language] = ("zh", "en")
PROMISES = ("credit", "daily_dividend", "monthly_dividend", "promoter", "referral")


def section(plan: Plan, key: str, language: Language, **options: object) -> list[str]:
    """The sentences of one section; none if it is left out."""
    heading = words.HEADINGS[key].say(language)
    found = [part for part in explain(plan, language, **options) if part.heading == heading]  # type: ignore[arg-type]
    assert len(found) <= 1
    return found[0].sentences if found else []


def text(plan: Plan, key: str, language: Language, **options: object) -> str:
    return "\n".join(section(plan, key, language, **options))


def test_headings_are_told_apart() -> None:
    """The storefront finds a section by its heading."""
    for language in LANGUAGES:
        assert len({phrase.say(language) for phrase in words.HEADINGS.values()}) == len(words.HEADINGS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("changes", ["{}", "{credit: {}, promoter: {}, dividends: {}, referral: {}}"])
def test_what_is_off_is_not_spoken_of(changes: str, language: Language) -> None:
    assert [key for key in PROMISES if section(plan_with(changes), key, language)] == []
    nothing = "{referral: {release_to_sponsor: {direct: 0, indirect: 0%}}, credit: {static_release: 0%}}"
    assert [key for key in PROMISES if section(plan_with(nothing), key, language)] == []


def test_daily_release() -> None:
    plan = plan_with("{credit: {static_release: 3‱, accelerated_release: 10‱}}")
    zh, en = text(plan, "credit", "zh"), text(plan, "credit", "en")
    assert "每个营业日 00:00" in zh
    assert "00:00 时的购物金余额 ×（0.03% + 刚结束的那个营业日结算的参团次数 × 0.1%），转为零钱。" in zh
    assert "向下取整到 0.01 元，最多不超过余额" in zh
    assert "全部购物金，不论从哪个方案得来；本方案的活动结束后仍继续释放" in zh
    assert "all shopping credit that a member holds, whichever plan" in en
    assert "例如余额 1000.00 元、前一天结算 2 次：释放 2.30 元。" in zh
    assert "× (0.03% + joins settled on the business day that ended × 0.1%), into cash." in en
    assert "the balance as it stood at 00:00" in en and "never more than the balance" in en
    assert "and 2 settled joins the day before: 2.30 yuan." in en


@pytest.mark.parametrize(
    ("rates", "zh", "example"),
    [
        ("static_release: 3‱", "余额 × 0.03%，转为零钱", "释放 0.30 元"),
        ("accelerated_release: 10‱", "余额 ×（刚结束的那个营业日结算的参团次数 × 0.1%）", "释放 2.00 元"),
        ("static_release: 80%, accelerated_release: 80%", "余额 ×（80% + ", "释放 1000.00 元"),
    ],
)
def test_daily_release_by_one_rate_or_both(rates: str, zh: str, example: str) -> None:
    said = text(plan_with(f"{{credit: {{{rates}}}}}"), "credit", "zh")
    assert zh in said and example in said
    assert ("失效或流失的团不算" in said) == ("accelerated" in rates)


def test_daily_dividend() -> None:
    plan = playbook("national-group-buy")
    zh, en = text(plan, "daily_dividend", "zh"), text(plan, "daily_dividend", "en")
    for part in ("投入 2.00 元。", "结果不是“未中奖”", "归入它的团结算的那一天", "前一天的中奖者分享"):
        assert part in zh
    for part in ("按中得的价格", "以零钱发放", "向下取整到 0.01 元，余下的留到下一天的池中", "只发一次"):
        assert part in zh
    for part in ("puts 2.00 yuan into the day's pool", "day's winners by the price they won", "paid in cash"):
        assert part in en
    for part in ("any result but “Not drawn”", "carried into the next day's pool", "is paid once"):
        assert part in en
    rate = plan_with("{dividends.daily.per_win: 2%, outcomes.0.gives: [{daily_dividend_share: 100%}]}")
    assert "投入 3.00 元（价格的 2%）" in text(rate, "daily_dividend", "zh", price=15_000)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_share_is_only_spoken_of_where_there_is_a_daily_dividend(language: Language) -> None:
    changes = "outcomes.0.gives: [{daily_dividend_share: 50%}], outcomes.1.gives: []"
    off = plan_with("{" + changes + "}")
    on = plan_with("{" + changes + ", dividends.daily.per_win: 2.00}")
    nothing, weight = words.GETS_NOTHING.say(language), words.DIVIDEND_SHARE.say(language, amount="50.00")
    assert text(off, "results", language).count(nothing) == 2
    assert words.ROUNDING.say(language) not in text(off, "results", language)
    assert weight not in text(off, "results", language)
    assert weight in text(on, "results", language)
    assert section(off, "daily_dividend", language) == []
    monthly_only = plan_with("{" + changes + ", dividends.monthly: {in_and_out: 1-5, in_only: 6-24}}")
    assert weight not in text(monthly_only, "results", language)


def test_a_daily_dividend_that_nobody_shares_says_so() -> None:
    unshared = plan_with("{dividends.daily.per_win: 2.00}")
    assert "没有人分得日分红" in text(unshared, "daily_dividend", "zh")
    assert "nobody has a share" in text(unshared, "daily_dividend", "en")
    undrawn = load_plan(ORDINARY + "dividends: {daily: {per_win: 2.00}}\n")
    assert section(undrawn, "daily_dividend", "en") == [
        "This plan draws nothing, so there are no winning orders and no daily dividend."
    ]


def test_monthly_pool() -> None:
    plan = playbook("national-group-buy")
    zh, en = text(plan, "monthly_dividend", "zh"), text(plan, "monthly_dividend", "en")
    assert "每月 1 号至 5 号可以把分红积分转入池中或从池中转出，也可以用分红积分兑换商品" in zh
    assert "6 号至 24 号只能转入；25 号至月底冻结并结算" in zh
    assert "须为 100.00 的整数倍" in zh
    assert "冻结期内由一名运营人员录入当月可分配利润，另一人复核确认后才发放" in zh
    assert "占全部的比例分享，以零钱发放" in zh and "余下的留到下个月" in zh
    assert "on days 1 to 5 of each month they can be moved into the pool and out of it, and exchanged" in en
    assert "on days 6 to 24 they can be moved in only; from day 25 to the month's last day" in en
    assert "a multiple of 100.00 dividend points" in en
    assert "a second person has to confirm it" in en and "carried into the next month" in en
    one_day = plan_with("{dividends.monthly: {in_and_out: 1-1, in_only: 2-2, step: 0.50}}")
    assert "每月 1 号可以" in text(one_day, "monthly_dividend", "zh")
    assert "on day 2 they can be moved in only; from day 3" in text(one_day, "monthly_dividend", "en")


def test_promoter_days() -> None:
    plan = playbook("national-group-buy")
    zh, en = text(plan, "promoter", "zh"), text(plan, "promoter", "en")
    assert "第一次参团（付款成功时计）成为推广员 1 天" in zh
    assert "每个至少参团一次的营业日增加 1 天" in zh and "从当天算起共 2 天" in zh
    assert "接在还有效的天数之后" in zh and "留在平台" in zh
    assert "a promoter for 1 day" in en and "adds 1 day" in en and "2 days in all" in en
    only_first = text(plan_with("{promoter: {newcomer_days: 3}}"), "promoter", "en")
    assert "a promoter for 3 days" in only_first and "Every business day" not in only_first
    assert "in all" not in only_first
    only_days = text(plan_with("{promoter: {day_with_join: 2}}"), "promoter", "en")
    assert "adds 2 days" in only_days and "first join makes" not in only_days and "in all" not in only_days


def test_release_to_sponsors() -> None:
    plan = plan_with("{referral: {release_to_sponsor: {direct: 1.00, indirect: 2%}}}")
    zh, en = text(plan, "referral", "zh"), text(plan, "referral", "en")
    assert "不论是否中奖，其直接推荐人的购物金释放 1.00 元为零钱" in zh
    assert "其间接推荐人（推荐人的推荐人）当时购物金余额的 2% 释放为零钱" in zh
    assert "推荐人自己持有的购物金" in zh and "没有余额就不释放" in zh
    assert "1.00 yuan of the shopping credit of their direct sponsor is released into cash" in en
    assert "2% of the shopping credit that their indirect sponsor (the sponsor's sponsor) holds" in en
    assert "out of the sponsor's own shopping credit, never more than is held" in en
    direct = section(plan_with("{referral: {release_to_sponsor: {direct: 5%}}}"), "referral", "zh")
    assert len(direct) == 2 and "间接" not in "".join(direct)


def test_renamed_assets_are_used() -> None:
    names = {"dividend_points": "星光分", "shopping_credit": "回馈金", "cash": "钱包"}
    plan = plan_with(
        "{credit: {static_release: 3‱}, referral: {release_to_sponsor: {direct: 1.00, indirect: 1%}}, "
        "dividends: {daily: {per_win: 2.00}, monthly: {in_and_out: 1-5, in_only: 6-24}}, "
        "outcomes.0.gives: [{daily_dividend_share: 100%}]}"
    )
    for key in PROMISES:
        said = text(plan, key, "zh", names=names)
        assert not any(name in said for name in ("分红积分", "购物金", "零钱"))
    assert "星光分" in text(plan, "monthly_dividend", "zh", names=names)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ("{credit: {static_release: 3‱}}", ["cash", "shopping_credit"]),
        ("{referral: {release_to_sponsor: {indirect: 1%}}}", ["cash", "shopping_credit"]),
        ("{dividends.daily.per_win: 2.00}", ["cash"]),
        ("{dividends.monthly: {in_and_out: 1-5, in_only: 6-24}}", ["cash", "dividend_points"]),
        ("{credit: {}, promoter: {newcomer_days: 1}}", []),
    ],
)
def test_the_assets_that_are_spoken_of_are_explained(changes: str, named: list[str]) -> None:
    plan = plan_with(changes[:-1] + ", outcomes.1.gives: []}")
    meanings = {
        name: words.ASSET_MEANINGS[name].say("en", name=words.ASSET_NAMES[name].en)
        for name in words.ASSET_NAMES
    }
    said = section(plan, "assets", "en")
    assert sorted(name for name in meanings if meanings[name] in said) == named


def test_goods_of_the_holders_choice() -> None:
    plan = playbook("national-group-buy")
    assert (
        "自选商品一份（从最多 10 种展示商品中任选一种，或改选价值为价格的 100%、即 100.00 元的购物券；"
        "结算后 7 天内选定，逾期为所购商品）"
    ) in text(plan, "results", "zh")
    assert (
        "goods of the holder's choice (one of up to 10 products on display, or instead a voucher worth 100% "
        "of the price, 100.00 yuan; to be chosen within 7 days of settlement, else the product ordered)"
    ) in text(plan, "results", "en")
    half = plan_with("{outcomes.0.gives: [{goods: {choose_from: 2, or_voucher: 50%, choose_within: 24h}}]}")
    assert "价格的 50%、即 49.99 元" in text(half, "results", "zh", price=99_99)
    assert "结算后 24 小时内选定" in text(half, "results", "zh")
    bare = plan_with("{outcomes.0.gives: [{goods: {choose_from: 1}}], outcomes.1.gives: []}")
    assert "up to 1 product on display; to be chosen" in text(bare, "results", "en")
    assert "voucher" not in text(bare, "results", "en")
    assert words.ROUNDING.en not in text(bare, "results", "en")
    with_voucher = plan_with(
        "{outcomes.0.gives: [{goods: {choose_from: 1, or_voucher: 50%}}], outcomes.1.gives: []}"
    )
    assert words.ROUNDING.en in text(with_voucher, "results", "en")


def test_a_sponsor_who_must_be_a_promoter_is_told_so() -> None:
    release = "release_to_sponsor: {direct: 1.00, valid_promoters_only: true}"
    plan = plan_with(f"{{promoter: {{day_with_join: 1}}, referral: {{{release}}}}}")
    assert "有效推广员" in text(plan, "referral", "zh")
    assert "valid promoter" in text(plan, "referral", "en")
    open_to_all = plan_with("{referral: {release_to_sponsor: {direct: 1.00}}}")
    assert "推广员" not in text(open_to_all, "referral", "zh")
