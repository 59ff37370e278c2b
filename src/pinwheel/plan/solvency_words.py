"""A solvency report in words, both languages: headline sentences first, then the figures, then the rest.

What the figures mean is in `solvency.py`; the command line and the console print what is said here.
"""

from fractions import Fraction

from pinwheel.plan.amounts import format_amount
from pinwheel.plan.numbers_in_words import days_text, percent, seats_text
from pinwheel.plan.refusal import Language
from pinwheel.plan.solvency_figures import Promise, Solvency
from pinwheel.plan.words import ASSET_NAMES, Phrase

KEEPS = Phrase(
    "一个满员的团（{size}，每席 {price} 元）收取 {captured} 元，付给会员现金 {given} 元，扣除商品成本、"
    "支付手续费和购物金之前留下 {kept} 元。",
    "A full group of {size} at {price} takes {captured}, gives members {given} in cash, and keeps {kept} "
    "before "
    "goods, fees and credit.",
)
EXPECTED = Phrase(
    "预计扣除商品成本和手续费后剩 {margin} 元（每席{about} {seat} 元）。",
    "It is expected to leave {margin} after goods and fees ({about}{seat} a seat).",
)
EXPECTED_CREDIT = Phrase(
    "预计扣除商品成本和手续费后剩 {margin} 元（每席{about} {seat} 元）；再扣除释放的现金剩 {cash} 元，"
    "若把发放的购物金全额记为欠款则剩 {accrual} 元。",
    "It is expected to leave {margin} after goods and fees ({about}{seat} a seat), {cash} after the cash "
    "that is "
    "released from credit, or {accrual} where the credit granted is counted as owed in full.",
)
NO_LOSS = Phrase(
    "一个满员的团最坏情况下不亏损：至少剩 {worst} 元（每席{about} {seat} 元）。",
    "At its worst a full group loses nothing: it leaves at least {worst} ({about}{seat} a seat).",
)
LOSS = Phrase(
    "一个满员的团最多亏损 {loss} 元（每席{about} {seat} 元）：最坏情况下，按现金计剩 {cash} 元，"
    "把发放的购物金全额记为欠款则剩 {accrual} 元。",
    "A full group can lose at most {loss} ({about}{seat} a seat): at its worst {cash} is left in cash, and "
    "{accrual} where the credit granted is counted as owed in full.",
)
NO_BOUND = Phrase(
    "现金亏损没有上限：向推荐人释放的是其余额的一定比例，而余额可以任意大；把发放的购物金全额记为欠款，"
    "最坏情况下剩 {accrual} 元。",
    "Nothing bounds what a group can lose in cash: sponsors are released a rate of their balance, and a "
    "balance "
    "may be of any size. Counting the credit granted as owed in full, at its worst {accrual} is left.",
)
ON_CLOSE = Phrase(
    "活动结束时一次性开奖：以上“预计”是只有一个团成团时的数字；每多成团一个，最坏再变动 {further} 元。",
    "There is one draw at the end: “expected” is of an activity in which one group filled; every further "
    "group changes it by {further} at the worst.",
)
LADDER = Phrase(
    "阶梯拼团：以上“预计”是到最后一档时的数字；各种结束人数在最坏情况下剩下：{ends}。",
    "A ladder: “expected” is a group that reaches its last tier; at its worst each end leaves: {ends}.",
)
LADDER_END = Phrase("{size}每席 {price} 元剩 {margin} 元", "{size} at {price}: {margin}")
UNFILLED = Phrase(
    "没有满员而失效的团全额退款，手续费不退，最多损失 {fees} 元；迟到而退回的付款每笔损失 {fee} 元。"
    "这两项不计入上面的最坏情况。",
    "A group that does not fill refunds everybody, and the fees do not come back: up to {fees}; a late "
    "payment "
    "that is refunded costs {fee}. Neither is part of the worst case above.",
)
UNPAID = Phrase(
    "成团后没有付尾款的席位退回订金，手续费不退；一个团里没有人付尾款时最多损失 {fees} 元，"
    "也不计入上面的最坏情况。",
    "Seats of a full group whose balance is not paid get their deposit back, and its fee does not come back: "
    "up to {fees} where nobody pays. That is no part of the worst case above either.",
)
NEEDS_NONE = Phrase("不需要预算。", "It needs no budget.")
NEEDS_ONE = Phrase(
    "需要预算：没有预算不能发布。", "It needs a budget: without one it is not to be published."
)
CARRIES = Phrase(
    "预算 {budget} 元在最坏情况下够 {groups} 个满员的团。",
    "The budget of {budget} carries {groups} full groups in their worst case.",
)
CARRIES_OPEN = Phrase(
    "预算 {budget} 元够多少个团说不准：有的承诺没有上限。",
    "How many groups the budget of {budget} carries cannot be said: a promise has no bound.",
)
NOT_CARRIED = Phrase(
    "预算 {budget} 元连一个团的最坏情况都不够。",
    "The budget of {budget} does not carry a single group in its worst case.",
)
REWARD_LIMIT = Phrase(
    "最后一类的 {seats}每席现金不超过 {limit} 元时，最坏情况下不含购物金也不亏。",
    "Up to {limit} in cash for each of the {seats} of the last class the group pays for itself at its worst, "
    "credit aside.",
)
NO_REWARD = Phrase(
    "即使最后一类的 {seats}分文不给，最坏情况下不含购物金也会亏。",
    "Even with nothing for the {seats} of the last class the group does not pay for itself at its worst, "
    "credit "
    "aside.",
)

