"""The sections of an explanation about what is promised beyond one group; each is empty where it is off.

Source: modes page, sections 5 to 8. The words are in `promise_words.py`.
"""

from pinwheel.plan import promise_words as words
from pinwheel.plan.amounts import format_amount, format_rate
from pinwheel.plan.explain_gives import all_gives, amount_of, rate_text
from pinwheel.plan.model import Plan, is_drawn
from pinwheel.plan.numbers_in_words import days_text, settled_joins_text
from pinwheel.plan.parts import DIVIDEND_SHARE
from pinwheel.plan.promises import Amount, Credit, DaySpan, ReleaseToSponsor
from pinwheel.plan.view import Section, View, text_of
from pinwheel.plan.words import Phrase
from pinwheel.rules.money import share

EXAMPLE_BALANCE = 1_000_00  # hundredths
EXAMPLE_JOINS = 2


def credit_section(view: View) -> Section:
    """Release of shopping credit at the start of each business day."""
    credit = _credit(view.plan)
    if credit is None:
        return view.section("credit")
    phrase = words.STATIC
    if credit.accelerated_release:
        phrase = words.STATIC_AND_ACCELERATED if credit.static_release else words.ACCELERATED
    static, accelerated = format_rate(credit.static_release), format_rate(credit.accelerated_release)
    sentences = [
        view.say(phrase, static=static, accelerated=accelerated, **_money(view)),
        view.say(words.DAILY_RELEASE_LIMIT),
        view.say(words.WHICH_BALANCE, **_money(view)),
    ]
    if credit.accelerated_release:
        sentences.append(view.say(words.WHICH_JOINS))
    ppm = credit.static_release + EXAMPLE_JOINS * credit.accelerated_release
    released = min(share(EXAMPLE_BALANCE, ppm), EXAMPLE_BALANCE)
    joins = settled_joins_text(EXAMPLE_JOINS, view.language)
    sentences.append(view.say(words.RELEASE_EXAMPLE, joins=joins, amount=format_amount(released)))
    return view.section("credit", *sentences)


def daily_dividend_section(view: View) -> Section:
    """What winning orders put into a day's pool, and who shares it."""
    plan = view.plan
    daily = plan.dividends.daily if plan.dividends else None
    if daily is None:
        return view.section("daily_dividend")
    if not is_drawn(plan):
        return view.section("daily_dividend", view.say(words.NO_WINNERS))
    pool = view.say(
        words.DAILY_POOL,
        amount=format_amount(amount_of(daily.per_win, view.price)),
        rate=rate_text(view, daily.per_win.ppm),
        rest=text_of(plan.outcomes[-1].title, view.language),
    )
    if not any(give.what == DIVIDEND_SHARE and give.amount.ppm for give in all_gives(plan)):
        return view.section("daily_dividend", pool, view.say(words.NO_WEIGHTS))
    shared = view.say(words.DAILY_SHARED, cash=view.names["cash"])
    return view.section(
        "daily_dividend", pool, shared, view.say(words.DAILY_ROUNDING), view.say(words.DAILY_ONCE)
    )


def monthly_dividend_section(view: View) -> Section:
    """The pool of dividend points: its calendar, what moves, and how profit is shared."""
    monthly = view.plan.dividends.monthly if view.plan.dividends else None
    if monthly is None:
        return view.section("monthly_dividend")
    names = {"points": view.names["dividend_points"], "cash": view.names["cash"]}
    return view.section(
        "monthly_dividend",
        view.say(
            words.MONTHLY_CALENDAR,
            both=_days_of_month(view, monthly.in_and_out),
            inward=_days_of_month(view, monthly.in_only),
            frozen=monthly.in_only.last + 1,
            **names,
        ),
        view.say(words.MONTHLY_STEP, step=format_amount(monthly.step), **names),
        view.say(words.MONTHLY_PROFIT),
        view.say(words.MONTHLY_SHARED, **names),
    )


def promoter_section(view: View) -> Section:
    """How long joins make a member a promoter."""
    promoter, language = view.plan.promoter, view.language
    if promoter is None or not (promoter.newcomer_days or promoter.day_with_join):
        return view.section("promoter")
    sentences = []
    if promoter.newcomer_days:
        sentences.append(view.say(words.NEWCOMER_DAYS, days=days_text(promoter.newcomer_days, language)))
    if promoter.day_with_join:
        sentences.append(view.say(words.DAY_WITH_JOIN, days=days_text(promoter.day_with_join, language)))
    if promoter.newcomer_days and promoter.day_with_join:
        days = promoter.newcomer_days + promoter.day_with_join
        sentences.append(view.say(words.FIRST_DAY, days=days_text(days, language)))
    return view.section("promoter", *sentences, view.say(words.DAYS_ARE_ADDED), view.say(words.EXPIRED))


def referral_section(view: View) -> Section:
    """What a settled seat releases to its holder's sponsors."""
    release = _sponsor_release(view.plan)
    if release is None:
        return view.section("referral")
    sides = [(release.direct, words.DIRECT), (release.indirect, words.INDIRECT)]
    sentences = [_sponsor_sentence(view, amount, who) for amount, who in sides if amount != Amount()]
    if release.valid_promoters_only:
        sentences.append(view.say(words.PROMOTERS_ONLY))
    return view.section("referral", *sentences, view.say(words.SPONSOR_LIMIT, **_money(view)))


def promised_assets(plan: Plan) -> set[str]:
    """The assets that these sections speak of."""
    named: set[str] = set()
    if _credit(plan) or _sponsor_release(plan):
        named |= {"shopping_credit", "cash"}
    if plan.dividends and plan.dividends.daily:
        named.add("cash")
    if plan.dividends and plan.dividends.monthly:
        named |= {"dividend_points", "cash"}
    return named


def _credit(plan: Plan) -> Credit | None:
    """The daily release, if it releases anything."""
    credit = plan.credit
    return credit if credit and (credit.static_release or credit.accelerated_release) else None


def _sponsor_release(plan: Plan) -> ReleaseToSponsor | None:
    """The release to sponsors, if it releases anything."""
    release = plan.referral.release_to_sponsor if plan.referral else None
    return release if release and (release.direct != Amount() or release.indirect != Amount()) else None


def _sponsor_sentence(view: View, amount: Amount, who: Phrase) -> str:
    said = view.say(who)
    if amount.ppm:
        return view.say(words.SPONSOR_RATE, who=said, rate=format_rate(amount.ppm), **_money(view))
    return view.say(words.SPONSOR_AMOUNT, who=said, amount=format_amount(amount.fixed), **_money(view))


def _days_of_month(view: View, span: DaySpan) -> str:
    return view.say(words.DAY if span.first == span.last else words.DAYS, first=span.first, last=span.last)


def _money(view: View) -> dict[str, str]:
    return {"credit": view.names["shopping_credit"], "cash": view.names["cash"]}
