"""The kinds of messages: what each says in both languages, and the places that are filled in.

Numbers are stored and never change. Nothing here needs a database: the environment checks its templates
against this list.
"""

import string

from pinwheel.market.messages.kind import OF_ORDER, ORDER_PAGE, Kind
from pinwheel.market.messages.presale_kinds import PRESALE_KINDS
from pinwheel.plan.words import Phrase

CONSOLE, MAIL, WECHAT, SMS = "console", "email", "wechat", "sms"
CHANNELS: dict[str, int] = {CONSOLE: 1, MAIL: 2, WECHAT: 3, SMS: 4}  # numbers are stored


OF_RESULT = (*OF_ORDER, "got")

KINDS: tuple[Kind, ...] = (
    Kind(
        1,
        "paid",
        Phrase("付款成功", "Paid"),
        Phrase("付款成功，等待成团", "Paid, waiting for the group"),
        Phrase(
            "您参加的「{activity}」已付款 {amount} 元，成团后会通知您。",
            "Your {amount} yuan for “{activity}” have arrived. You hear of it when the group is full.",
        ),
        OF_ORDER,
        ORDER_PAGE,
    ),
    Kind(
        2,
        "filled",
        Phrase("拼团成功", "Group filled"),
        Phrase("拼团成功", "Your group is full"),
        Phrase(
            "您参加的「{activity}」已成团，商品：{product}。{got}",
            "Your group of “{activity}” is full; your order: {product}. {got}",
        ),
        OF_RESULT,
        ORDER_PAGE,
        is_urgent=True,
    ),
    Kind(
        3,
        "won",
        Phrase("成团并中奖", "Group filled: won"),
        Phrase("恭喜，您中奖了", "You have won"),
        Phrase(
            "您参加的「{activity}」已成团并开奖，您中奖了。{got}开奖过程可在团页面验证。",
            "Your group of “{activity}” is full and drawn, and you have won. {got} The draw can be verified.",
        ),
        OF_RESULT,
        ORDER_PAGE,
        is_urgent=True,
    ),
    Kind(
        4,
        "not_won",
        Phrase("成团未中奖", "Group filled: not won"),
        Phrase("已开奖，本次未中奖", "Drawn: not won this time"),
        Phrase(
            "您参加的「{activity}」已成团并开奖，本次未中奖。{got}开奖过程可在团页面验证。",
            "Your group of “{activity}” is full and drawn; you have not won. {got} The draw can be verified.",
        ),
        OF_RESULT,
        ORDER_PAGE,
    ),
    Kind(
        5,
        "not_won_refunded",
        Phrase("成团未中奖，已退款", "Group filled: not won, refunded"),
        Phrase("已开奖，未中奖，已退款", "Drawn: not won, refunded"),
        Phrase(
            "您参加的「{activity}」已成团并开奖，本次未中奖，{amount} 元已按原路退回。{got}",
            "Your group of “{activity}” is full and drawn; you have not won, and your {amount} yuan go "
            "back the "
            "way they came. {got}",
        ),
        OF_RESULT,
        ORDER_PAGE,
        is_urgent=True,
    ),
    Kind(
        6,
        "expired",
        Phrase("到期未成团，已退款", "Group expired, refunded"),
        Phrase("未能成团，已退款", "The group did not fill: refunded"),
        Phrase(
            "您参加的「{activity}」到期未成团，{amount} 元已按原路全额退回。",
            "Your group of “{activity}” did not fill in time; all of your {amount} yuan go back the way "
            "they came.",
        ),
        OF_ORDER,
        ORDER_PAGE,
        is_urgent=True,
    ),
    Kind(
        7,
        "dissolved",
        Phrase("成团流失，已退款", "Group dissolved, refunded"),
        Phrase("本团流失，已退款", "The group was dissolved: refunded"),
        Phrase(
            "您参加的「{activity}」按规则流失（未开奖），{amount} 元已按原路全额退回。",
            "Your group of “{activity}” was dissolved by its rules and not drawn; all of your {amount} "
            "yuan go "
            "back the way they came.",
        ),
        OF_ORDER,
        ORDER_PAGE,
        is_urgent=True,
    ),
    Kind(
        8,
        "no_seat",
        Phrase("未能入团，已退款", "No seat, refunded"),
        Phrase("未能入团，已退款", "No seat was left: refunded"),
        Phrase(
            "您参加的「{activity}」已没有席位，{amount} 元已按原路全额退回。",
            "No seat was left in “{activity}”; all of your {amount} yuan go back the way they came.",
        ),
        OF_ORDER,
        ORDER_PAGE,
        is_urgent=True,
    ),
    Kind(
        9,
        "stopped",
        Phrase("活动结束，已退款", "Activity stopped, refunded"),
        Phrase("活动已结束，已退款", "The activity has ended: refunded"),
        Phrase(
            "「{activity}」已结束，您的团未满，{amount} 元已按原路全额退回。",
            "“{activity}” has ended before your group was full; all of your {amount} yuan go back the "
            "way they came.",
        ),
        OF_ORDER,
        ORDER_PAGE,
        is_urgent=True,
    ),
    Kind(
        10,
        "prize_open",
        Phrase("待选择奖品", "Prize to be chosen"),
        Phrase("请选择您的奖品", "Choose your prize"),
        Phrase(
            "您在「{activity}」中奖，请在 {until} 前选择奖品；到期未选，按所购商品发放。",
            "You have won in “{activity}”: choose your prize before {until}. After that it is the "
            "product ordered.",
        ),
        ("activity", "product", "order", "until"),
        ORDER_PAGE,
        is_urgent=True,
    ),
    Kind(
        11,
        "prize_lapsing",
        Phrase("奖品选择即将到期", "Prize about to lapse"),
        Phrase("奖品选择即将到期", "Your choice of a prize ends soon"),
        Phrase(
            "您在「{activity}」的奖品还没有选择，{until} 到期；到期后按所购商品发放。",
            "Your prize of “{activity}” is not chosen yet; the time ends at {until}. Then it is the "
            "product ordered.",
        ),
        ("activity", "product", "order", "until"),
        ORDER_PAGE,
        is_urgent=True,
    ),
    Kind(
        12,
        "voucher",
        Phrase("收到购物券", "Voucher received"),
        Phrase("购物券已到账", "You have a voucher"),
        Phrase("您选择的 {amount} 元购物券已到账。", "The voucher of {amount} yuan that you chose is yours."),
        ("amount",),
        "/vouchers",
    ),
    Kind(
        13,
        "refund_sent",
        Phrase("退款已提交支付渠道", "Refund sent"),
        Phrase("退款已发出", "Your refund was sent"),
        Phrase(
            "「{activity}」的退款 {amount} 元已由支付渠道受理，将退回原付款账户。",
            "The payment provider has taken the refund of {amount} yuan for “{activity}”; it goes to "
            "where you "
            "paid from.",
        ),
        OF_ORDER,
        ORDER_PAGE,
    ),
    Kind(
        14,
        "daily_dividend",
        Phrase("日分红到账", "Daily dividend"),
        Phrase("日分红到账", "Daily dividend paid"),
        Phrase(
            "昨日的日分红 {amount} 元已到账。", "Your share of yesterday’s dividend, {amount} yuan, is paid."
        ),
        ("amount",),
        "/dividends",
    ),
    Kind(
        15,
        "monthly_dividend",
        Phrase("积分池分红到账", "Monthly dividend"),
        Phrase("积分池分红到账", "Monthly dividend paid"),
        Phrase(
            "本月积分池分红 {amount} 元已到账。",
            "Your share of the month’s dividend, {amount} yuan, is paid.",
        ),
        ("amount",),
        "/pool",
    ),
    Kind(
        16,
        "release",
        Phrase("每日释放到账", "Daily release"),
        Phrase("今日释放到账", "Today’s release paid"),
        Phrase("今日释放 {amount} 元，已到账。", "Today’s release of {amount} yuan is paid."),
        ("amount",),
        "/assets",
    ),
    Kind(
        17,
        "adjustment",
        Phrase("运营调整", "Adjustment"),
        Phrase("您的账户有一笔调整", "Your balance was adjusted"),
        Phrase("{asset} {change}，由运营人员调整。", "{asset} {change}, adjusted by an operator."),
        ("asset", "change"),
        "/assets",
    ),
    Kind(
        18,
        "shipped",
        Phrase("已发货", "Shipped"),
        Phrase("您的订单已发货", "Your order is on its way"),
        Phrase(
            "{product} 已发货，{carrier}：{tracking}。", "{product} is on its way by {carrier}: {tracking}."
        ),
        ("product", "carrier", "tracking", "order"),
        ORDER_PAGE,
    ),
    Kind(
        19,
        "received",
        Phrase("已签收", "Received"),
        Phrase("订单已签收", "Your order has arrived"),
        Phrase("{product} 已签收。", "{product} has arrived."),
        ("product", "order"),
        ORDER_PAGE,
    ),
    Kind(
        20,
        "after_sale",
        Phrase("售后答复", "After-sale answer"),
        Phrase("您的售后申请有了答复", "Your after-sale request was answered"),
        Phrase("{product}：{answer}", "{product}: {answer}"),
        ("product", "answer", "order"),
        ORDER_PAGE,
    ),
    Kind(
        21,
        "announcement",
        Phrase("活动推荐", "Announcement"),
        Phrase("{headline}", "{headline}"),
        Phrase("{text}", "{text}"),
        ("headline", "text"),
        "/",
        is_advertising=True,
    ),
    Kind(
        22,
        "no_value",
        Phrase("公开数值逾期，已退款", "Public value overdue, refunded"),
        Phrase("未能开奖，已退款", "Not drawn: refunded"),
        Phrase(
            "您参加的「{activity}」已满员，但开奖所需的公开数值没有按时得到，不开奖，"
            "{amount} 元已按原路全额退回。",
            "Your group of “{activity}” was full, but the public value for its draw did not come in time; "
            "nothing was drawn, and all of your {amount} yuan go back the way they came.",
        ),
        OF_ORDER,
        ORDER_PAGE,
        is_urgent=True,
    ),
    Kind(
        23,
        "awaits_value",
        Phrase("满员，等待公开数值", "Group full: waiting for the public value"),
        Phrase("已满员，等待公开数值开奖", "Your group is full and waits for its public value"),
        Phrase(
            "您参加的「{activity}」已满员，名单已定，得到公开数值后开奖；"
            "最迟 {until}，逾期不开奖，全额原路退款。",
            "Your group of “{activity}” is full and its list is closed. It is drawn once the public value is "
            "there; if there is none by {until}, nothing is drawn and all you paid goes back.",
        ),
        ("activity", "product", "until", "order"),
        ORDER_PAGE,
    ),
    Kind(
        50,
        "tracking_corrected",
        Phrase("快递单号更正", "Tracking number corrected"),
        Phrase("快递单号已更正", "Your tracking number was corrected"),
        Phrase(
            "{product} 的快递单号有误（{wrong}），已更正为 {carrier}：{tracking}。",
            "The tracking number of {product} was wrong ({wrong}). It goes by {carrier}: {tracking}.",
        ),
        ("product", "carrier", "tracking", "wrong", "order"),
        ORDER_PAGE,
    ),
    Kind(
        55,
        "exchange_shipped",
        Phrase("积分兑换商品已发货", "Goods for points shipped"),
        Phrase("您兑换的商品已发货", "What you had for points is on its way"),
        Phrase(
            "{product} 已发货，{carrier}：{tracking}。", "{product} is on its way by {carrier}: {tracking}."
        ),
        ("product", "carrier", "tracking"),
        "/exchanges",
    ),
    *PRESALE_KINDS,
)
BY_NUMBER = {kind.number: kind for kind in KINDS}
BY_NAME = {kind.name: kind for kind in KINDS}


def places_in(text: str) -> list[str]:
    """The names in braces of a text. Raises: ValueError if a brace stands alone or holds more than a name."""
    found = []
    for _, name, form, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError(name)
        found.append(name)
    return found


def goes_by_itself(kind: Kind, channel: str) -> bool:
    """Whether a message of this kind goes by a channel while the member has said nothing about it."""
    return not kind.is_advertising and (kind.is_urgent or channel != SMS)
