"""What a simulation's figures are called, and amounts as people read them."""

from pinwheel.plan.amounts import format_amount
from pinwheel.plan.words import Phrase

SETTLED = Phrase("成团", "settled")
DISSOLVED = Phrase("成团流失", "dissolved")
EXPIRED = Phrase("失效退款", "expired")

YUAN = Phrase("元", "yuan")
DAY = Phrase("第几天", "day")

MEDIANS = Phrase("（各次模拟的中位数）", " (median of the runs)")

# The same words as in GLOSSARY.md.
REASON_NAMES = {
    "hold": Phrase("参团保留", "paid from balance for a join, held"),
    "hold_external": Phrase("外部支付保留", "paid from outside for a join, held"),
    "capture": Phrase("收取", "payment captured"),
    "refund": Phrase("退回余额", "refunded to the balance"),
    "refund_external": Phrase("原路退回", "refunded by the route it was paid"),
    "reward": Phrase("奖励", "reward of the result"),
    "released_credit": Phrase("释放购物金", "credit used up by a release"),
    "released_cash": Phrase("释放到账", "cash paid by a release"),
    "leader_reward": Phrase("团长奖励", "leader's reward"),
    "join_reward": Phrase("参团奖励", "reward for joining"),
    "adjustment": Phrase("运营调整", "adjustment by hand"),
    "sponsor_released_credit": Phrase("推荐人释放购物金", "credit used up by a downline's join"),
    "sponsor_released_cash": Phrase("推荐人释放到账", "cash paid to sponsors for a downline's join"),
    "daily_released_credit": Phrase("每日释放购物金", "credit used up by the daily release"),
    "daily_released_cash": Phrase("每日释放到账", "cash paid by the daily release"),
    "daily_dividend_funded": Phrase("日分红入池", "put into the pool of the daily dividend"),
    "daily_dividend": Phrase("日分红", "daily dividend"),
    "monthly_dividend_funded": Phrase("可分配利润入池", "put into the pool of the monthly dividend"),
    "monthly_dividend": Phrase("积分池分红", "monthly dividend"),
    "pool_in": Phrase("积分转入", "points moved into the pool"),
    "pool_out": Phrase("积分转出", "points moved out of the pool"),
    "exchange": Phrase("积分兑换", "points exchanged for goods"),
    "coupon_used": Phrase("优惠券抵扣", "paid by coupons"),
    "coupon_back": Phrase("优惠券退回", "coupons' part back"),
    "mall_points": Phrase("积分商城付积分", "points given in the points mall"),
    "mall_cash": Phrase("积分商城付现金", "cash paid in the points mall"),
    "tier_refund": Phrase("阶梯差价退回余额", "difference of a tier, to the balance"),
    "tier_refund_external": Phrase("阶梯差价原路退回", "difference of a tier, by the route it was paid"),
    "deposit": Phrase("订金保留", "deposit of a presale, held"),
    "deposit_back": Phrase("订金退回", "deposit given back"),
    "balance": Phrase("尾款", "balance of a presale, captured"),
    "balance_external": Phrase("外部支付尾款", "balance of a presale paid from outside"),
    "return_refund": Phrase("售后退回余额", "after-sale refund to the balance"),
    "return_refund_external": Phrase("售后原路退回", "after-sale refund by the route it was paid"),
    "reversed": Phrase("奖励收回", "reward taken back"),
    "debt_taken": Phrase("抵扣欠款", "taken for a debt"),
}

PARTY_WORDS = {
    "members": Phrase("会员", "members"),
    "held": Phrase("为拼团保留", "held for groups"),
    "kept": Phrase("平台留存", "kept by the plan"),
    "issued": Phrase("发放", "issued"),
    "outside": Phrase("外部支付", "payment providers"),
    "pool": Phrase("积分池", "pool of points"),
    "daily_pool": Phrase("日分红池", "pool of the daily dividend"),
    "monthly_pool": Phrase("积分池分红的池", "pool of the monthly dividend"),
    "coupons": Phrase("优惠券", "coupons"),
}

# One for each of WAIT_UNTIL (lab/world.py), and one for all that took longer.
WAIT_NAMES = (
    Phrase("1 分钟内", "under 1 min"),
    Phrase("1–5 分钟", "1–5 min"),
    Phrase("5–15 分钟", "5–15 min"),
    Phrase("15–60 分钟", "15–60 min"),
    Phrase("1–3 小时", "1–3 h"),
    Phrase("3–6 小时", "3–6 h"),
    Phrase("6–12 小时", "6–12 h"),
    Phrase("12–24 小时", "12–24 h"),
    Phrase("超过 1 天", "over 1 day"),
)


def fill(phrase: Phrase, **filled: object) -> Phrase:
    """A phrase with its places filled in; what fills them may be phrases itself."""
    return Phrase(
        phrase.say("zh", **{name: part(value, 0) for name, value in filled.items()}),
        phrase.say("en", **{name: part(value, 1) for name, value in filled.items()}),
    )


def part(value: object, language: int) -> object:
    return value[language] if isinstance(value, Phrase) else value


def amount(hundredths: int) -> str:
    """Hundredths as 1,234.50, with a minus that is as wide as a digit."""
    whole, places = format_amount(abs(hundredths)).split(".")
    return f"{'−' if hundredths < 0 else ''}{int(whole):,}.{places}"


def percent(share: int, whole: int) -> str:
    """A part of a whole as 5.7%, rounded half up; 0% where there is no whole."""
    tenths = (2_000 * share + whole) // (2 * whole) if whole else 0
    return f"{tenths // 10:,}.{tenths % 10}%"
