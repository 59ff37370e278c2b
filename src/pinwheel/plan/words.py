"""The sentences of a plan's explanation, both languages side by side. `explain.py` says when each is used.

Chinese is what members of a shop read first. The words of the draw are in `draw_words.py`.
"""

from typing import NamedTuple

from pinwheel.plan.refusal import Language


class Phrase(NamedTuple):
    """One sentence or term in both languages, with the same places to fill in."""

    zh: str
    en: str

    def say(self, language: Language, **filled: object) -> str:
        return (self.zh if language == "zh" else self.en).format(**filled)


HEADINGS = {
    "what": Phrase("玩法简介", "What this is"),
    "group": Phrase("价格与成团", "Price and group"),
    "presale": Phrase("订金与尾款", "Deposit and balance"),
    "limits": Phrase("参与时间与次数", "When and how often one may join"),
    "odds": Phrase("中奖机会", "Odds"),
    "seat_rules": Phrase("排位规则", "Seat rules"),
    "results": Phrase("每种结果得到什么", "What each result gets"),
    "leader": Phrase("团长", "The leader"),
    "each_join": Phrase("每次参团", "Every join"),
    "credit": Phrase("每日释放", "Daily release"),
    "daily_dividend": Phrase("日分红", "Daily dividend"),
    "monthly_dividend": Phrase("积分池分红", "Monthly dividend"),
    "promoter": Phrase("推广员", "Promoters"),
    "referral": Phrase("推荐人", "Sponsors"),
    "draw": Phrase("如何开奖与验证", "How the draw is made and checked"),
    "assets": Phrase("名词说明", "What the words mean"),
    "version": Phrase("方案版本", "Version of the plan"),
}

ASSET_NAMES = {
    "cash": Phrase("零钱", "cash"),
    "shopping_credit": Phrase("购物金", "shopping credit"),
    "dividend_points": Phrase("分红积分", "dividend points"),
    "consumer_points": Phrase("消费积分", "consumer points"),
    "shopping_coins": Phrase("购物币", "shopping coins"),
    "appreciation_points": Phrase("增值积分", "appreciation points"),
}

ASSET_MEANINGS = {
    "cash": Phrase(
        "{name}：账户余额，可消费，可提现。", "{name}: a balance that can be spent and withdrawn."
    ),
    "shopping_credit": Phrase(
        "{name}：待返还的金额，本身不能消费或提现，只按本方案写明的释放规则逐步转为零钱，转完为止。",
        "{name}: an amount still to be returned. It cannot be spent or withdrawn itself; it turns into cash "
        "bit by "
        "bit, only by the releases this plan names, until it is used up.",
    ),
    "dividend_points": Phrase(
        "{name}：参与平台分红的凭证，本身不会变成零钱，可按平台规则兑换商品。",
        "{name}: a share certificate of the platform's dividends. They never turn into cash themselves; "
        "they can be "
        "exchanged for goods under the platform's rules.",
    ),
    "consumer_points": Phrase(
        "{name}：在积分商城使用的积分。", "{name}: points to be used in the points mall."
    ),
    "shopping_coins": Phrase(
        "{name}：线上或联盟门店购物时可抵扣部分价款。",
        "{name}: cover part of a price, online or in an alliance store.",
    ),
    "appreciation_points": Phrase(
        "{name}：底池中的份额，价格随底池变动。",
        "{name}: units of a reserve pool; their price follows the pool.",
    ),
}

ORDINARY = Phrase(
    "普通拼团：人满即成团，每个席位的结果都一样，不抽奖。",
    "An ordinary group: once it is full, every seat gets the same. Nothing is drawn.",
)
DRAWN = Phrase(
    "抽奖拼团：人满即成团并立即开奖，从 {size} 个席位中抽出 {prizes} 个，其余席位的结果是“{rest}”。",
    "A group with a draw: as soon as it is full, the draw picks {prizes} of its {size} seats; the result of "
    "the others is “{rest}”.",
)
DRAWN_ON_CLOSE = Phrase(
    "活动结束时开奖的拼团：{size} 个席位满员即成团；活动结束时，从所有成团的席位中一共抽出 {prizes} 个，"
    "其余席位的结果是“{rest}”。没有成团的人全额退款。",
    "Groups with one draw at the end: a group is full with {size} seats; when the activity ends the draw "
    "picks {prizes} in all among the seats of all full groups; the result of the others is “{rest}”. "
    "Who sits in a group that did not fill is refunded in full.",
)

