"""The sentences about what a plan promises beyond one group: credit, dividends, promoters, sponsors.

Source: modes page, sections 5 to 8. `explain_promises.py` says when each is used.
"""

from pinwheel.plan.words import Phrase

STATIC = Phrase(
    "每个营业日 00:00 释放一次{credit}：释放额 = 00:00 时的{credit}余额 × {static}，转为{cash}。",
    "At 00:00 of each business day {credit} is released: the balance as it stood at 00:00 × {static}, into "
    "{cash}.",
)
ACCELERATED = Phrase(
    "每个营业日 00:00 释放一次{credit}：释放额 = 00:00 时的{credit}余额 ×（刚结束的那个营业日结算的参团次数 "
    "× {accelerated}），转为{cash}。",
    "At 00:00 of each business day {credit} is released: the balance as it stood at 00:00 × (joins settled "
    "on the business day that ended × {accelerated}), into {cash}.",
)
STATIC_AND_ACCELERATED = Phrase(
    "每个营业日 00:00 释放一次{credit}：释放额 = 00:00 时的{credit}余额 ×（{static} + "
    "刚结束的那个营业日结算的参团次数 × {accelerated}），转为{cash}。",
    "At 00:00 of each business day {credit} is released: the balance as it stood at 00:00 × ({static} + "
    "joins settled on the business day that ended × {accelerated}), into {cash}.",
)
DAILY_RELEASE_LIMIT = Phrase(
    "释放额向下取整到 0.01 元，最多不超过余额；余额用完为止。",
    "It is rounded down to 0.01 and never more than the balance; it ends when the balance is used up.",
)
WHICH_BALANCE = Phrase(
    "余额是会员持有的全部{credit}，不论从哪个方案得来；本方案的活动结束后仍继续释放。",
    "The balance is all {credit} that a member holds, whichever plan it was earned under; it goes on after "
    "the activities of this plan have ended.",
)
WHICH_JOINS = Phrase(
    "结算的参团指本方案的，不论是否中奖都算；失效或流失的团不算。",
    "Every settled join of this plan counts, won or not; a group that expired or dissolved does not.",
)
RELEASE_EXAMPLE = Phrase(
    "例如余额 1000.00 元、前一天结算 {joins}：释放 {amount} 元。",
    "With a balance of 1000.00 yuan, for example, and {joins} the day before: {amount} yuan.",
)

DAILY_POOL = Phrase(
    "一个营业日里每有一个中奖订单，向当天的日分红池投入 {amount} 元{rate}。“中奖”指被抽中，"
    "即结果不是“{rest}”；中奖订单归入它的团结算的那一天。",
    "Each winning order of a business day puts {amount} yuan{rate} into the day's pool. A win is being "
    "drawn, any result but “{rest}”; its day is the one on which its group settled.",
)
DAILY_SHARED = Phrase(
    "次日 00:00 起，前一天的池由前一天的中奖者分享：按中得的价格，即各中奖席位的日分红权重占全部权重的比例，"
    "以{cash}发放。",
    "From 00:00 on, the pool of the day before is shared among that day's winners by the price they won, "
    "that is by the weights of their winning seats, and paid in {cash}.",
)
DAILY_ROUNDING = Phrase(
    "每人所得向下取整到 0.01 元，余下的留到下一天的池中；没有人中奖的那一天不发。",
    "Each share is rounded down to 0.01; what is left over is carried into the next day's pool. For a day on "
    "which nobody won nothing is paid.",
)
DAILY_ONCE = Phrase(
    "每一天的日分红只发一次，不论何时发放、重复运行几次。",
    "The dividend of a day is paid once, whenever the run starts and however often it is started.",
)
NO_WINNERS = Phrase(
    "本方案不抽奖，没有中奖订单，因此不产生日分红。",
    "This plan draws nothing, so there are no winning orders and no daily dividend.",
)
NO_WEIGHTS = Phrase(
    "本方案没有哪种结果带日分红权重，因此没有人分得日分红。",
    "No result of this plan has a weight in the daily dividend, so nobody has a share of it.",
)

