"""The sentences about seat rules: each rule with its numbers, how wins are counted, why a seat was barred.

Source: modes page, section 3. `必不中次数` is the counter `sit_out`; a window of joins is `一轮`.
"""

from pinwheel.plan.draw_words import LEADER_BARRED
from pinwheel.plan.refusal import Language
from pinwheel.plan.seat_rules import SeatRuleName
from pinwheel.plan.words import Phrase

SEAT_RULES: dict[SeatRuleName, Phrase] = {
    "first_join_of_day_in_front": Phrase(
        "当天第一次参与且排位第一，必不中：持有人当天（跨所有活动）第一次参团的席位中，"
        "排在最前面的一个不会中奖。",
        "First join of the day in front: among the seats whose holder's first join of the day (over all "
        "activities) this is, the foremost cannot win.",
    ),
    "newcomer_in_front": Phrase(
        "新人首次参与且排位第一，必不中：持有人此前从未参加过任何拼团的席位中，排在最前面的一个不会中奖。",
        "Newcomer in front: among the seats whose holder has never joined anything before, the foremost "
        "cannot win.",
    ),
    "after_wins_in_a_row": Phrase(
        "连续中奖：会员连续中奖满 {wins}后，接下来 {sit_out}结算的参团必不中。"
        "结算时没有中奖就会打断连续，因必不中而没有中奖的也一样；每满 {wins}后，连续中奖从零重新计。",
        "Wins in a row: after {wins} in a row, a member's next {sit_out} cannot win. A settled join that did "
        "not win breaks the row, a barred one too; after {wins} the row starts again from zero.",
    ),
    "after_wins_in_total": Phrase(
        "累计中奖：会员累计中奖每满 {wins}（第 {once}、{twice}、{thrice} 次……中奖时），"
        "接下来 {sit_out}结算的参团必不中。",
        "Wins in total: after every {wins} in total (at the wins numbered {once}, {twice}, {thrice} and so "
        "on), a member's next {sit_out} cannot win.",
    ),
    "at_most": Phrase(
        "每 {of_joins}最多中奖 {wins}：会员结算的参团每 {of_joins}为一轮，一轮接一轮；"
        "一轮中已中奖 {wins}的，该轮剩下的参团必不中；一轮满后重新开始计。",
        "At most {wins} in {of_joins}: a member's settled joins are counted in windows of {of_joins}, one "
        "after the other; once a window has {wins}, its remaining joins cannot win. A full window is "
        "followed by a new one.",
    ),
}

NO_SEAT_RULES = Phrase(
    "没有排位规则：不会因为排位或参与记录而排除任何席位。",
    "No seat rules: no seat is barred for its place or for what its holder did before.",
)
BARRED = Phrase(
    "“必不中”是指该席位抽奖时跳过，按“{rest}”处理，款项和奖励与其他“{rest}”席位相同；"
    "哪个席位因哪条规则被排除，会写在该团的开奖结果里，一个席位可以因几条规则同时被排除。",
    "Barred means: the seat is passed over when winners are drawn and gets what “{rest}” gets, payment and "
    "rewards alike. The group's result says which seats each rule barred; several rules may bar one seat.",
)
ONE_IN_FRONT = Phrase(
    "“排位第一”的规则每条最多排除一个席位：最前面的那个席位已被别的规则排除时，也不会改为排除后面的席位。",
    "A rule about the seat in front bars one seat at most: where another rule bars that seat already, no "
    "seat further back is barred in its place.",
)
WHEN_COUNTED = Phrase(
    "“第一次”以付款时为准：付款成功即算一次参与，无论该团后来结果如何。",
    "First is decided at the moment of payment: a paid join counts, whatever becomes of its group.",
)
EVERY_SEAT = Phrase(
    "按中奖次数的规则，凡符合的席位都排除，一个团里可能不止一个。",
    "A rule about wins bars every seat that it applies to; a group may have several of them.",
)
WHAT_A_WIN_IS = Phrase(
    "“中奖”指被抽中，即结果不是“{rest}”；“结算的参团”指所在的团已成团并结算。"
    "失效或流失的团不改变任何次数，也不用掉必不中次数。",
    "A win is being drawn, any result but “{rest}”; a settled join is one whose group was drawn and settled. "
    "A group that expires or dissolves changes no count and uses up nothing.",
)
SIT_OUT = Phrase(
    "必不中次数：上述规则每次带来的必不中次数加在一起；还有必不中次数的会员，参团必不中，"
    "结算时每个这样的席位用掉一次。",
    "Joins that cannot win add up in one count. As long as it is not used up a member's joins cannot win, "
    "and each seat barred by it uses up one when its group is settled.",
)
WHEN_READ = Phrase(
    "次数以开奖时为准，在结算时按席位顺序逐个更新：先用掉必不中次数，再记中奖。",
    "The counts are read when a group is drawn and change when it is settled, seat by seat: first what is "
    "used up, then the win.",
)
WHEN_FROZEN = Phrase(
    "次数以满员锁定名单时为准，之后的变化不影响本团；结算时按席位顺序逐个更新：先用掉必不中次数，再记中奖。",
    "The counts are read when a group is full and its list is frozen; what changes afterwards changes "
    "nothing for it. They change when it is settled, seat by seat: first what is used up, then the win.",
)
COUNTED_PER = Phrase(
    "次数按会员和方案分别记：本方案的各个活动、各个版本合在一起，不与其他方案相加。",
    "Counts are kept per member and plan: over all activities and versions of this plan, apart from every "
    "other plan.",
)
SEVERAL_SEATS = Phrase(
    "一个会员在同一团有多个席位时，按席位顺序逐个看：前面的席位先算一次参团，"
    "每个因必不中次数被排除的席位用掉一次；本团的中奖在本团开奖时还不算在内。",
    "Where a member holds several seats of one group, they are gone through in seat order: each earlier one "
    "counts as a join before, and each one barred by the count of joins that cannot win uses up one. What "
    "they win in this very group does not count yet when it is drawn.",
)
DRAWN_ANYWAY = Phrase(
    "随机开奖的团：必不中次数既不阻止被排除的席位被抽中，也不会用掉；这样中的奖与其他中奖一样计数。",
    "In a group that is drawn anyway the joins that cannot win do not keep a barred seat from being drawn, "
    "and none is used up; such a win counts like any other.",
)

BAR_REASONS: dict[str, Phrase] = {
    "leader": LEADER_BARRED,
    "first_join_of_day_in_front": SEAT_RULES["first_join_of_day_in_front"],
    "newcomer_in_front": SEAT_RULES["newcomer_in_front"],
    "sitting_out": Phrase(
        "必不中次数：持有人此前的连续中奖或累计中奖达到了规则的次数，开奖时还有必不中次数。",
        "Sitting out: the holder's earlier wins, in a row or in total, reached the number of the rule, and "
        "joins that cannot win were left when the group was drawn.",
    ),
    "at_most": Phrase(
        "一轮内最多中奖的次数：开奖时，持有人在当前这一轮参团中已中满规则的次数，该轮剩下的参团必不中。",
        "At most so many wins: when the group was drawn, the holder's present window of joins had all the "
        "wins that the rule allows, so its remaining joins cannot win.",
    ),
}


def bar_reason(name: str, language: Language) -> str:
    """Why a seat was barred, by the name of the bar (`rules/bars.py`), as a group's result says it.

    Raises:
        KeyError: for a name that is no bar.
    """
    return BAR_REASONS[name].say(language)