LADDER = Phrase(
    "阶梯拼团：人越多越便宜。到第一档即成团，之后到最后一档或时限为止还可以参加；不抽奖，每个席位的结果都一样。",
    "A ladder: the more join, the lower the price. The group forms at its first tier and stays open to the "
    "last tier or its time limit. Nothing is drawn; every seat gets the same.",
)
TIER = Phrase("满 {size}：每个席位 {price} 元。", "From {size} on: {price} yuan a seat.")
TIER_DIFFERENCE = Phrase(
    "差价：每到一档，已在团里的人都按原支付方式退回差价；之后参加的人付当时的价格。结束时大家付的一样多。",
    "The difference: each time a tier is reached, everybody in the group gets the difference back "
    "by the route they paid; who joins later pays the price then in force. At the end everybody has paid "
    "the same.",
)
LADDER_WITHIN = Phrase(
    "成团时限：开团后 {time}。到时已满 {size}的团按当时的价格成团；不足的，本团失效，已付款项全额原路退回。",
    "Time to fill: {time} from its opening. A group of {size} or more then goes through at the price it has "
    "reached; a smaller one expires, and everybody gets the full payment back by the route it was paid.",
)
NO_VARIANTS = Phrase(
    "阶梯价对商品的所有规格相同，不能使用优惠券。",
    "The price of a tier is the same for everybody: no variants of the product, no coupons.",
)
PRICE = Phrase("价格：每个席位 {price} 元。", "Price: {price} yuan a seat.")
SIZE = Phrase("成团人数：满 {size} 个席位成团。", "Group size: a group is full with {size}.")
PERSONS_ONLY = Phrase(
    "每个席位都是真实付款的会员，没有机器人凑团；只有付款成功才占席位。",
    "Every seat is a member who paid; no robots fill a group, and only a paid order takes a seat.",
)
SEATING = {
    "queue": Phrase(
        "公排：按付款确认的先后排入同一个公共队列，活动内各商品一起排队。",
        "Public queue: seats are given in the order in which payments are confirmed, across all products of "
        "the activity.",
    ),
    "leader": Phrase(
        "团长开团：由会员开团成为团长，其他人通过链接或二维码加入该团；席位按付款先后编号，"
        "参团后在付款时限内为您保留席位。",
        "Leaders' groups: a member opens a group and becomes its leader, others join through its link or QR "
        "code. "
        "Seats are numbered by payment; joining holds a seat for the time one has to pay.",
    ),
    "either": Phrase(
        "公排或团长开团均可：可以直接排入公共队列，也可以开团或通过链接、二维码加入团长的团；"
        "席位按付款先后编号，加入团长的团后在付款时限内为您保留席位。",
        "Public queue or leaders' groups: join the public queue, or open a group, or join a leader's "
        "through its link "
        "or QR code. Seats are numbered by payment; joining a leader's group holds a seat for the time one "
        "has to pay.",
    ),
}
FILL_WITHIN = Phrase(
    "成团时限：开团后 {time}内未满员，本团失效，所有人已付款项全额原路退回。",
    "Time to fill: a group that is not full within {time} of its opening expires, and everybody gets the "
    "full "
    "payment back by the route it was paid.",
)
HELD = Phrase(
    "款项：付款后先为本团保留，不会立即收取；结果写明收取的才收取，写明退款的全额退回。",
    "Your payment is held for the group, not taken: it is taken where the result says kept, and given back "
    "in full "
    "where the result says refunded.",
)
LATE_PAYMENT = {
    "refund": Phrase(
        "迟到的付款：超过付款时限才确认的付款，本团还有空位就入座；没有空位则立即全额原路退款。",
        "Late payment: a payment confirmed after the time to pay has run out takes a seat if one is free; if "
        "not, it is refunded at once, in full, by the route it was paid.",
    ),
    "next_group": Phrase(
        "迟到的付款：超过付款时限才确认的付款，本团还有空位就入座；没有空位则顺延到下一个团。",
        "Late payment: a payment confirmed after the time to pay has run out takes a seat if one is free; if "
        "not, it takes a seat in the next group.",
    ),
}

STOPPED_EARLY = Phrase(
    "活动可能提前停止：停止之前付款的照常入座，已满的团照常有结果，不会取消；没有满的团全额原路退款，停止之后到账的付款"
    "也全额原路退回。",
    "The activity may be stopped early: whoever paid before that is seated as ever, and a full group has its "
    "result as ever and is not cut off; groups that are not full are refunded in full by the route each was "
    "paid, and so is a payment that arrives later.",
)

ALL_DAY = Phrase("参与时段：活动期间全天可参团。", "Hours: all day, while the activity runs.")
HOURS = Phrase(
    "参与时段：每天 {hours}（含开始时刻，不含结束时刻）；其他时间不能参团，页面会提示下次开放时间。",
    "Hours: every day {hours} (the end not included). Outside them joining is refused, with the next "
    "opening time.",
)
PER_DAY = Phrase("每人每天最多参团 {times} 次。", "Each member may join at most {times} a day.")
PER_DAY_FREE = Phrase("每人每天参团次数不限。", "Joins per member and day are not limited.")
IN_TOTAL = Phrase("每人累计最多参团 {times} 次。", "Each member may join at most {times} in total.")
IN_TOTAL_FREE = Phrase("每人累计参团次数不限。", "Joins per member in total are not limited.")
PER_GROUP = Phrase("同一个团里每人最多占 {seats}。", "Each member may hold at most {seats} of one group.")
OPEN_GROUPS = Phrase(
    "每人同时最多有 {number} 个自己开的团在进行中。",
    "Each member may have at most {number} of their own open at a time.",
)

