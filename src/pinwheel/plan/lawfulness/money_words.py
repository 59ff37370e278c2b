"""The words of the findings about money promised (rules M), both languages side by side."""

from pinwheel.plan.lawfulness.findings import Words

M01_LOSES = Words(
    "最坏情形下每团（{size} 席）收取 {kept} 元，手续费与税 {costs} 元、商品或券 {goods} 元、现金与分红 "
    "{cash} 元、"
    "推荐报酬 {pay} 元、待返购物金（或更高的准备金）{owed} 元：亏 {short} 元，且没有预算。",
    "In its worst case a group of {size} keeps {kept} yuan and costs {costs} in fees and tax, {goods} "
    "in goods or "
    "vouchers, {cash} in cash and dividends, {pay} in referral pay and {owed} in credit owed (or the "
    "reserve, if "
    "higher): it loses {short}, and there is no budget.",
    "把每团的承诺减少 {short} 元，或写明承担亏损的预算。",
    "Promise {short} yuan less a group, or state a budget that bears the loss.",
)
M01_PACKAGE = Words(
    "一份礼包 {price} 元，成本与手续费 {costs} 元，最多再付出 {pay} 元：亏 {short} 元，且没有预算。",
    "A package of {price} yuan costs {costs} with fees and pays out up to {pay}: it loses {short}, "
    "with no budget.",
    "把最高一档返还减少 {short} 元，或写明预算。",
    "Return {short} yuan less at the highest step, or state a budget.",
)
M01_LOOK = Words(
    "每团还给出 {points} 点{items}；它们换成商品或抵价时值多少钱，方案里没有，最坏情形未计入。",
    "A group also gives {points} {items}; what goods or prices they cover is not in the plan, and the "
    "worst case leaves "
    "them out.",
    "核对积分商城和抵扣规则的成本，与每团余下的 {room} 元比较。",
    "Look at what the mall and its deductions cost, against the {room} yuan that are left of a group.",
)
M02_OWED = Words(
    "若从此不再有订单：{groups} 个团已结算，应返购物金 {owed} 元，已备 {reserve} 元，缺 {short} 元。",
    "With no further order: {groups} group(s) settled, {owed} yuan of credit owed, {reserve} set "
    "aside, {short} missing.",
    "每笔收款按应返金额提取准备金（reserve），或减少应返金额。",
    "Set what is owed aside from each payment (reserve), or owe less.",
)
M03_BACK = Words(
    "每席承诺日后返还 {back} 元，为所付 {price} 元的 {rate}。",
    "A seat is promised {back} yuan back over time, {rate} of the {price} paid.",
    "降到 20% 以下；否则由第二人确认。",
    "Bring it below 20%; else a second person acknowledges it.",
)
M03_WHOLE = Words(
    "每席承诺日后返还 {back} 元，为所付 {price} 元的 {rate}，没有写明资金来源。",
    "A seat is promised {back} yuan back over time, {rate} of the {price} paid, and no funding is shown.",
    "写明准备金或预算，或降到 20% 以下。",
    "Show a reserve or a budget, or bring it below 20%.",
)
M03_CYCLE = Words(
    "循环返还合计为所付的 {rate}，由后来购买者的订单支付。",
    "A cycle returns {rate} of what was paid, out of later buyers' orders.",
    "降到 20% 以下；否则由第二人凭法律意见确认。",
    "Bring it below 20%; else a second person acknowledges it with an opinion.",
)
M03_LEAVES = Words(
    "持有值到所付的 {times} 倍时离场，其中 {cash} 付现金，即所付的 {rate}，由底池支付。",
    "A holding leaves at {times} times what was paid, {cash} of it in cash, {rate} of the payment, out "
    "of the pool.",
    "降到 20% 以下；否则由第二人凭法律意见确认。",
    "Bring it below 20%; else a second person acknowledges it with an opinion.",
)
M04_BOUGHT = Words(
    "付 {price} 元不退、没有商品，只得到{items}：积分是用钱买的。",
    "{price} yuan are kept, no goods are given, only {items}: points are bought for money.",
    "给出商品，积分只作附赠。",
    "Sell goods, and give points along with them.",
)
M04_TEXT = Words(
    "文字里有“{said}”：积分可以买卖。",
    "The text says “{said}”: points are traded.",
    "删去，并且不提供积分买卖。",
    "Take it away, and offer no trade in points.",
)
M04_FACT = Words(
    "会员之间可以买卖积分，或用钱买积分。",
    "Members can sell points to each other, or buy them.",
    "关闭积分买卖。",
    "Close the trade in points.",
)
M05_TEXT = Words(
    "文字里有“{said}”：向公众许诺收益、保证或回购。",
    "The text says “{said}”: a yield, a guarantee or a buy-back offered to the public.",
    "删去，并且不作这样的许诺。",
    "Take it away, and promise no such thing.",
)
M05_LOOK = Words(
    "增值积分可按底池价格赎回，到所付的 {times} 倍时离场：是否构成预期收益或回购，方案不能决定。",
    "Appreciation points are redeemed at the pool's price and leave at {times} times the payment: "
    "whether that is an "
    "expected yield or a buy-back the plan does not decide.",
    "请律师判断，并核对所有宣传都不许诺涨价。",
    "Have counsel judge it, and look that no text promises a rise.",
)
M06_OWN = Words(
    "其他商家的货款进入平台自己的账户（二清）。",
    "Other sellers' money lands in the platform's own account.",
    "改用持牌机构的分账编号。",
    "Use a licensed institution's split-payment id.",
)
M07_HIGH = Words(
    "充值或卡每张最多 {amount} 元，超过 {limit} 元的限额。",
    "A top-up or card holds up to {amount} yuan, above the limit of {limit}.",
    "降到 {limit} 元以内；否则由第二人确认。",
    "Bring it to {limit} yuan; else a second person acknowledges it.",
)
M07_UNFILED = Words(
    "充值或卡 {amount} 元，没有备案编号和存管比例。",
    "A top-up or card of {amount} yuan has no filing number and reserve rate.",
    "先备案并写明存管比例；否则由第二人确认。",
    "File it and state the reserve rate; else a second person acknowledges it.",
)
M07_LIKE = Words(
    "付 {price} 元不退、没有商品，只得到{items}：与预付卡充值相同，备案编号和存管比例不在方案里。",
    "{price} yuan are kept, no goods are given, only {items}: that is a top-up, and its filing number "
    "and reserve rate "
    "are not in the plan.",
    "作为充值备案并按限额发行（top_ups）；否则由第二人确认。",
    "File it as a top-up within the limits (top_ups); else a second person acknowledges it.",
)
M08_NAMELESS = Words(
    "会员得到可提现的零钱，而提现不核实名和税目。",
    "Members get cash, and withdrawals ask for no real name and tax class.",
    "提现前核实名并确定税目。",
    "Ask for a real name and a tax class before any withdrawal.",
)
M08_LOOK = Words(
    "会员得到零钱；提现是否核实名和税目不在方案里。",
    "Members get cash; whether withdrawals ask for a real name and a tax class is not in the plan.",
    "核对提现流程（withdrawals_named）；不开放提现也算是。",
    "Look at how withdrawals work (withdrawals_named); none at all will do.",
)