COLUMNS = (
    Phrase("一个满员的团（元）", "one full group (yuan)"),
    Phrase("预计", "expected"),
    Phrase("最坏", "worst"),
)
ROWS = {
    "captured": Phrase("收取的款项", "payments captured"),
    "rewards": Phrase("− 各类结果给的现金", "− cash given by outcomes"),
    "each_join": Phrase("− 每次参团给的现金", "− cash given for each join"),
    "leader": Phrase("− 团长的现金", "− cash given to the leader"),
    "daily_pool": Phrase("− 投入日分红池", "− put into the daily dividend"),
    "kept": Phrase("= 商品、手续费、购物金之前", "= kept before goods, fees, credit"),
    "goods": Phrase("− 商品成本（最坏：购物券）", "− goods (worst: vouchers)"),
    "fee": Phrase("− 支付手续费（全部席位，不退）", "− payment fee, all seats, never back"),
    "coupons": Phrase("− 发出的优惠券（全部用掉）", "− coupons given, all of them used"),
    "before_credit": Phrase("= 购物金之前", "= margin before credit"),
    "released": Phrase("− 释放为现金的购物金", "− credit released into cash"),
    "cash": Phrase("= 按现金", "= margin, cash view"),
    "credit": Phrase("− 发放的购物金（代替释放）", "− credit granted (instead of released)"),
    "accrual": Phrase("= 按欠款", "= margin, accrual view"),
}
ALWAYS = ("captured", "kept", "goods", "before_credit", "cash", "accrual")
DISSOLVED = Phrase("成团流失的团", "a full group that dissolves")
RATIOS = {
    "payout_cash": Phrase("拨比（按现金）", "payout ratio, cash view"),
    "payout_accrual": Phrase("拨比（按欠款）", "payout ratio, accrual view"),
}
UNBOUNDED = Phrase("无上限", "no bound")
NONE = Phrase("—", "—")

