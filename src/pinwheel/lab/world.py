"""The world of a simulation: members and what they have, as columns. No database, no clock.

Source: modes page. Amounts in hundredths, days as whole numbers from 0.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pinwheel.rules.assets import ASSETS
from pinwheel.rules.counters import Counters
from pinwheel.rules.reasons import PARTIES, REASONS

NOBODY = -1
NEVER = -1


class Members(NamedTuple):
    """Columns over all members that there may be; about 130 bytes a member."""

    balances: NDArray[np.int64]  # (members, assets) of rules/assets.py; credit is kept beside
    credit: NDArray[np.int64]  # shopping credit
    counters: Counters  # columns of int64, of rules/counters.py
    sponsors: NDArray[np.int64]  # index of who brought the member, or NOBODY
    last_day: NDArray[np.int32]  # of the last join, or NEVER
    joins_today: NDArray[np.int32]  # on last_day
    settled_today: NDArray[np.int32]  # joins settled on the present day
    promoter_until: NDArray[np.int32]  # the last day as a promoter, or NEVER
    won_today: NDArray[np.int64]  # weight in the daily dividend of the present day
    last_group: NDArray[np.int64]  # the open group of the present batch that the member sits in, or NOBODY
    in_last: NDArray[np.int64]  # how many seats there


class Crowd(NamedTuple):
    """Who is there, and in what mood; the pool of the daily dividend."""

    members: NDArray[np.int64]  # the first there[0] are there
    there: NDArray[np.int64]  # (1,)
    known: NDArray[np.int64]  # (1,) members that ever came: the first of all columns
    mood: NDArray[np.int64]  # (members,) ppm, lab/behaviour.py
    pool: NDArray[np.int64]  # (1,) fen left over in the pool of the daily dividend


class Queue(NamedTuple):
    """Seats of groups that are not full, from batch to batch; `length[0]` of the columns are used."""

    holders: NDArray[np.int64]
    flags: NDArray[np.int64]
    groups: NDArray[np.int64]  # 0… in the order of opening
    length: NDArray[np.int64]  # (2,) seats used, groups open


class Books(NamedTuple):
    """What moved in all: sums over members, by reason and asset, a day a row."""

    moved: NDArray[np.int64]  # (days, reasons, assets)
    joins: NDArray[np.int64]  # (days,)
    settled: NDArray[np.int64]  # (days,) groups
    dissolved: NDArray[np.int64]  # (days,) groups


class Parties(NamedTuple):
    """Columns over reasons: which party gives and which gets (rules/reasons.py); -1: no such reason."""

    giving: NDArray[np.int64]
    getting: NDArray[np.int64]


MOST_REASONS = max(REASONS) + 1
MOST_OPEN_SEATS = 100_000


def make_parties() -> Parties:
    """The parties of every reason."""
    columns = np.full((2, MOST_REASONS), -1, dtype=np.int64)
    for reason, (giving, getting) in PARTIES.items():
        columns[:, reason] = giving, getting
    return Parties(columns[0].copy(), columns[1].copy())


def make_members(count: int) -> Members:
    """So many members who have nothing and never joined."""

    def column(kind: type, value: int = 0) -> NDArray[np.int64]:
        return np.full(count, value, dtype=kind)

    return Members(
        balances=np.zeros((count, len(ASSETS)), dtype=np.int64),
        credit=column(np.int64),
        counters=Counters(*(column(np.int64) for _ in Counters._fields)),
        sponsors=column(np.int64, NOBODY),
        last_day=column(np.int32, NEVER),  # type: ignore[arg-type]
        joins_today=column(np.int32),  # type: ignore[arg-type]
        settled_today=column(np.int32),  # type: ignore[arg-type]
        promoter_until=column(np.int32, NEVER),  # type: ignore[arg-type]
        won_today=column(np.int64),
        last_group=column(np.int64, NOBODY),
        in_last=column(np.int64),
    )


def make_crowd(count: int) -> Crowd:
    """Nobody is there yet, of so many that may come."""
    one, two, three = (np.zeros(1, dtype=np.int64) for _ in range(3))
    return Crowd(np.zeros(count, dtype=np.int64), one, two, np.zeros(count, dtype=np.int64), three)


def make_queue() -> Queue:
    """A queue in which nobody sits."""
    holders, flags, groups = (np.zeros(MOST_OPEN_SEATS, dtype=np.int64) for _ in range(3))
    return Queue(holders, flags, groups, np.zeros(2, dtype=np.int64))


def make_books(days: int) -> Books:
    """Empty books for so many days."""
    counts = (np.zeros(days, dtype=np.int64) for _ in range(3))
    return Books(np.zeros((days, MOST_REASONS, len(ASSETS)), dtype=np.int64), *counts)
