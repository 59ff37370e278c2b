"""How many members it takes: about the fewest with which a run ends without a loss."""

from typing import Any

from pinwheel.lab import life
from pinwheel.lab.figures import figures_of
from pinwheel.lab.simulate import PLAIN_JOINS, Arguments, expected_joins, room_for, simulate
from pinwheel.plan.model import Plan

MOST_JOINS = 20_000_000  # of a run that is looked at: compiled it takes some seconds
MOST_PLAIN_JOINS = 2 * PLAIN_JOINS


def enough_members(plan: Plan, arguments: Arguments, margin: int, parts: Any = life) -> int | None:
    """Doubles the members of the first day until a run ends without a loss, then halves the step.

    Every run has the same seed and days; more members can do worse by chance, so the number is about right.

    Args:
        arguments: of a run that was played.
        margin: fen with which that run ended.
        parts: who plays (lab/simulate.py).
    Returns: None: more members only lose more, or it would take more joins than are looked at.
    """
    played = {arguments.behaviour.start_members: margin}

    def margin_of(members: int) -> int:
        if members not in played:
            scaled = with_members(arguments, members)
            world = simulate(plan, scaled, parts=parts)
            figures = figures_of(plan, world, arguments.seed, 0, arguments.costs_a_day)
            played[members] = figures.margin[-1]
        return played[members]

    own = arguments.behaviour.start_members
    if margin >= 0:
        too_few, enough = 0, 1
        while margin_of(enough) < 0:
            too_few, enough = enough, min(2 * enough, own)
    else:
        too_few, enough = own, 2 * own
        most_joins = MOST_PLAIN_JOINS if parts is life else MOST_JOINS
        while margin_of(too_few) < 0:
            if expected_joins(with_members(arguments, enough)) > most_joins:
                return None
            if margin_of(enough) < margin:
                return None
            if margin_of(enough) >= 0:
                break
            too_few, enough = enough, 2 * enough
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        too_few, enough = (middle, enough) if margin_of(middle) < 0 else (too_few, middle)
    return enough


def with_members(arguments: Arguments, members: int) -> Arguments:
    """The same run with other members on the first day, and room for their growth."""
    behaviour = arguments.behaviour._replace(start_members=members)
    return arguments._replace(behaviour=behaviour, most_members=room_for(behaviour, arguments.days))
