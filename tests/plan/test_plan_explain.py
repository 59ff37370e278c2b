"""Nothing hidden: every rule in force is named, in both languages, with its numbers."""

import re

import pytest
from plan_documents import ORDINARY, plan_with

from pinwheel.plan import counter_words, draw_words, promise_words, seat_rule_words, words
from pinwheel.plan.amounts import format_amount, format_hours
from pinwheel.plan.canonical import plan_hash
from pinwheel.plan.explain import Odds, amount_of, explain, headline, odds
from pinwheel.plan.explain_draw import seat_rule_sentence
from pinwheel.plan.load import load_plan, playbook, playbook_names
from pinwheel.plan.model import Plan, drawn_on_close, is_drawn
from pinwheel.plan.numbers_in_words import percent, time_text
from pinwheel.plan.parts import DIVIDEND_SHARE, GOODS, RELEASE
from pinwheel.plan.refusal import Language
from pinwheel.plan.view import View
from pinwheel.plan.words import Phrase
from pinwheel.rules.assets import ASSETS

LANGUAGES: tuple[Language, Language] = ("zh", "en")
EVERY_RULE = (
    "first_join_of_day_in_front, newcomer_in_front, {after_wins_in_a_row: {wins: 7, sit_out: 3}}, "
    "{after_wins_in_total: {wins: 11, sit_out: 4}}, {at_most: {wins: 6, of_joins: 9}}"
)


def text_of(plan: Plan, language: Language, **options: object) -> str:
    sections = explain(plan, language, **options)  # type: ignore[arg-type]
    return "\n".join("\n".join([section.heading, *section.sentences]) for section in sections)


def needed(plan: Plan, language: Language) -> list[str]:
    """What a member must be able to read, found from the plan itself."""
    drawn = plan.draw if is_drawn(plan) else None
    found = [
        format_amount(plan.offer.price),
        str(plan.group.size),
        time_text(plan.group.fill_within, language),
    ]
    found += [
        words.SEATING[plan.group.seating].say(language),
        words.LATE_PAYMENT[plan.group.late_payment].say(language),
    ]
    found += [format_hours(span.start, span.end) for span in plan.hours] + [plan_hash(plan)]
    found += [getattr(outcome.title, language) for outcome in plan.outcomes if is_drawn(plan)]
    if drawn:
        view = View(plan, language, plan.offer.price, {})
        found += [seat_rule_sentence(rule, view) for rule in drawn.seat_rules]
        credit = words.ASSET_NAMES["shopping_credit"].say(language)
        at_close = drawn_on_close(plan)
        conflict = draw_words.CONFLICT_ON_CLOSE if at_close else draw_words.CONFLICT
        found += [conflict[drawn.conflict].say(language, credit=credit)]
        phrases = draw_words.DRAW_ON_CLOSE if at_close else draw_words.DRAW_NONE
        found += [phrase.say(language) for phrase in phrases]
        if not plan.group.leader.may_win:
            found.append(draw_words.LEADER_BARRED.say(language))
    if plan.limits.joins_per_day:
        found.append(words.PER_DAY.say(language, times=plan.limits.joins_per_day)[:8])
    gives = [give for outcome in plan.outcomes for give in outcome.gives]
    for give in [*gives, *plan.each_join, *plan.group.leader.gives]:
        if give.what == GOODS:
            found.append(str(give.choice.choose_from) if give.choice else words.GOODS.say(language))
            continue
        if give.coupon is not None:
            found += [getattr(give.coupon.title, language), format_amount(give.coupon.worth)]
            continue
        if give.what == DIVIDEND_SHARE:
            found += [words.HEADINGS["daily_dividend"].say(language)] if plan.dividends else []
            continue
        name = "shopping_credit" if give.what == RELEASE else give.what
        found += [
            format_amount(amount_of(give.amount, plan.offer.price)),
            words.ASSET_NAMES[name].say(language),
        ]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", playbook_names())
