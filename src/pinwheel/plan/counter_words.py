"""What a member's own counts mean for their next joins, in plain words.

Source: modes page, section 3, rules 3 to 5. Only rules in force are spoken of.
"""

from typing import NamedTuple

from pinwheel.plan.model import Plan, is_drawn
from pinwheel.plan.numbers_in_words import joins_text, settled_joins_text, wins_text
from pinwheel.plan.parts import Draw
from pinwheel.plan.refusal import Language
from pinwheel.plan.seat_rules import SeatRule
from pinwheel.plan.words import Phrase


class MemberCounts(NamedTuple):
    """What is counted of one member under one plan.

    Attributes:
        sit_out: settled joins still to come that cannot win.
        wins_in_a_row: since the last settled join without a win, or since the row last brought a privilege.
        wins_in_total: all wins.
        window_joins: settled joins of the present window.
        window_wins: how many of them won.
    """

    sit_out: int
    wins_in_a_row: int
    wins_in_total: int
    window_joins: int
    window_wins: int


CANNOT_WIN = Phrase(
    "您接下来 {joins}结算的参团必不中，因为您此前{why}。",
    "You cannot win your next {joins}, because of {why}.",
)
WON_IN_A_ROW = Phrase("曾连续中奖满 {wins}", "your {wins} in a row")
WON_IN_TOTAL = Phrase("累计中奖已满 {wins}（或其倍数）", "your {wins} in total (or a multiple of that)")
EITHER = Phrase("{first}，或{second}", "{first}, or {second}")
NO_ROW = Phrase(
    "您目前没有连续中奖；连续中奖满 {more}，之后 {sit_out}结算的参团必不中。",
    "You have no wins in a row at present; {more} in a row, and the {sit_out} after that cannot win.",
)
NO_WINS = Phrase(
    "您还没有中过奖；累计中奖满 {more}，之后 {sit_out}结算的参团必不中。",
    "You have no wins yet; {more} in total, and the {sit_out} after that cannot win.",
)
IN_A_ROW = Phrase(
    "您目前连续中奖 {wins}；再连续中奖 {more}，之后 {sit_out}结算的参团必不中。"
    "其间只要有一次结算没有中奖，连续中奖就从零重新计。",
    "You have {wins} in a row; with {more} to follow at once, the {sit_out} after that cannot win. One "
    "settled join without a win, and the row starts again from zero.",
)
IN_TOTAL = Phrase(
    "您累计中奖 {wins}；再中奖 {more}（满 {reached} 次），之后 {sit_out}结算的参团必不中。",
    "You have {wins} in total; with {more} to follow ({reached} in all) the {sit_out} after that cannot win.",
)
NEW_WINDOW = Phrase(
    "您接下来 {of_joins}结算的参团为新的一轮：这一轮最多中奖 {may_win}。",
    "Your next {of_joins} are a new window: up to {may_win} of them may win.",
)
IN_WINDOW = Phrase(
    "每 {of_joins}结算的参团为一轮，您这一轮已结算 {joins}、中奖 {wins}：",
    "In your present window of {of_joins} you have {joins} and {wins}: ",
)
WINDOW_IS_WON = Phrase("本轮剩下的 {left}必不中。", "the remaining {left} cannot win.")
WINDOW_MAY_WIN = Phrase(
    "本轮剩下的 {left}中最多还能中奖 {may_win}。", "of the remaining {left} up to {may_win} more may win."
)
ANYWAY = Phrase(
    "例外：一个团里可中奖的席位不够时随机开奖，必不中的席位也可能被抽中；在这样的团里不用掉必不中次数。",
    "An exception: where too few seats of a group may win, it is drawn anyway, and a seat that cannot win "
    "may be drawn as well; such a group uses up nothing.",
)
WAITING_FIRST = Phrase(
    "您已付款、尚未结算的参团排在前面：先算它们，再算以后的参团；失效或流失的团不算。",
    "Joins that you have paid for and that are not settled yet come first: they are counted before any later "
    "one. A group that expires or dissolves is not counted.",
)