MONTHLY_CALENDAR = Phrase(
    "积分池：每月 {both}可以把{points}转入池中或从池中转出，也可以用{points}兑换商品；{inward}只能转入；"
    "{frozen} 号至月底冻结并结算。",
    "The pool of {points}: on {both} of each month they can be moved into the pool and out of it, and "
    "exchanged for goods; on {inward} they can be moved in only; from day {frozen} to the month's last day "
    "the pool is frozen and settled.",
)
MONTHLY_STEP = Phrase(
    "每次转入或转出的{points}须为 {step} 的整数倍。",
    "What is moved in or out is a multiple of {step} {points}.",
)
MONTHLY_PROFIT = Phrase(
    "冻结期内由一名运营人员录入当月可分配利润，另一人复核确认后才发放；没有可分配利润的月份不发。",
    "While the pool is frozen an operator enters the month's distributable profit, and a second person has "
    "to confirm it before it is paid; a month without any pays nothing.",
)
MONTHLY_SHARED = Phrase(
    "可分配利润按各会员在池中的{points}占全部的比例分享，以{cash}发放；每人所得向下取整到 0.01 元，"
    "余下的留到下个月。池中的{points}不因分红减少。",
    "The profit is shared by the {points} that each member has in the pool, and paid in {cash}; each share "
    "is rounded down to 0.01, what is left over is carried into the next month. The {points} in the pool "
    "stay.",
)
DAY = Phrase("{first} 号", "day {first}")
DAYS = Phrase("{first} 号至 {last} 号", "days {first} to {last}")

NEWCOMER_DAYS = Phrase(
    "会员第一次参团（付款成功时计）成为推广员 {days}。",
    "A member's first join makes them a promoter for {days}; it counts when it is paid.",
)
DAY_WITH_JOIN = Phrase(
    "每个至少参团一次的营业日增加 {days}，在当天第一次参团付款成功时增加，同一天再参团不再增加。",
    "Every business day with at least one join adds {days}, when the day's first join is paid; more joins of "
    "that day add nothing.",
)
FIRST_DAY = Phrase(
    "因此第一次参团的会员从当天算起共 {days}。", "So a first join gives {days} in all, that day included."
)
DAYS_ARE_ADDED = Phrase(
    "增加的天数接在还有效的天数之后；已经没有有效天数的，从当天算起。不论所在的团后来结果如何。",
    "Days are added to the end of what is still valid, or start that day if nothing is, whatever becomes of "
    "the join's group.",
)
EXPIRED = Phrase(
    "要求有效推广员的推荐奖励，推广员过期后不发给本人，留在平台，并在记录中写明。",
    "Referral rewards that require a valid promoter are not paid to an expired one: the amount stays with "
    "the platform, and the record says so.",
)

SPONSOR_AMOUNT = Phrase(
    "会员的每个席位结算时，不论是否中奖，其{who}的{credit}释放 {amount} 元为{cash}。",
    "With each settled seat of a member, won or not, {amount} yuan of the {credit} of {who} is released "
    "into {cash}.",
)
SPONSOR_RATE = Phrase(
    "会员的每个席位结算时，不论是否中奖，其{who}当时{credit}余额的 {rate} 释放为{cash}，向下取整到 0.01 元。",
    "With each settled seat of a member, won or not, {rate} of the {credit} that {who} holds at that moment "
    "is released into {cash}, rounded down to 0.01.",
)
DIRECT = Phrase("直接推荐人", "their direct sponsor")
INDIRECT = Phrase("间接推荐人（推荐人的推荐人）", "their indirect sponsor (the sponsor's sponsor)")
PROMOTERS_ONLY = Phrase(
    "推荐人在结算那一天须是本方案的有效推广员；不是的不释放，并留下记录，推荐人可以看到。",
    "The sponsor must be a valid promoter under this plan on the day of the settlement; for one who is not, "
    "nothing is released, and a record is kept that the sponsor can see.",
)
SPONSOR_LIMIT = Phrase(
    "释放的是推荐人自己持有的{credit}，最多不超过本团发放奖励之前的余额，没有余额就不释放；"
    "参团人的款项和所得不受影响。",
    "It comes out of the sponsor's own {credit}, never more than is held before this group's rewards are "
    "granted, and nothing where nothing is held; what the joining member pays and gets does not change.",
)