def test_every_rule_of_every_playbook_is_named(name: str, language: Language) -> None:
    plan = playbook(name)
    text = text_of(plan, language)
    assert [part for part in needed(plan, language) if part not in text] == []
    assert not re.search(r"\{\w*\}", text)
    if language == "en":
        assert not re.search("[\u4e00-\u9fff]", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_and_every_give_has_its_words(language: Language) -> None:
    all_gives = ", ".join(f"{{{asset}: {place + 1}.23}}" for place, asset in enumerate(ASSETS))
    plan = plan_with(
        "{group.seating: either, group.leader: {may_win: false, gives: [{cash: 7.77}]}, "
        "each_join: [{release_credit: 8.88}], "
        f"draw.seat_rules: [{EVERY_RULE}], outcomes.0.gives: [{{goods: ordered}}, {all_gives}]}}"
    )
    text = text_of(plan, language)
    for part in [*needed(plan, language), "7.77", "8.88"]:
        assert part in text


def test_an_instant_draw_is_never_called_provably_fair() -> None:
    for name in playbook_names():
        for language in LANGUAGES:
            text = text_of(playbook(name), language).lower()
            assert not any(word in text for word in ("provabl", "fair", "公平", "公正", "绝对", "保证"))
    assert "不能证明" in text_of(playbook("draw-on-fill"), "zh")
    assert "does not prove" in text_of(playbook("draw-on-fill"), "en")


def test_every_phrase_has_both_languages_with_the_same_places() -> None:
    for module in (words, draw_words, seat_rule_words, promise_words, counter_words):
        for phrase in _phrases(vars(module).values()):
            places = [sorted(re.findall(r"\{(\w+)\}", side)) for side in phrase]
            assert phrase.zh and phrase.en
            assert set(places[0]) == set(places[1]), phrase
            assert not re.search("[\u4e00-\u9fff]", phrase.en)


def _phrases(values: object) -> list[Phrase]:
    found: list[Phrase] = []
    for value in list(values):  # type: ignore[call-overload]
        if isinstance(value, Phrase):
            found.append(value)
        elif isinstance(value, dict):
            found += _phrases(value.values())
        elif isinstance(value, tuple):
            found += _phrases(value)
    return found


def test_amounts_follow_the_price_of_the_activity() -> None:
    plan = playbook("national-group-buy")
    text = text_of(plan, "zh", price=100_050)
    assert "支付的 1000.50 元全额原路退回；得到：50.02 元零钱（价格的 5%）" in text
    assert "价值为价格的 100%、即 1000.50 元的购物券" in text
    assert "100.00" not in text.split("每种结果得到什么")[1].split("日分红")[0]
    with pytest.raises(ValueError, match="price"):
        explain(plan, "zh", price=0)


def test_renamed_assets_are_used() -> None:
    text = text_of(playbook("national-group-buy"), "zh", names={"dividend_points": "星光分"})
    assert "100.00 星光分" in text
    assert "100.00 分红积分" not in text


def test_odds_are_exact() -> None:
    assert odds(playbook("ninety-nine-of-a-hundred")) == [Odds("winner", 3, 100), Odds("other", 97, 100)]
    assert "中奖：10 个席位中的 3 个（30%）。" in text_of(playbook("national-group-buy"), "zh")
    assert "Winner: 3 of 10 seats (30%)." in text_of(playbook("national-group-buy"), "en")


@pytest.mark.parametrize(
    ("count", "size", "zh", "en"),
    [
        (3, 10, "30%", "30%"),
        (1, 3, "约 33.33%", "about 33.33%"),
        (2, 3, "约 66.67%", "about 66.67%"),
        (1, 10_000, "0.01%", "0.01%"),
        (0, 3, "0%", "0%"),
        (3, 3, "100%", "100%"),
        (1, 800, "约 0.13%", "about 0.13%"),
    ],
)
def test_percent_says_when_it_is_rounded(count: int, size: int, zh: str, en: str) -> None:
    assert (percent(count, size, "zh"), percent(count, size, "en")) == (zh, en)


def test_times_in_words() -> None:
    assert [time_text(seconds, "en") for seconds in (86_400, 604_800, 3_600, 5_400)] == [
        "24 hours",
        "7 days",
        "1 hour",
        "90 minutes",
    ]
    assert time_text(172_800, "zh") == "2 天"


VALUE = """
plan: evening
offer: {price: 1.00}
group: {size: 3}
draw: {public_value: %s}
outcomes:
  - {name: winner, count: 1, payment: keep, gives: [{goods: ordered}]}
  - {name: other, count: rest, payment: refund}
"""
EVENING = "public_number, public_value_within: 30h, public_event: {zh: 当晚福彩3D, en: that evening’s 3D}"


def test_a_draw_with_a_public_value_says_what_it_waits_for_how_long_and_what_that_proves() -> None:
    number, beacon = load_plan(VALUE % EVENING), load_plan(VALUE % "drand")
    assert "“that evening’s 3D”" in text_of(number, "en") and "“当晚福彩3D”" in text_of(number, "zh")
    assert "within 30 hours" in text_of(number, "en") and "30 小时内" in text_of(number, "zh")
    assert "within 2 days" in text_of(beacon, "en") and "2 天内" in text_of(beacon, "zh")
    assert "signature is verified" in text_of(beacon, "en") and "验证信标的签名" in text_of(beacon, "zh")
    for plan in (number, beacon):
        assert "nobody, the platform included, could know or steer" in text_of(plan, "en")
        assert "任何人（包括平台）都不能事先知道或左右结果" in text_of(plan, "zh")
        assert "Instant draw" not in text_of(plan, "en") and "立即开奖" not in text_of(plan, "zh")
    assert "could know or steer" not in text_of(playbook("draw-on-fill"), "en")


def test_an_ordinary_group_speaks_of_no_draw() -> None:
    plan = load_plan(ORDINARY)
    headings = [section.heading for section in explain(plan, "en")]
    assert "Odds" not in headings
    assert "How the draw is made and checked" not in headings
    idle = load_plan(ORDINARY + "draw: {seat_rules: [newcomer_in_front]}\n")
    assert draw_words.NOT_DRAWN.en in text_of(idle, "en")


def test_limits_and_hours() -> None:
    plan = plan_with(
        '{hours: ["10:00-12:00"], limits: {joins_per_day: 1, joins_total: 30, seats_per_group: 2}}'
    )
    zh, en = text_of(plan, "zh"), text_of(plan, "en")
    assert "每天 10:00-12:00" in zh and "每人每天最多参团 1 次" in zh and "每人累计最多参团 30 次" in zh
    assert "at most 1 time a day" in en and "at most 30 times in total" in en and "at most 2 seats" in en


@pytest.mark.parametrize("language", LANGUAGES)
def test_limits_of_releases_and_rounding_are_told_where_they_matter(language: Language) -> None:
    limit = words.RELEASE_LIMIT.say(language, credit=words.ASSET_NAMES["shopping_credit"].say(language))
    rounding = words.ROUNDING.say(language)
    fixed = text_of(plan_with("{outcomes.1.gives: [{release_credit: 1.00}]}"), language)
    assert limit in fixed and rounding not in fixed
    rate = text_of(plan_with("{outcomes.0.gives: [{cash: 1%}], outcomes.1.gives: []}"), language)
    assert limit not in rate and rounding in rate
    first = text_of(plan_with("{outcomes.0.gives: [{release_credit: 1%}], outcomes.1.gives: []}"), language)
    assert limit in first and rounding in first


def test_several_prize_classes_are_also_added_up() -> None:
    text = text_of(
        plan_with(
            "{outcomes: [{name: first, count: 1, payment: keep}, {name: second, count: 2, payment: keep}, "
            "{name: other, count: rest, payment: refund}]}"
        ),
        "en",
    )
    assert "In all 3 of the 10 seats of a group are drawn (30%)." in text


def test_odds_say_that_the_leader_is_out() -> None:
    assert "中奖席位从团长以外的 4 个席位中产生" in text_of(playbook("leader-five"), "zh")
    assert "drawn from the other 4 seats of a leader's group" in text_of(playbook("leader-five"), "en")
    assert "团长以外" not in text_of(playbook("friends-bill"), "zh")


def test_headlines() -> None:
    assert headline(playbook("national-group-buy"), "zh") == "全民拼购：100.00 元，10 人团，中奖 3 个席位"
    assert headline(playbook("friends-bill"), "en", price=50_000) == (
        "Friends' bill: 500.00 yuan, group of 5, Pays the bill: 1 seat"
    )
    assert headline(playbook("ordinary-group"), "zh") == "普通拼团：59.00 元，3 人团"