PROMISE_COLUMNS = (
    Phrase("承诺（一个满员的团，最坏）", "promise (one full group, worst)"),
    Phrase("数额", "amount"),
    Phrase("本团款项够付", "covered by this group"),
    Phrase("资金来源", "funding"),
)
PROMISES = {
    "goods": Phrase("商品或购物券", "goods or vouchers"),
    "rewards": Phrase("各类结果给的现金", "cash given by outcomes"),
    "each_join": Phrase("每次参团给的现金", "cash given for each join"),
    "leader": Phrase("团长的现金", "cash given to the leader"),
    "daily_pool": Phrase("日分红", "daily dividend"),
    "coupons": Phrase("优惠券（日后抵扣价款）", "coupons (off later prices)"),
    "release_credit": Phrase("参团时释放购物金", "release of credit on joins"),
    "release_to_sponsor": Phrase("向推荐人释放购物金", "release of credit to sponsors"),
    "daily_release": Phrase("每日释放购物金", "daily release of credit"),
    "monthly_profit": Phrase("积分池分红（运营录入）", "monthly profit (entered by the operator)"),
    **{name: phrase for name, phrase in ASSET_NAMES.items() if name != "cash"},
}
FUNDINGS = {
    "order": Phrase("本团款项", "this order"),
    "pool": Phrase("由订单投入的池", "a pool, filled by the orders"),
    "budget": Phrase("预算", "the budget"),
    "nothing": Phrase("没有来源", "nothing"),
}
CREDIT_TWICE = Phrase(
    "购物金与释放是同一笔钱：发放时记欠款，或释放时记现金，不重复计算。",
    "Credit and its release are the same money: owed when it is granted, or paid when it is released, never "
    "both.",
)
POINTS_LATER = Phrase(
    "积分和购物币兑换商品、抵扣价款时的成本，方案里没有写，因此不在利润里。",
    "What points and coins cost when they are exchanged or deducted no plan says, so it is in no margin.",
)

STOP_NOTHING = Phrase("停单测试：没有购物金欠款。", "Stop test: no credit is owed.")
STOP_OWED = Phrase(
    "停单测试：如果不再有新订单，一个满员的团欠下购物金 {owed} 元（{seats}）；本团利润可留出 {margin} 元，"
    "预算 {set_aside} 元，每团有 {short} 元是本团利润付不起的。",
    "Stop test: if no further order comes, a full group has left {owed} of credit owed ({seats}); its own "
    "margin "
    "leaves {margin} to set aside, the budget is {set_aside}; each group leaves {short} that its margin "
    "does not "
    "cover.",
)
STOP_SEAT = Phrase("{name} 每席 {amount} 元", "{amount} for a seat of {name}")
STOP_FROZEN = Phrase(
    "没有每日释放：不再参团就一分也不释放，购物金一直欠着。",
    "There is no daily release: without joins not a fen is released, and the credit stays owed.",
)
STOP_DECAYS = Phrase(
    "每席购物金在 {days}后：已释放 {released} 元，仍欠 {owed} 元。",
    "Of one seat's credit, after {days}: {released} released, {owed} still owed.",
)
STOP_NEVER = Phrase(
    "因为向下取整，最后的 {never} 元永远不会释放。",
    "As releases round down, the last {never} is never released.",
)
PEAK_HELD = Phrase(
    "现金峰值：待成团和待退款的款项原样保留，因此为它们垫付 0.00 元。",
    "Peak cash: payments that are held or refunded lie untouched until then, so they need 0.00 from "
    "elsewhere.",
)
PEAK_GROUP = Phrase(
    "一个满员的团最多需垫付 {settlement} 元。",
    "A full group needs at most {settlement} from elsewhere.",
)
PEAK_GROUP_OPEN = Phrase(
    "向推荐人释放的现金没有上限，可能需要垫付的也没有上限。",
    "What is released to sponsors has no bound, nor has what is needed for it from elsewhere.",
)
PEAK_DAYS = Phrase(
    "一个满员的团发放的购物金，第二天最多释放 {next_day} 元；没有新订单的 30 天里最多释放 {month} 元。",
    "Of the credit that a full group grants at most {next_day} is released on the next day, and at most "
    "{month} in 30 days without orders.",
)
OPEN_ENDED = Phrase(
    "{promise}针对会员的全部余额，包括从其他方案得来的，因此没有上限。",
    "“{promise}” is a rate of whatever members hold, from other plans too: no group bounds it.",
)


