"""A presale in plain words: what is paid when, and that the deposit is returned in full.

The Chinese words are 订金 and 尾款; that for earnest money which a buyer could forfeit is not used.
"""

from pinwheel.plan.amounts import format_amount
from pinwheel.plan.explain_gives import rate_text
from pinwheel.plan.numbers_in_words import time_text
from pinwheel.plan.presale import deposit_of
from pinwheel.plan.view import Section, View
from pinwheel.plan.words import Phrase

PRESALE = Phrase(
    "预售拼购：付订金占座，人满成团后付尾款成交；每个席位的结果都一样，不抽奖。",
    "A presale group: a deposit takes the seat, and once the group is full the balance concludes the order. "
    "Every seat gets the same; nothing is drawn.",
)
PAY_IN_TWO = Phrase(
    "预售拼购：参团时付订金 {deposit} 元{rate}，成团后再付尾款 {balance} 元，合计 {price} 元。",
    "A presale: a join pays a deposit of {deposit} yuan{rate}; once the group is full the balance of "
    "{balance} yuan is due, {price} yuan in all.",
)
BALANCE_DUE = Phrase(
    "成团后会通知每个席位，请在 {time}内付清尾款；谁付清尾款，谁的订单就成交并得到结果里写明的商品和奖励，"
    "不受团里其他人是否付尾款影响。",
    "When the group is full every seat is told, and has {time} to pay the balance. An order is concluded, "
    "with the goods and rewards that its result names, when its own balance is paid, whatever the others do.",
)
NEVER_FORFEITED = Phrase(
    "订金全额可退：没有成团，或没有在期限内付清尾款，订金都全额原路退回，平台不扣留任何部分。",
    "The deposit is never forfeited: if the group does not fill, or the balance is not paid in time, all of "
    "it goes back by the route it was paid; the shop keeps no part of it.",
)
LATE_BALANCE = Phrase(
    "期限过后才到账的尾款，立即全额原路退回。",
    "A balance that arrives after the time is over goes back at once, in full, by the route it was paid.",
)
NO_COUPONS = Phrase("预售拼购不使用优惠券。", "Coupons cannot be used in a presale.")


def presale_section(view: View) -> Section:
    """Nothing where all is paid with the join."""
    presale = view.plan.presale
    if presale is None:
        return view.section("presale")
    deposit = deposit_of(presale, view.price)
    return view.section(
        "presale",
        view.say(
            PAY_IN_TWO,
            deposit=format_amount(deposit),
            rate=rate_text(view, presale.deposit.ppm),
            balance=format_amount(view.price - deposit),
            price=format_amount(view.price),
        ),
        view.say(BALANCE_DUE, time=time_text(presale.balance_within, view.language)),
        view.say(NEVER_FORFEITED),
        view.say(LATE_BALANCE),
        view.say(NO_COUPONS),
    )