def my_counters(plan: Plan, counts: MemberCounts, language: Language) -> list[str]:
    """Sentences about what one member's counts mean; none where no rule in force counts wins."""
    draw = plan.draw if is_drawn(plan) else None
    if draw is None:
        return []
    sentences = [*_sitting_out(draw, counts, language)]
    if rule := draw.rule("after_wins_in_a_row"):
        sentences.append(_in_a_row(rule, counts, language))
    if rule := draw.rule("after_wins_in_total"):
        sentences.append(_in_total(rule, counts, language))
    if rule := draw.rule("at_most"):
        sentences.append(_window(rule, counts, language))
    if sentences and draw.conflict == "draw_anyway":
        sentences.append(ANYWAY.say(language))
    return [*sentences, WAITING_FIRST.say(language)] if sentences else []


def _sitting_out(draw: Draw, counts: MemberCounts, language: Language) -> list[str]:
    """Which of two rules brought it is not kept; both are named where both are in force."""
    reasons = [
        phrase.say(language, wins=wins_text(rule.wins, language))
        for rule, phrase in (
            (draw.rule("after_wins_in_a_row"), WON_IN_A_ROW),
            (draw.rule("after_wins_in_total"), WON_IN_TOTAL),
        )
        if rule
    ]
    if not reasons or counts.sit_out <= 0:
        return []
    why = reasons[0] if len(reasons) == 1 else EITHER.say(language, first=reasons[0], second=reasons[1])
    return [CANNOT_WIN.say(language, joins=settled_joins_text(counts.sit_out, language), why=why)]


def _in_a_row(rule: SeatRule, counts: MemberCounts, language: Language) -> str:
    # A version with a smaller number may find a longer row than it asks for: then the next win fulfils it.
    more = wins_text(max(rule.wins - counts.wins_in_a_row, 1), language)
    sit_out = settled_joins_text(rule.sit_out, language)
    if counts.wins_in_a_row == 0:
        return NO_ROW.say(language, more=more, sit_out=sit_out)
    return IN_A_ROW.say(language, wins=wins_text(counts.wins_in_a_row, language), more=more, sit_out=sit_out)


def _in_total(rule: SeatRule, counts: MemberCounts, language: Language) -> str:
    left = rule.wins - counts.wins_in_total % rule.wins
    more, sit_out = wins_text(left, language), settled_joins_text(rule.sit_out, language)
    if counts.wins_in_total == 0:
        return NO_WINS.say(language, more=more, sit_out=sit_out)
    return IN_TOTAL.say(
        language,
        wins=wins_text(counts.wins_in_total, language),
        more=more,
        reached=counts.wins_in_total + left,
        sit_out=sit_out,
    )


def _window(rule: SeatRule, counts: MemberCounts, language: Language) -> str:
    left = max(rule.of_joins - counts.window_joins, 0)
    may_win = min(max(rule.wins - counts.window_wins, 0), left)
    if counts.window_joins == 0 or left == 0:  # a version with a smaller window finds the old one full
        of_joins = settled_joins_text(rule.of_joins, language)
        return NEW_WINDOW.say(language, of_joins=of_joins, may_win=_how_many(rule.wins, language))
    said = IN_WINDOW.say(
        language,
        of_joins=joins_text(rule.of_joins, language),
        joins=joins_text(counts.window_joins, language),
        wins=wins_text(counts.window_wins, language),
    )
    remaining = joins_text(left, language)
    if may_win == 0:
        return said + WINDOW_IS_WON.say(language, left=remaining)
    return said + WINDOW_MAY_WIN.say(language, left=remaining, may_win=_how_many(may_win, language))


def _how_many(wins: int, language: Language) -> str:
    return wins_text(wins, language) if language == "zh" else str(wins)