def headlines(report: Solvency, language: Language) -> list[str]:
    """What an operator has to know, in a few sentences."""
    expected, size = report.expected, report.expected.size
    said = [
        KEEPS.say(
            language,
            size=seats_text(size, language),
            price=format_amount(report.price),
            captured=format_amount(expected.captured),
            given=format_amount(expected.given),
            kept=format_amount(expected.kept),
        )
    ]
    about, seat = _per_seat(expected.before_credit, size, language)
    filled = {"margin": format_amount(expected.before_credit), "about": about, "seat": seat}
    filled |= {"cash": _amount(expected.cash, language), "accrual": format_amount(expected.accrual)}
    has_credit = expected.credit or report.worst.released != 0
    said.append((EXPECTED_CREDIT if has_credit else EXPECTED).say(language, **filled))
    said += [_worst(report, language), *budget_sentences(report, language)]
    if report.reward_limit is not None:
        seats = seats_text(report.last_seats, language)
        limit = format_amount(report.reward_limit)
        said.append(
            (NO_REWARD if report.reward_limit < 0 else REWARD_LIMIT).say(language, seats=seats, limit=limit)
        )
    if report.further is not None:
        cash, accrual = report.further.cash, report.further.accrual
        least = None if cash is None else min(cash, accrual)
        said.append(ON_CLOSE.say(language, further=_amount(least, language)))
    if report.ladder:
        said.append(_ladder(report, language))
    if report.expected.fee:
        fee = report.expected.fee // size
        fees = format_amount(-report.unfilled)
        said.append(UNFILLED.say(language, fees=fees, fee=format_amount(fee)))
    if report.unpaid:
        said.append(UNPAID.say(language, fees=format_amount(-report.unpaid)))
    return said


def figures(report: Solvency, language: Language) -> list[tuple[str, str, str]]:
    """The rows of the table: what it is, expected, worst; what is 0 in both is left out."""
    rows = []
    for name, phrase in ROWS.items():
        expected, worst = getattr(report.expected, name), getattr(report.worst, name)
        if name in ALWAYS or expected or worst != 0:
            rows.append((phrase.say(language), _amount(expected, language), _amount(worst, language)))
    if report.dissolved is not None:
        rows.append((DISSOLVED.say(language), NONE.say(language), format_amount(report.dissolved)))
    for name, phrase in RATIOS.items():
        expected, worst = getattr(report.expected, name), getattr(report.worst, name)
        rows.append((phrase.say(language), _ratio(expected, language), _ratio(worst, language)))
    return rows


def promises(report: Solvency, language: Language) -> list[tuple[str, str, str, str]]:
    """The rows of the promises: what, how much at the most, how much this group covers, who funds it."""
    return [_promise(promise, language) for promise in report.promises]


def notes(report: Solvency, language: Language) -> list[str]:
    """Credit, points, the stop test and the peak of cash, in sentences."""
    said = [OPEN_ENDED.say(language, promise=PROMISES[what].say(language)) for what in report.open_ended]
    if report.worst.credit or report.worst.released != 0:
        said.append(CREDIT_TWICE.say(language))
    if report.points:
        said.append(POINTS_LATER.say(language))
    return [*said, *_stop(report, language), *_peak(report, language)]


def _ladder(report: Solvency, language: Language) -> str:
    ends = [
        LADDER_END.say(
            language,
            size=seats_text(end.size, language),
            price=format_amount(end.price),
            margin=format_amount(end.worst.before_credit),
        )
        for end in report.ladder
    ]
    return LADDER.say(language, ends=("；" if language == "zh" else "; ").join(ends))


