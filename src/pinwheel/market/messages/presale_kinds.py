"""The kinds of messages about presales; their words say that a deposit is returned in full."""

from pinwheel.market.messages.kind import OF_ORDER, ORDER_PAGE, Kind
from pinwheel.plan.words import Phrase

OF_BALANCE = ("activity", "product", "amount", "until", "order")
PRESALE_KINDS: tuple[Kind, ...] = (
    Kind(
        40,
        "deposit_paid",
        Phrase("订金已付", "Deposit paid"),
        Phrase("订金已付，等待成团", "Deposit paid, waiting for the group"),
        Phrase(
            "您参加的「{activity}」已付订金 {amount} 元，成团后会通知您付尾款；没有成团，订金全额退回。",
            "Your deposit of {amount} yuan for “{activity}” has arrived. You hear of it when the group is "
            "full and the balance is due; if it does not fill, all of the deposit goes back.",
        ),
        OF_ORDER,
        ORDER_PAGE,
    ),
    Kind(
        41,
        "balance_due",
        Phrase("成团，待付尾款", "Group full: balance due"),
        Phrase("已成团，请付尾款", "Your group is full: pay the balance"),
        Phrase(
            "您参加的「{activity}」已成团，请在 {until} 前付尾款 {amount} 元；不付则订金全额退回。",
            "Your group of “{activity}” is full. Pay the balance of {amount} yuan before {until}; if you do "
            "not, all of your deposit goes back.",
        ),
        OF_BALANCE,
        ORDER_PAGE,
        is_urgent=True,
    ),
    Kind(
        42,
        "balance_lapsing",
        Phrase("付尾款即将到期", "Balance about to be over"),
        Phrase("付尾款即将到期", "The time to pay the balance ends soon"),
        Phrase(
            "您参加的「{activity}」还有尾款 {amount} 元未付，{until} 到期；到期后订金全额退回。",
            "The balance of {amount} yuan for “{activity}” is not paid yet; the time ends at {until}. After "
            "that all of your deposit goes back.",
        ),
        OF_BALANCE,
        ORDER_PAGE,
        is_urgent=True,
    ),
    Kind(
        43,
        "balance_paid",
        Phrase("尾款已付，已成交", "Balance paid"),
        Phrase("尾款已付，订单成交", "Balance paid: it is yours"),
        Phrase(
            "您在「{activity}」的尾款已付清，共付 {amount} 元，商品：{product}。",
            "The balance for “{activity}” is paid, {amount} yuan in all; your order: {product}.",
        ),
        OF_ORDER,
        ORDER_PAGE,
    ),
    Kind(
        44,
        "balance_over",
        Phrase("未付尾款，订金已退", "Balance not paid, deposit returned"),
        Phrase("未付尾款，订金已全额退回", "Balance not paid: deposit returned"),
        Phrase(
            "您在「{activity}」没有在期限内付尾款，订金 {amount} 元已按原路全额退回。",
            "The balance for “{activity}” was not paid in time; all of your deposit, {amount} yuan, goes "
            "back the way it came.",
        ),
        OF_ORDER,
        ORDER_PAGE,
        is_urgent=True,
    ),
    Kind(
        45,
        "balance_sent_back",
        Phrase("迟到的尾款已退", "Late balance returned"),
        Phrase("尾款已原路退回", "Your balance goes back"),
        Phrase(
            "收到您的尾款 {amount} 元时期限已过或已经付清，已按原路全额退回。",
            "Your balance of {amount} yuan came after its time, or had been paid already; all of it goes "
            "back the way it came.",
        ),
        ("amount", "order"),
        ORDER_PAGE,
    ),
)
