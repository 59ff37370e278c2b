"""What is given, in plain words, with its amount at the price that the explanation is for.

Source: modes page, sections 2 to 4. Amounts are rounded as the rules do.
"""

from collections.abc import Sequence

from pinwheel.plan import words
from pinwheel.plan.amounts import format_amount, format_rate
from pinwheel.plan.coupons import CouponGiven
from pinwheel.plan.model import Plan
from pinwheel.plan.numbers_in_words import counted, time_text
from pinwheel.plan.parts import COUPON, DIVIDEND_SHARE, GOODS, RELEASE, Choice, Give
from pinwheel.plan.promises import Amount
from pinwheel.plan.view import View, text_of
from pinwheel.rules.money import share


def amount_of(amount: Amount, price: int) -> int:
    """A fixed amount or a share of the price, in hundredths, rounded down (modes page, section 0)."""
    return amount.fixed + share(price, amount.ppm)


def all_gives(plan: Plan) -> list[Give]:
    """All that the plan gives at settlement; a share of a daily dividend that is off gives nothing."""
    gives = [give for outcome in plan.outcomes for give in outcome.gives]
    return in_force(plan, [*gives, *plan.each_join, *plan.group.leader.gives])


def in_force(plan: Plan, gives: Sequence[Give]) -> list[Give]:
    """The gives that mean something: a share of the daily dividend only where there is one."""
    has_daily = plan.dividends is not None and plan.dividends.daily is not None
    return [give for give in gives if has_daily or give.what != DIVIDEND_SHARE]


def has_rates(gives: Sequence[Give]) -> bool:
    """Whether anything given is a rate of the price, so that rounding matters."""
    return any(give.amount.ppm or (give.choice and give.choice.or_voucher) for give in gives)


def list_of(view: View, gives: Sequence[Give]) -> str:
    """Rewards in words, one after the other; those that are off are left out."""
    parts = [give_text(view, give) for give in in_force(view.plan, gives)]
    return ("、" if view.language == "zh" else ", ").join(parts)


def give_text(view: View, give: Give) -> str:
    """One reward in words, with its amount at this price."""
    if give.extra is not None:
        return view.say(words.EXTRA, title=text_of(give.extra.title, view.language))
    if give.what == GOODS:
        return _choice_text(view, give.choice) if give.choice else view.say(words.GOODS)
    if give.coupon is not None:
        return _coupon_text(view, give.coupon)
    amount = format_amount(amount_of(give.amount, view.price))
    names = {"credit": view.names["shopping_credit"], "cash": view.names["cash"]}
    if give.what == RELEASE:
        text = view.say(words.RELEASE, amount=amount, **names)
    elif give.what == DIVIDEND_SHARE:
        text = view.say(words.DIVIDEND_SHARE, amount=amount)
    else:
        phrase = words.GRANT_CASH if give.what == "cash" else words.GRANT
        text = view.say(phrase, amount=amount, asset=view.names[give.what])
    return text + rate_text(view, give.amount.ppm)


def rate_text(view: View, ppm: int) -> str:
    """The rate of the price that an amount is, in brackets; nothing for a fixed amount."""
    return view.say(words.OF_PRICE, rate=format_rate(ppm)) if ppm else ""


def _choice_text(view: View, choice: Choice) -> str:
    number, voucher = choice.choose_from, ""
    if choice.or_voucher:
        worth = format_amount(share(view.price, choice.or_voucher))
        voucher = view.say(words.OR_VOUCHER, amount=worth, rate=format_rate(choice.or_voucher))
    return view.say(
        words.GOODS_CHOSEN,
        number=number if view.language == "zh" else counted(number, "product"),
        voucher=voucher,
        time=time_text(choice.choose_within, view.language),
    )


def gives_coupons(gives: Sequence[Give]) -> bool:
    """Whether a coupon of the platform's own is among them."""
    return any(give.what == COUPON and give.coupon is not None and give.coupon.worth for give in gives)


def _coupon_text(view: View, coupon: CouponGiven) -> str:
    title = text_of(coupon.title, view.language)
    if coupon.link is not None:
        return view.say(words.COUPON_LINK, title=title, link=coupon.link)
    return view.say(
        words.COUPON,
        title=title,
        threshold=format_amount(coupon.threshold or 0),
        discount=format_amount(coupon.worth),
        time=time_text(coupon.valid or 0, view.language),
    )