def _worst(report: Solvency, language: Language) -> str:
    accrual = format_amount(report.worst_accrual)
    if report.worst_cash is None or report.loss is None:
        return NO_BOUND.say(language, accrual=accrual)
    least = min(report.worst_cash, report.worst_accrual)
    about, seat = _per_seat(abs(least), report.worst.size, language)
    if report.loss == 0:
        return NO_LOSS.say(language, worst=format_amount(least), about=about, seat=seat)
    filled = {
        "loss": format_amount(report.loss),
        "cash": format_amount(report.worst_cash),
        "accrual": accrual,
    }
    return LOSS.say(language, about=about, seat=seat, **filled)


def budget_sentences(report: Solvency, language: Language) -> list[str]:
    """Whether a budget is needed, and how far the one that is stated goes."""
    if not report.needs_budget:
        return [NEEDS_NONE.say(language)]
    budget = format_amount(report.budget)
    if not report.budget:
        return [NEEDS_ONE.say(language)]
    if report.groups_carried is None:
        return [CARRIES_OPEN.say(language, budget=budget)]
    phrase = CARRIES if report.groups_carried else NOT_CARRIED
    return [phrase.say(language, budget=budget, groups=report.groups_carried)]


def _stop(report: Solvency, language: Language) -> list[str]:
    stop = report.stop
    if not stop.owed:
        return [STOP_NOTHING.say(language)]
    seats = [
        STOP_SEAT.say(
            language, name=seat.zh if language == "zh" else seat.en, amount=format_amount(seat.credit)
        )
        for seat in stop.per_seat
    ]
    filled = {
        "owed": format_amount(stop.owed),
        "margin": format_amount(stop.margin),
        "set_aside": format_amount(stop.set_aside),
        "short": format_amount(stop.short),
        "seats": ("、" if language == "zh" else ", ").join(seats),
    }
    said = [STOP_OWED.say(language, **filled)]
    if not any(left.released for left in stop.decays):
        return [*said, STOP_FROZEN.say(language)]
    for left in stop.decays:
        released, owed = format_amount(left.released), format_amount(left.owed)
        said.append(
            STOP_DECAYS.say(language, days=days_text(left.days, language), released=released, owed=owed)
        )
    return [*said, STOP_NEVER.say(language, never=format_amount(stop.never))] if stop.never else said


def _peak(report: Solvency, language: Language) -> list[str]:
    peak = report.peak
    said = [PEAK_HELD.say(language)]
    if peak.settlement is None:
        said.append(PEAK_GROUP_OPEN.say(language))
    else:
        said.append(PEAK_GROUP.say(language, settlement=format_amount(peak.settlement)))
    if peak.next_day or peak.month:
        filled = {"next_day": format_amount(peak.next_day), "month": format_amount(peak.month)}
        said.append(PEAK_DAYS.say(language, **filled))
    return said


def _promise(promise: Promise, language: Language) -> tuple[str, str, str, str]:
    covered = NONE.say(language) if promise.amount is None else format_amount(promise.covered)
    return (
        PROMISES[promise.what].say(language),
        NONE.say(language) if promise.what == "monthly_profit" else _amount(promise.amount, language),
        covered,
        FUNDINGS[promise.funding].say(language),
    )


def _amount(amount: int | None, language: Language) -> str:
    return UNBOUNDED.say(language) if amount is None else format_amount(amount)


def _ratio(ratio: Fraction | None, language: Language) -> str:
    return NONE.say(language) if ratio is None else percent(ratio.numerator, ratio.denominator, language)


def _per_seat(amount: int, size: int, language: Language) -> tuple[str, str]:
    """The nearest fen a seat, with "about" where it is not exact."""
    exact = amount % size == 0
    nearest = (2 * abs(amount) + size) // (2 * size)
    about = "" if exact else "约" if language == "zh" else "about "
    return about, format_amount(nearest if amount >= 0 else -nearest)
