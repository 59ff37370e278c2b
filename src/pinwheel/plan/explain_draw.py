"""The sections of an explanation about the draw: odds, seat rules, and what can be checked afterwards.

Source: modes page, section 3; draw page.
"""

from typing import NamedTuple

from pinwheel.plan import draw_words
from pinwheel.plan.model import Plan, is_drawn, prize_count
from pinwheel.plan.numbers_in_words import percent, seats_text
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


def seat_rules_section(view: View) -> Section:
    """Every seat rule in force, and what happens when too few seats may win."""
    plan = view.plan
    if not is_drawn(plan) or plan.draw is None:
        return view.section("seat_rules")
    rules = plan.draw.seat_rules
    sentences = [view.say(draw_words.SEAT_RULES[rule]) for rule in rules] or [
        view.say(draw_words.NO_SEAT_RULES)
    ]
    if leader_barred(plan):
        sentences.append(view.say(draw_words.LEADER_BARRED))
    if rules or leader_barred(plan):
        rest = text_of(plan.outcomes[-1].title, view.language)
        sentences.append(view.say(draw_words.BARRED, rest=rest))
    if rules:
        sentences.append(view.say(draw_words.WHEN_COUNTED))
    return view.section("seat_rules", *sentences, view.say(draw_words.CONFLICT[plan.draw.conflict]))


def draw_section(view: View) -> Section:
    """How the draw is made and checked, and what that proves."""
    if is_drawn(view.plan):
        return view.section("draw", *map(view.say, draw_words.DRAW_NONE))
    return view.section("draw", *([view.say(draw_words.NOT_DRAWN)] if view.plan.draw else []))
