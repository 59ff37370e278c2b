"""What a report calls reasons, parties and times, in both languages."""

from pinwheel.plan.words import Phrase

REASON_WORDS = {
    "hold": Phrase("付款", "payment"),
    "hold_external": Phrase("外部付款", "payment from outside"),
    "capture": Phrase("收下的款项", "payment kept"),
    "refund": Phrase("退款", "refund"),
    "refund_external": Phrase("退回外部", "refund to outside"),
    "reward": Phrase("结果奖励", "given by the result"),
    "released_credit": Phrase("参团释放购物金", "credit released by a join"),
    "released_cash": Phrase("参团释放所得", "cash out of that"),
    "leader_reward": Phrase("团长奖励", "given to the leader"),
    "join_reward": Phrase("参团奖励", "given for a join"),
    "adjustment": Phrase("人工调整", "adjustment by hand"),
    "sponsor_released_credit": Phrase("下级参团释放购物金", "credit released by a downline's join"),
    "sponsor_released_cash": Phrase("下级参团释放所得", "cash out of that, to sponsors"),
    "daily_released_credit": Phrase("每日释放购物金", "credit released daily"),
    "daily_released_cash": Phrase("每日释放所得", "cash out of that, daily"),
    "daily_dividend_funded": Phrase("拨入日分红", "put into the daily dividend"),
    "daily_dividend": Phrase("日分红", "daily dividend"),
    "monthly_dividend_funded": Phrase("拨入月分红", "put into the monthly dividend"),
    "monthly_dividend": Phrase("月分红", "monthly dividend"),
    "pool_in": Phrase("转入积分池", "moved into the pool"),
    "pool_out": Phrase("转出积分池", "moved out of the pool"),
    "exchange": Phrase("积分兑换", "exchanged for goods"),
}

PARTY_WORDS = {
    "paid": Phrase("会员付出", "members paid"),
    "got": Phrase("会员拿到", "members got"),
    "members": Phrase("会员", "members"),
    "held": Phrase("待结算", "held for groups"),
    "kept": Phrase("方案收下", "kept by the plan"),
    "issued": Phrase("发放", "issued"),
    "outside": Phrase("外部", "outside"),
    "pool": Phrase("积分池", "pool"),
    "daily_pool": Phrase("日分红池", "pool of the daily dividend"),
    "monthly_pool": Phrase("月分红池", "pool of the monthly dividend"),
}

# One for each bin of WAIT_UNTIL in lab/world.py.
WAIT_WORDS = (
    Phrase("1 分钟内", "under 1 min"),
    Phrase("1–5 分钟", "1–5 min"),
    Phrase("5–15 分钟", "5–15 min"),
    Phrase("15–60 分钟", "15–60 min"),
    Phrase("1–3 小时", "1–3 h"),
    Phrase("3–6 小时", "3–6 h"),
    Phrase("6–12 小时", "6–12 h"),
    Phrase("12–24 小时", "12–24 h"),
    Phrase("更久", "longer"),
)
