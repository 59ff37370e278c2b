"""The sections of an explanation about the draw: odds, seat rules, and what can be checked afterwards.

Source: modes page, section 3; draw page.
"""

from typing import NamedTuple

from pinwheel.plan import draw_words, seat_rule_words
from pinwheel.plan.model import (
    Plan,
    awaits_value,
    drawn_on_close,
    is_drawn,
    prize_count,
    value_within,
)
from pinwheel.plan.numbers_in_words import (
    joins_text,
    percent,
    seats_text,
    settled_joins_text,
    time_text,
    wins_text,
)
from pinwheel.plan.parts import Draw
from pinwheel.plan.seat_rules import COUNTING_RULES, SeatRule
from pinwheel.plan.view import Section, View, leader_barred, seats_of, text_of


class Odds(NamedTuple):
    """`seats` of `size` seats fall to the outcome class `name`."""

    name: str
    seats: int
    size: int


def odds(plan: Plan) -> list[Odds]:
    """Seats of each outcome class, in the order of the plan."""
    return [Odds(outcome.name, seats_of(plan, outcome), plan.group.size) for outcome in plan.outcomes]


def odds_section(view: View) -> Section:
    """How many seats fall to each class; empty where nothing is drawn."""
    plan, language, size = view.plan, view.language, view.plan.group.size
    if not is_drawn(plan):
        return view.section("odds")
    if drawn_on_close(plan):
        return view.section("odds", *_odds_on_close(view))
    sentences = []
    for outcome, chance in zip(plan.outcomes, odds(plan), strict=True):
        title, rate = text_of(outcome.title, language), percent(chance.seats, size, language)
        sentences.append(view.say(draw_words.ODDS, title=title, count=chance.seats, size=size, percent=rate))
    if len(plan.outcomes) > 2:
        prizes = prize_count(plan)
        rate = percent(prizes, size, language)
        sentences.append(view.say(draw_words.PRIZE_IN_ALL, prizes=prizes, size=size, percent=rate))
    sentences.append(view.say(draw_words.EQUAL))
    if leader_barred(plan):
        sentences.append(
            view.say(
                draw_words.LEADER_OUT, others=size - 1 if language == "zh" else seats_text(size - 1, language)
            )
        )
    if plan.draw and plan.draw.seat_rules:
        sentences.append(view.say(draw_words.BARS_CHANGE_ODDS))
    return view.section("odds", *sentences)


def _odds_on_close(view: View) -> list[str]:
    """Prizes are of the whole activity; what chance that is depends on how many join."""
    plan, language, prizes = view.plan, view.language, prize_count(view.plan)
    few, many = plan.group.size, 10 * plan.group.size
    sentences = [
        view.say(draw_words.ODDS_ON_CLOSE, title=text_of(outcome.title, language), count=outcome.count)
        for outcome in plan.outcomes[:-1]
    ]
    sentences.append(
        view.say(
            draw_words.ODDS_OF_ALL,
            few=few,
            few_percent=percent(prizes, few, language),
            many=many,
            many_percent=percent(prizes, many, language),
        )
    )
    sentences.append(view.say(draw_words.EQUAL))
    if plan.draw and plan.draw.seat_rules:
        sentences.append(view.say(draw_words.BARS_CHANGE_ODDS))
    return sentences


def seat_rules_section(view: View) -> Section:
    """Every seat rule in force, how it counts, and what happens when too few seats may win."""
    plan = view.plan
    if not is_drawn(plan) or plan.draw is None:
        return view.section("seat_rules")
    rules = plan.draw.seat_rules
    conflict = draw_words.CONFLICT_ON_CLOSE if drawn_on_close(plan) else draw_words.CONFLICT
    sentences = [seat_rule_sentence(rule, view) for rule in rules] or [
        view.say(seat_rule_words.NO_SEAT_RULES)
    ]
    if leader_barred(plan):
        sentences.append(view.say(draw_words.LEADER_BARRED))
    if rules or leader_barred(plan):
        sentences.append(view.say(seat_rule_words.BARRED, rest=_rest(view)))
    if any(rule.name not in COUNTING_RULES for rule in rules):
        sentences += [view.say(seat_rule_words.ONE_IN_FRONT), view.say(seat_rule_words.WHEN_COUNTED)]
    return view.section(
        "seat_rules",
        *sentences,
        *_counting(view, plan.draw),
        view.say(conflict[plan.draw.conflict], credit=view.names["shopping_credit"]),
        *_counting_when_drawn_anyway(view, plan.draw),
    )


def seat_rule_sentence(rule: SeatRule, view: View) -> str:
    """One seat rule in plain words, with its numbers."""
    language = view.language
    return view.say(
        seat_rule_words.SEAT_RULES[rule.name],
        wins=wins_text(rule.wins, language),
        sit_out=settled_joins_text(rule.sit_out, language),
        of_joins=joins_text(rule.of_joins, language),
        once=rule.wins,
        twice=2 * rule.wins,
        thrice=3 * rule.wins,
    )


def draw_section(view: View) -> Section:
    """How the draw is made and checked, and what that proves."""
    if awaits_value(view.plan):
        return view.section("draw", *_public_value(view))
    if is_drawn(view.plan):
        phrases = draw_words.DRAW_ON_CLOSE if drawn_on_close(view.plan) else draw_words.DRAW_NONE
        return view.section("draw", *map(view.say, phrases))
    return view.section("draw", *([view.say(draw_words.NOT_DRAWN)] if view.plan.draw else []))


def _public_value(view: View) -> list[str]:
    """What a draw waits for, how long, and what that proves."""
    draw = view.plan.draw
    event = text_of(draw.public_event, view.language) if draw and draw.public_event else ""
    phrases = draw_words.DRAW_NUMBER if event else draw_words.DRAW_DRAND
    time = time_text(value_within(view.plan), view.language)
    return [view.say(phrase, event=event, time=time) for phrase in phrases]


def _rest(view: View) -> str:
    return text_of(view.plan.outcomes[-1].title, view.language)


def _counting(view: View, draw: Draw) -> list[str]:
    """How the rules about wins count; nothing where there is none."""
    if not any(rule.name in COUNTING_RULES for rule in draw.seat_rules):
        return []
    phrases = [seat_rule_words.EVERY_SEAT, seat_rule_words.WHAT_A_WIN_IS]
    if any(rule.sit_out for rule in draw.seat_rules):
        phrases.append(seat_rule_words.SIT_OUT)
    read = seat_rule_words.WHEN_FROZEN if awaits_value(view.plan) else seat_rule_words.WHEN_READ
    phrases += [read, seat_rule_words.COUNTED_PER]
    if view.plan.limits.seats_per_group > 1:
        phrases.append(seat_rule_words.SEVERAL_SEATS)
    return [view.say(phrase, rest=_rest(view)) for phrase in phrases]


def _counting_when_drawn_anyway(view: View, draw: Draw) -> list[str]:
    if draw.conflict != "draw_anyway" or not any(rule.name in COUNTING_RULES for rule in draw.seat_rules):
        return []
    return [view.say(seat_rule_words.DRAWN_ANYWAY)]
