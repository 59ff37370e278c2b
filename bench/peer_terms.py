"""What the peers of the lab are told, and what they answer: JSON in, JSON out.

The numbers come from the plan that the lab plays (bench/peers.py), so that no peer keeps a copy of its own.
Standard library only: it runs in the lab's environment and in the peers'.
"""

import json
import sys
from collections.abc import Callable
from typing import NamedTuple


class Terms(NamedTuple):
    """A run of National Group-Buy. Amounts in fen."""

    members: int
    days: int
    joins_a_day: float  # that a member wishes
    seed: int
    price: int
    size: int  # seats of a group
    winners: int
    most_joins_a_day: int  # of a member
    cash: int  # for a seat that did not win
    credit: int  # for a seat that won
    release: int  # of credit, for every seat
    dividend_points: int  # for a seat that won
    consumer_points: int  # for every seat
    dividend_of_group: int  # into the next day's dividend
    row_wins: int  # after so many wins in a row
    row_sit_out: int  # so many joins cannot win
    total_wins: int
    total_sit_out: int
    cap_wins: int  # so many wins at most
    cap_joins: int  # in so many joins


class Answer(NamedTuple):
    """What came of it. Amounts in fen."""

    version: str
    seconds: float  # of a processor, in the simulation's own loop; neither imports nor the making of members
    joins: int
    groups: int  # that were drawn
    dissolved: int
    kept: int  # payments kept, less all cash given to members and put into the dividend's pool
    credit: int  # that members still hold


def answer(play: Callable[[Terms], Answer]) -> None:
    """Read the terms from the standard input, play, and print what came of it."""
    print(json.dumps(play(Terms(**json.load(sys.stdin)))._asdict()))
