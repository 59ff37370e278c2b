"""The sentences about the draw: odds, conflict, and what can be checked; both languages.

Those about seat rules are in `seat_rule_words.py`.

Nothing here may promise what the protocol does not prove: an instant draw can be checked by everybody, it
is not beyond the reach of who runs it (draw page).
"""

from pinwheel.plan.words import Phrase

ODDS = Phrase(
    "{title}：{size} 个席位中的 {count} 个（{percent}）。", "{title}: {count} of {size} seats ({percent})."
)
ODDS_ON_CLOSE = Phrase(
    "{title}：整个活动一共 {count} 个席位。", "{title}: {count} seats of the whole activity."
)
ODDS_OF_ALL = Phrase(
    "中奖机会取决于活动结束时成团的席位总数：例如成团 {few} 个席位时为 {few_percent}，"
    "{many} 个席位时为 {many_percent}。",
    "The odds depend on how many seats are in full groups when the activity ends: with {few} seats "
    "{few_percent}, with {many} seats {many_percent}.",
)
PRIZE_IN_ALL = Phrase(
    "每团合计抽出 {prizes} 个席位，占 {size} 个席位的 {percent}。",
    "In all {prizes} of the {size} seats of a group are drawn ({percent}).",
)
EQUAL = Phrase(
    "没有被规则排除的席位，被抽中的机会都相等；系统里没有任何可以指定"
    "谁被抽中、谁不被抽中的设置，也没有按人设置的权重。",
    "Every seat that no rule bars is equally likely to be drawn. No setting names who is drawn or who "
    "is not, and no person has a weight.",
)
LEADER_OUT = Phrase(
    "团长的席位不参与中奖，中奖席位从团长以外的 {others} 个席位中产生。",
    "The leader's seat cannot win; the winners are drawn from the other {others} of a leader's group.",
)
BARS_CHANGE_ODDS = Phrase(
    "有席位被排除（必不中）时，其余席位的中奖机会相应提高。",
    "Where seats are barred, the odds of the others rise accordingly.",
)
LEADER_BARRED = Phrase(
    "团长不中：团长自己的席位不会中奖。", "Leader barred: the leader's own seat cannot win."
)
CONFLICT = {
    "dissolve": Phrase(
        "可中奖席位不够时——成团流失：如果能中奖的席位少于中奖名额，本团作废，所有人全额原路退款，"
        "不发奖励、不释放{credit}，并自动开一个新团。",
        "Too few seats that may win — the group dissolves: everybody is refunded in full by the route they "
        "paid, no "
        "reward and no release of {credit} is paid, and a new group opens by itself.",
    ),
    "draw_anyway": Phrase(
        "可中奖席位不够时——随机开奖：能中奖的席位全部中奖，剩余名额在被排除的席位中随机抽取。",
        "Too few seats that may win — drawn anyway: those that may win do, and the places left are drawn "
        "among the "
        "barred seats.",
    ),
}
CONFLICT_ON_CLOSE = {
    "dissolve": Phrase(
        "可中奖席位不够时——成团流失：如果能中奖的席位少于中奖名额，全部席位全额原路退款，"
        "不发奖励、不释放{credit}。",
        "Too few seats that may win — everything dissolves: everybody is refunded in full by the route "
        "they paid, no reward and no release of {credit} is paid.",
    ),
    "draw_anyway": CONFLICT["draw_anyway"],
}
LEADER_MAY_WIN = Phrase(
    "团长可中：团长的席位与其他席位被抽中的机会相同。",
    "The leader may win: that seat is as likely to be drawn as any other.",
)
DRAW_NONE = (
    Phrase(
        "即时开奖：成团后立即开奖，不使用外部公开数值。",
        "Instant draw: held as soon as the group is full, without a public value from outside.",
    ),
    Phrase(
        "在本团卖出第一个席位之前，系统先生成一个保密的种子，并在团页面公布它的指纹（哈希值）；"
        "满员时锁定席位名单，开奖顺序由种子和名单共同计算得出。",
        "Before the first seat of a group is sold a secret seed is made and its fingerprint (hash) is shown "
        "on the "
        "group's page. When the group is full the list of seats is frozen; the drawn order is computed from "
        "both.",
    ),
    Phrase(
        "开奖后公布种子、名单、被排除的席位、开奖顺序和结果；任何人都可以在团页面点“验证”，"
        "或用独立的验证程序重新计算一遍。",
        "Afterwards the seed, the list, the barred seats, the order and the results are published. Anybody "
        "can "
        "recompute the draw with the page's verify button or with a separate program.",
    ),
    Phrase(
        "它能证明：指纹公布之后没有任何改动。",
        "What it proves: nothing was changed after the fingerprint was shown.",
    ),
    Phrase(
        "它不能证明：平台自己没有占席位——知道种子的人有可能通过尝试不同的订单号来影响结果。",
        "What it does not prove: that no seat is held by the platform itself. Who knows the seed could try "
        "order ids "
        "to steer the result.",
    ),
)
DRAW_ON_CLOSE = (
    Phrase(
        "活动结束时开奖：一次性从所有成团的席位中抽取，不使用外部公开数值。活动提前停止时，立即按同样的方式开奖。",
        "Draw at the end of the activity: once, among the seats of all full groups, without a public value "
        "from outside. If the activity is stopped early, it is drawn then in the same way.",
    ),
    Phrase(
        "活动开始销售之前，系统先生成一个保密的种子，并公布它的指纹（哈希值）；活动结束时锁定所有成团席位的名单，"
        "开奖顺序由种子和名单共同计算得出。",
        "Before the activity is on sale a secret seed is made and its fingerprint (hash) is shown. When the "
        "activity ends the list of the seats of all full groups is frozen; the drawn order is computed "
        "from both.",
    ),
    *DRAW_NONE[2:],
)
DRAWN_AFTER_VALUE = Phrase(
    "抽奖拼团：满员后等待一个公开数值，数值公布后从 {size} 个席位中抽出 {prizes} 个；"
    "其余席位的结果是“{rest}”。",
    "A group with a draw: once it is full it waits for a public value; when that is out the draw picks "
    "{prizes} of its {size} seats. The result of the others is “{rest}”.",
)
_COMMIT_AND_VALUE = Phrase(
    "在本团卖出第一个席位之前，系统先生成一个保密的种子，并在团页面公布它的指纹（哈希值）；"
    "满员时锁定席位名单并公布名单的指纹，开奖顺序由种子、名单和之后公布的公开数值共同计算得出。",
    "Before the first seat of a group is sold a secret seed is made and its fingerprint (hash) is shown on "
    "the group's page. When the group is full the list of seats is frozen and its fingerprint is shown; the "
    "drawn order is computed from the seed, the list and the public value that comes afterwards.",
)
_VALUE_IN_TIME = Phrase(
    "等待期间席位保留、款项不动。满员后 {time}内没有得到公开数值的，不开奖，全部席位全额原路退款。",
    "While a group waits the seats are kept and no money moves. If the public value is not there within "
    "{time} of the group being full, nothing is drawn and everybody is refunded in full by the route they "
    "paid.",
)
_VALUE_PROVES = Phrase(
    "它能证明：指纹公布之后没有任何改动；公开数值在名单锁定之后才产生，任何人（包括平台）都不能事先知道或左右结果。",
    "What it proves: nothing was changed after the fingerprints were shown, and as the public value comes "
    "after the list was frozen nobody, the platform included, could know or steer the result.",
)
DRAW_DRAND = (
    Phrase(
        "公开数值开奖：满员后等待公共随机信标 drand（quicknet）在满员之后发布的第一个数值，"
        "通常几秒钟，然后开奖。",
        "Draw with a public value: a full group waits for the first value that the public randomness beacon "
        "drand (quicknet) publishes after the group is full, usually some seconds, and is then drawn.",
    ),
    _COMMIT_AND_VALUE,
    Phrase(
        "系统使用该数值之前，会验证信标的签名；轮次在满员时记下，不能更换。",
        "The beacon's signature is verified before its value is used; which round it is, is noted when the "
        "group is full and cannot be changed.",
    ),
    _VALUE_IN_TIME,
    DRAW_NONE[2],
    _VALUE_PROVES,
)
DRAW_NUMBER = (
    Phrase(
        "公开数值开奖：满员后等待“{event}”公布的号码（满员之后的第一次），然后开奖。",
        "Draw with a public value: a full group waits for the number of “{event}” (the first after the group "
        "is full), and is then drawn.",
    ),
    _COMMIT_AND_VALUE,
    Phrase(
        "号码由一位运营人员录入并写明出处，另一位独立录入相同的号码后才生效；号码和出处会公布，任何人都可以核对。",
        "The number is entered by one operator with its source and counts only when a second one has entered "
        "the same by themselves; number and source are published, so that anybody can compare them.",
    ),
    _VALUE_IN_TIME,
    DRAW_NONE[2],
    _VALUE_PROVES,
)
NOT_DRAWN = Phrase(
    "本方案只有一种结果，不抽奖，draw 部分写的规则不起作用。",
    "This plan has one outcome and draws nothing; what its draw section says has no effect.",
)