RESULT = Phrase("{title}（{seats}）：{payment}{gives}", "{title} ({seats}): {payment} {gives}")
EVERY_SEAT = Phrase("每个席位：{payment}{gives}", "Every seat: {payment} {gives}")
PAYMENT = {
    "keep": Phrase("支付的 {price} 元由平台收取；", "the {price} yuan paid is kept;"),
    "refund": Phrase(
        "支付的 {price} 元全额原路退回；",
        "the {price} yuan paid is refunded in full by the route it was paid;",
    ),
}
PAYMENT_OF_LADDER = Phrase(
    "结束时价格的款项由平台收取；", "the payment at the price reached in the end is kept;"
)
GETS = Phrase("得到：{list}。", "it gets {list}.")
GETS_NOTHING = Phrase("没有其他奖励。", "it gets nothing else.")
GOODS = Phrase("所购商品一份", "the product ordered")
EXTRA = Phrase("加送“{title}”一件", "one “{title}” as a gift")
GOODS_CHOSEN = Phrase(
    "自选商品一份（从最多 {number} 种展示商品中任选一种{voucher}；结算后 {time}内选定，逾期为所购商品）",
    "goods of the holder's choice (one of up to {number} on display{voucher}; to be chosen within {time} of "
    "settlement, else the product ordered)",
)
OR_VOUCHER = Phrase(
    "，或改选价值为价格的 {rate}、即 {amount} 元的购物券",
    ", or instead a voucher worth {rate} of the price, {amount} yuan",
)
COUPON = Phrase(
    "优惠券“{title}”一张（满 {threshold} 元减 {discount} 元，领到后 {time}内有效）",
    "a coupon “{title}” ({discount} yuan off {threshold} or more, valid for {time} from its receipt)",
)
COUPON_LINK = Phrase(
    "外部优惠券“{title}”一张（领取地址 {link}，由对方兑现，平台不承诺其内容）",
    "another shop's coupon “{title}” (fetched at {link}; that shop honours it, the platform does not)",
)
COUPONS_ARE_NO_MONEY = Phrase(
    "优惠券不是余额，不能提现、转让或找零；每次参团最多用一张，用于写明可用优惠券的活动；用券的款项退回时，"
    "现金部分原路退回，优惠券在有效期内可再次使用。",
    "A coupon is no balance: it is not paid out, passed on or changed. One can be used on a join, in "
    "activities that say so. Where such a join is refunded, the cash goes back by its route and the "
    "coupon can be used again while it is valid.",
)
DIVIDEND_SHARE = Phrase("次日日分红的权重 {amount}", "a weight of {amount} in the next day's daily dividend")
GRANT = Phrase("{amount} {asset}", "{amount} {asset}")
GRANT_CASH = Phrase("{amount} 元{asset}", "{amount} yuan in {asset}")
RELEASE = Phrase(
    "由{credit}释放的{cash}最多 {amount} 元", "up to {amount} yuan released from {credit} into {cash}"
)
OF_PRICE = Phrase("（价格的 {rate}）", " ({rate} of the price)")
RELEASE_LIMIT = Phrase(
    "释放以本团结算前已持有的{credit}为限：不足时有多少释放多少，本团新得的不计算在内。",
    "A release is limited to the {credit} held before this group is settled: where there is less, what "
    "there is is "
    "released, and what this very group grants does not count.",
)
ROUTE = Phrase(
    "原路退回：用零钱（余额）支付的退回零钱，用外部支付（如微信、支付宝）的退回原支付账户。",
    "By the route it was paid: a payment from cash goes back to cash, a payment from outside (as "
    "WeChat Pay "
    "or Alipay) goes back to the account it came from.",
)
ROUNDING = Phrase(
    "按比例计算的金额向下取整到 0.01。", "Amounts computed from a rate are rounded down to 0.01."
)

LEADER_GETS = Phrase(
    "成团结算后，团长另外得到：{list}。", "When the group is settled, its leader also gets {list}."
)
LEADER_GETS_NOTHING = Phrase("团长没有额外奖励。", "The leader has no reward of their own.")
EACH_JOIN_GETS = Phrase(
    "成团结算后，无论结果如何，每个席位另外得到：{list}。",
    "When the group is settled, every seat also gets {list}, whatever its result.",
)

HASH = Phrase("方案 {plan}，哈希值 {hash}。", "Plan {plan}, hash {hash}.")
UNCHANGED = Phrase(
    "已参加的团按参加时的方案版本执行，方案一经发布不再改动。",
    "A group runs by the version under which it was joined; a published plan never changes.",
)

HEADLINE = Phrase(
    "{title}：{price} 元，{size} 人团{prizes}", "{title}: {price} yuan, group of {size}{prizes}"
)
HEADLINE_LADDER = Phrase("{title}：{tiers}", "{title}: {tiers}")
HEADLINE_TIER = Phrase("{size} 人 {price} 元", "{size} at {price} yuan")
ALL_OTHER_SEATS = Phrase("其余所有席位", "all other seats")
HEADLINE_PRIZE = Phrase("，{title} {seats}", ", {title}: {seats}")
