"""What the charts of a simulation are called, and what is to be seen on each."""

from pinwheel.plan.words import Phrase

MEDIAN = Phrase("中位数", "median")
ALL_RUNS = Phrase("（所有模拟的平均）", " (average of the runs)")
NOTHING = Phrase("", "")
LOW = Phrase("5% 的模拟低于此线", "5% of runs below")
HIGH = Phrase("5% 的模拟高于此线", "5% of runs above")

MARGIN = Phrase("平台结余随时间的变化", "What the operator has gained, day by day")
MARGIN_LINE = Phrase("结余", "margin")
WORST_RUN = Phrase("最差的一次", "worst run")
BUDGET_LINE = Phrase("预算用完", "budget used up")
MARGIN_NOTE = Phrase(
    "收取的款项减去付给会员的现金、商品成本、手续费和固定开支。{even}",
    "Payments captured less cash paid to members, goods, payment fees and fixed costs. {even}",
)

OWED = Phrase("仍欠会员的各种资产", "What members are still owed, by asset")
OWED_NOTE = Phrase(
    "每天结束时会员手中的数额{medians}：{now}。购物金是以后要释放的钱，积分和币不是现金。",
    "What members hold at the end of each day{medians}: {now}. Shopping credit is money to be released "
    "later; points and coins are no cash.",
)
HELD = Phrase("{name} {held}", "{name} {held}")
YUAN_OR_POINTS = Phrase("元或点", "yuan or points")

CROWD = Phrase("会员人数和每天的参团", "Members there, and joins a day")
MEMBERS_THERE = Phrase("在场会员", "members there")
JOINS = Phrase("当天参团", "joins of the day")
CROWD_NOTE = Phrase(
    "上图是在场会员，第 1 天 {first} 名，最后一天 {last} 名{medians}；下图是当天付款的参团，"
    "一天最多 {most} 次。",
    "Above, members who are there, {first} on day 1 and {last} on the last{medians}; beneath, joins paid on "
    "the day, at most {most}.",
)

RESULTS = Phrase("会员的现金结果", "What members have won or lost in cash")
RESULT = Phrase("现金结果", "result in cash")
SORTED = Phrase("会员按结果从低到高排列", "members, lowest result to highest")
LOWEST, HIGHEST = Phrase("最差", "worst"), Phrase("最好", "best")
RESULTS_NOTE = Phrase(
    "得到的现金减去付出的现金，仍保留的付款算付出；商品和积分不计。蓝色是多得，橙色斜纹是少得{medians}。{members}",
    "Cash got less cash paid, payments still held counted as paid; goods and points not counted. Blue is "
    "more than paid, hatched orange less{medians}. {members}",
)

LORENZ = Phrase("付给会员的现金分给了谁", "Who got the cash that was paid to members")
LORENZ_LINE = Phrase("实际", "as it is")
EQUAL = Phrase("人人一样", "all alike")
LORENZ_NOTE = Phrase(
    "会员按得到的现金（不计退款）从少到多排列；弯得越低，越集中在少数人手里{medians}。{shares}",
    "Members in the order of the cash they got beyond refunds; the lower the curve hangs, the fewer have "
    "most of it{medians}. {shares}",
)
NOBODY_PAID = Phrase("没有付给会员任何现金。", "No cash was paid to members.")
PART_OF_MEMBERS = Phrase("得到较少的会员（%）", "members who got least (%)")
PART_OF_CASH = Phrase("得到的现金（%）", "of the cash (%)")

FLOWS = Phrase("每一元钱去了哪里", "Where each yuan went")
FLOWS_NOTE = Phrase(
    "只看现金，单位元{average}。会员共付 {paid} 元，得到或退回 {got} 元，"
    "商品、手续费和固定开支 {costs} 元，平台结余 {margin} 元。",
    "Cash only, in yuan{average}. Members paid {paid} and got {got}, refunds included; goods, payment "
    "fees and fixed costs took {costs}; {margin} is left to the operator.",
)

WAITS = Phrase("等多久成团", "How long a group takes to fill")
WAITS_NOTE = Phrase(
    "从一个团的第一次参团到满员{average}：{filled} 个满员的团中，最多的在“{most}”。",
    "From a group's first join until it is full{average}: of {filled} full groups most took {most}.",
)
NONE_FULL = Phrase("没有一个团满员。", "No group filled.")
TIME = Phrase("用时", "time taken")
FULL_GROUPS = Phrase("满员的团", "groups that filled")

ENDS = Phrase("每天成团、流失和失效的团", "Groups settled, dissolved and expired, by day")
GROUPS_A_DAY = Phrase("团", "groups")
