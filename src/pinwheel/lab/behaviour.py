"""How members behave in a simulation: plain numbers, so that a run can be told from its arguments.

Rates are parts per million, so that no float decides anything about money.
"""

from typing import NamedTuple

from pinwheel.rules.money import MILLION


class Behaviour(NamedTuple):
    """How members come, join, and go.

    Attributes:
        start_members: who is there on day 0.
        arrivals_a_day: ppm of those who are there that come new each day (growth), until `growth_ends`.
        growth_ends: the day from which nobody comes any more.
        invited: ppm of the new who have a sponsor.
        inviters: ppm of those who are there that invite: the latest come. The whole makes a broad tree in
            which the early have most downlines, a small part makes long chains.
        joins_a_day: ppm of a join that a member in an ordinary mood wishes a day (1 500 000: one and a half).
        leaves_a_day: ppm of those who are there that leave for good each day.
        after_win, after_loss: ppm by which a member's mood changes with a settled join; a mood is never
            more than twice the ordinary one.
        moves_points: ppm of those who are there that move their dividend points into the monthly pool.
        pays_balance: ppm of the seats in a presale's full groups whose balance is paid.
    """

    start_members: int
    arrivals_a_day: int = 0
    growth_ends: int = 0
    invited: int = 700_000
    inviters: int = MILLION
    joins_a_day: int = 1_500_000
    leaves_a_day: int = 0
    after_win: int = 0
    after_loss: int = 0
    pays_balance: int = 900_000
    moves_points: int = MILLION


ORDINARY_MOOD = MILLION
HIGHEST_MOOD = 2 * MILLION


def has_moods(behaviour: Behaviour) -> bool:
    """Whether results change how often members join."""
    return behaviour.after_win != 0 or behaviour.after_loss != 0
