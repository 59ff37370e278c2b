"""Refusals: the closed list of reasons for which a request is turned down, in order of precedence.

Each has a stable code and a sentence in both languages that says what is allowed instead.
"""

from dataclasses import dataclass, field
from typing import Any

# code: (Chinese, English). The first that applies wins, in this order.
SENTENCES: dict[str, tuple[str, str]] = {
    "not_started": ("活动还没有开始，{opens} 开始。", "This has not started yet; it starts {opens}."),
    "ended": ("活动已经结束。", "This has ended."),
    "outside_hours": (
        "现在不在参与时段内，下一次开放：{opens}。",
        "Joining is closed at this hour; it opens next {opens}.",
    ),
    "sold_out": ("库存已售完。", "This is sold out."),
    "limit_per_day": (
        "每人每天最多参与 {limit} 次，您今天已满，明天可以再来。",
        "You can join {limit} times a day and have done so today; you can join again tomorrow.",
    ),
    "limit_total": (
        "每人最多参与 {limit} 次，您已达到上限。",
        "You can join {limit} times in all and have done so.",
    ),
    "already_in_group": (
        "您已在这个团里，每人最多占 {limit} 个座位。",
        "You are in this group already; a member may hold at most {limit} of its seats.",
    ),
    "too_many_open_groups": (
        "您已有 {limit} 个团正在进行，成团或到期后可以再开。",
        "You lead {limit} open groups already; you can open another when one has filled or expired.",
    ),
    "group_full": ("这个团已满，请选择别的团。", "This group is full; please choose another."),
    "group_not_found": ("没有找到这个团，或它已经结束。", "There is no such group, or it is closed."),
    "coupon_not_taken": ("这个活动不能使用优惠券。", "Coupons cannot be used in this activity."),
    "coupon_used": ("这张优惠券已经使用，请换一张。", "This coupon is used already; please take another."),
    "coupon_expired": (
        "这张优惠券不在有效期内，请换一张。",
        "This coupon is not valid now; please take another.",
    ),
    "coupon_out_of_scope": (
        "这张优惠券不能用于所选商品，请换一张。",
        "This coupon is not for what you chose; please take another.",
    ),
    "coupon_below_threshold": (
        "这张优惠券满 {threshold} 元可用，请换一张。",
        "This coupon can be used from a price of {threshold} on; please take another.",
    ),
    "insufficient_balance": (
        "余额不足：需要 {needed} 元，现有 {held} 元。",
        "Your balance is too low: {needed} is needed, you have {held}.",
    ),
    "member_frozen": ("您的账户已被冻结，请联系客服。", "Your account is frozen; please contact us."),
    "pool_in_only": (
        "现在只能转入，不能转出；下次可以转出的日期：{next}。",
        "Points can only be moved in now; they can be moved out again from {next} on.",
    ),
    "pool_frozen": (
        "积分池已冻结，正在结算；下次可以转入或转出的日期：{next}。",
        "The pool is frozen for its settlement; points can be moved again from {next} on.",
    ),
    "not_a_multiple": (
        "只能按 {step} 的整数倍转入或转出。",
        "What is moved must be a multiple of {step}.",
    ),
    "insufficient_points": (
        "积分不足：需要 {needed}，现有 {held}。",
        "You have too few points: {needed} are needed, you have {held}.",
    ),
    "idempotency_conflict": (
        "这个幂等键已用于另一个内容不同的请求。",
        "This idempotency key was used for a request with other content.",
    ),
    "not_found": ("没有找到。", "Not found."),
    "invalid": ("{what}", "{what}"),
    "already_registered": ("这个手机号已注册，请登录。", "This number is registered; please sign in."),
    "wrong_credentials": ("手机号、密码或验证码不正确。", "The number, password or code is not right."),
    "too_many_tries": (
        "尝试次数太多，请 {minutes} 分钟后再试。",
        "Too many tries; please wait {minutes} minutes.",
    ),
    "adults_only": ("请确认您已年满 18 周岁。", "Please confirm that you are 18 or older."),
    "bad_signature": ("签名不正确。", "The signature is not right."),
    "not_editable": ("只能修改草稿。", "Only a draft can be changed."),
    "exchange_closed": (
        "现在不能用积分兑换商品；下次可以兑换的日期：{next}。",
        "Points cannot be exchanged for goods now; they can be again from {next} on.",
    ),
    "price_changed": (
        "价格已变为 {points} 积分，请确认后重试。",
        "The price is {points} points now; look at it and try again.",
    ),
    "price_risen": (
        "价格现在是 {price} 元，请确认后再参团。",
        "The price is {price} now; please look again before you join.",
    ),
    "exchange_limit": (
        "每人最多兑换 {limit} 件，您已达到上限。",
        "A member may have {limit} of these goods, and you have had them.",
    ),
    "stock_needed": (
        "有规格的商品需要填写库存：上架时从商品库存划出。",
        "A product with variants needs a number of pieces: they are allotted from its stock.",
    ),
    "stock_short": (
        "规格 {code} 库存不足：需要 {wanted} 件，现有 {stock} 件。",
        "Variant {code} has too little stock: {wanted} are wanted, there are {stock}.",
    ),
    "coupons_gone": ("这种优惠券已领完。", "None of these coupons are left."),
    "coupon_limit": (
        "每人最多领 {limit} 张，您已领满。",
        "A member may have {limit} of these, and you have had them.",
    ),
    "self_sponsoring": ("不能邀请自己。", "Nobody can invite themselves."),
    "sponsor_bound": (
        "已经有邀请人，不能再次绑定。",
        "There is a sponsor already; it is bound once.",
    ),
    "sponsor_loop": (
        "对方是由该会员（直接或间接）邀请来的，不能反过来成为其邀请人。",
        "That member was brought by this one, directly or not, and cannot be the sponsor.",
    ),
    "choice_made": ("已经选择过了。", "This was chosen already."),
    "choice_over": (
        "选择时间已过，按所购商品发放。",
        "The time to choose is over; it is the product ordered.",
    ),
    "not_on_the_list": ("所选商品不在奖品列表里。", "That product is not on the list of prizes."),
    "no_voucher": ("这个奖品不能选择券。", "A voucher cannot be chosen here."),
    "reason_missing": (
        "请写明原因（1 至 {longest} 个字）。",
        "Please give a reason (1 to {longest} characters).",
    ),
    "sponsor_unchanged": ("邀请人没有变化。", "That is the sponsor already."),
    "profit_out_of_range": (
        "可分配利润必须大于 0，最多 {most} 元。",
        "The profit must be more than 0 and at most {most} yuan.",
    ),
    "profit_entered": (
        "{month} 的利润已经录入。",
        "The profit of {month} was entered already.",
    ),
    "month_not_frozen": (
        "只能在当月冻结期内录入和确认利润；本月冻结期开始于 {next}。",
        "A month's profit is entered and confirmed on its frozen days; this month's begin on {next}.",
    ),
    "pool_empty": ("积分池里没有积分，无人可分。", "Nobody has points in the pool to share it."),
    "amount_out_of_range": (
        "金额须不为零，且不超过 {most}。",
        "The amount must not be zero and at most {most}.",
    ),
    "too_little_balance": (
        "会员余额不足：需扣减 {needed}，现有 {held}。",
        "The member's balance is too low: {needed} would be taken, {held} is held.",
    ),
    "not_waiting": (
        "这个团没有在等待公开号码。",
        "This group is not waiting for a public number.",
    ),
    "value_too_late": (
        "公开数值最迟应在 {due} 前得到，已经过期；款项原路退回。",
        "The public value was due before {due}; it is over, and the payments go back.",
    ),
    "number_invalid": (
        "号码须按公布的样子填写：1 至 {most} 位数字，中间可以有小数点或逗号，不含空格。",
        "Enter the number as it was published: 1 to {most} digits, with points or commas between them, no "
        "spaces.",
    ),
    "source_missing": (
        "请写明号码的出处（1 至 {source} 个字）和网址或期号（1 至 {reference} 个字）。",
        "Say where the number stands (1 to {source} characters), and its web address or issue number (1 to "
        "{reference}).",
    ),
    "not_after_freeze": (
        "号码的公布时间须晚于名单锁定时间 {frozen}，且不晚于现在。",
        "The number must have been published after the list was frozen at {frozen}, and not in the future.",
    ),
    "entry_open": (
        "已有一位同事录入，等待另一位独立录入相同的号码。",
        "One operator has entered it already; it awaits a second one who enters the same by themselves.",
    ),
    "numbers_differ": (
        "两次录入不一致，都不生效；请核对公布的号码后重新录入。",
        "The two entries differ, so neither counts; compare with what was published and enter it again.",
    ),
    "balance_over": (
        "付尾款的期限（{until}）已过，订金全额原路退回。",
        "The time to pay the balance was over at {until}; the deposit goes back in full.",
    ),
    "balance_paid": ("尾款已经付清。", "The balance is paid already."),
    "already_decided": (
        "已经处理过了，不能再次处理。",
        "This was decided already and cannot be decided again.",
    ),
    "same_person": (
        "录入或提出的人不能自己确认，请另一位有复核权限的同事确认。",
        "Who entered or proposed it cannot confirm it; another operator with the right to confirm must.",
    ),
    "stop_open": (
        "这个活动的停止申请已经提出，请先处理它。",
        "A stop of this activity was proposed already; decide that one first.",
    ),
    "draft_changed": (
        "草稿在您确认期间被改动，请重新查看后再发布。",
        "The draft was changed while you looked at it; look again before publishing.",
    ),
    "already_published": (
        "这份内容已经发布为 {version}，不需要再次发布。",
        "This content is published already, as {version}; it need not be published again.",
    ),
    "request_open": (
        "这份内容已经有一个等待确认的发布申请，请先处理或撤回它。",
        "This content awaits a second person already; decide or withdraw that request first.",
    ),
    "budget_missing": (
        "最坏情况下一个满员的团亏损 {loss}（元），方案没有写明预算；请写明 budget，或改到最坏情况下不亏。",
        "At its worst a full group loses {loss} (yuan) and the plan states no budget; state one, or "
        "change the plan so that it loses nothing.",
    ),
    "budget_too_small": (
        "最坏情况下一个满员的团亏损 {loss}（元），预算 {budget} 元连一个团都不够；预算至少要够一个团。",
        "At its worst a full group loses {loss} (yuan); the budget of {budget} does not carry one. It must "
        "carry at least one group.",
    ),
    "findings_block": (
        "有 {count} 条合规结论阻止发布（{rules}）；请按各条的“处理”修改方案或事实陈述。",
        "Findings in the way of publishing: {count} ({rules}); mend the plan or the statement of facts as "
        "each of them says.",
    ),
    "acknowledgement_missing": (
        "每一条需要确认的结论都要由另一位有权限的同事确认：{rules}。",
        "Every finding that needs it must be acknowledged by another operator with the right to: {rules}.",
    ),
    "reference_missing": (
        "请为每一条结论写明所依据的意见（1 至 {longest} 个字）。",
        "Name the opinion relied on for every finding (1 to {longest} characters).",
    ),
    "channel_failed": (
        "暂时无法发送，请稍后再试。",
        "It could not be sent just now; please try again later.",
    ),
    "endpoint_refused": (
        "不能使用这个地址：{why}。允许的是公网可达的 https 地址，最长 500 个字符。",
        "This address cannot be used: {why}. Allowed are https addresses in the public network, at most 500 "
        "characters.",
    ),
    "too_many_endpoints": (
        "一个客户端最多 {limit} 个 Webhook 地址，请先停用一个。",
        "A client may have {limit} webhook endpoints that are on; switch one off first.",
    ),
    "report_changed": (
        "申请之后规则或设置变了，结论与申请时不同；请撤回后重新申请。",
        "Rules or settings have changed since, and the findings with them; withdraw this request and make "
        "another.",
    ),
    "not_allowed_now": (
        "现在不能这样做：状态是“{state}”。",
        "This cannot be done now: the state is “{state}”.",
    ),
    "unknown_area": (
        "没有这个区县，请从列表中选择省、市、区县。",
        "There is no such district; choose province, city and district from the list.",
    ),
    "too_many_addresses": (
        "最多保存 {limit} 个地址，请先删除不用的。",
        "At most {limit} addresses are kept; delete one that you do not use.",
    ),
    "address_missing": (
        "没有收货地址，须由会员先填写或选择。",
        "There is no address for this; the member has to give or choose one first.",
    ),
    "unknown_carrier": (
        "没有这个快递公司；可用：{allowed}。",
        "There is no such carrier; allowed are: {allowed}.",
    ),
    "bad_tracking_number": (
        "快递单号须为 6 至 32 位字母、数字或短横。",
        "A tracking number has 6 to 32 letters, digits or hyphens.",
    ),
    "digits_lost": (
        "表格把长单号存成了数字，末尾几位已丢失；请把该列设为文本后重填。",
        "The sheet keeps this long number as a figure and has lost its last digits; make the column text "
        "and enter it again.",
    ),
    "shipped_otherwise": (
        "这个订单已按 {carrier} {number} 发货，没有改动；单号有误时，请在后台该发货单的“更正单号”里更正。",
        "This order was shipped by {carrier} {number}, and nothing was changed; if that is wrong, use "
        "“Correct the number…” on its parcel's page in the console.",
    ),
    "duplicate_row": (
        "文件第 {line} 行已有这个订单，本行没有处理。",
        "Line {line} of the file has this order already; this line was not taken.",
    ),
    "bad_file": ("文件不能导入：{what}。", "The file cannot be taken: {what}."),
    "aftersale_open": (
        "这个订单有售后正在处理，处理完后再操作。",
        "An after-sale of this order is open; this can be done once it is over.",
    ),
    "refund_too_large": (
        "退款金额须大于 0 且不超过 {left} 元。",
        "The refund must be more than 0 and at most {left} yuan.",
    ),
}


@dataclass(eq=False)  # not frozen: contextlib sets __traceback__ on what passes through it
class Refused(Exception):
    """A request was turned down and nothing changed.

    Attributes:
        code: one of SENTENCES.
        details: what the sentence names: limits, amounts, the next possible time (texts or numbers).
    """

    code: str
    details: dict[str, Any] = field(default_factory=dict)

    def sentence(self, language: str) -> str:
        """The sentence in Chinese (`zh…`) or English."""
        chinese, english = SENTENCES[self.code]
        details = {
            key: (value[0] if language.startswith("zh") else value[1]) if isinstance(value, tuple) else value
            for key, value in self.details.items()
        }
        return (chinese if language.startswith("zh") else english).format(**details)

    def __str__(self) -> str:
        return self.sentence("en")
