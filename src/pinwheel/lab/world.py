"""The world of a simulation: members and what they have, queue and books. No database, no clock.

Source: modes page. Amounts in hundredths, days as whole numbers from 0, moments in seconds from day 0.

Few tables with named columns, not many columns: what a join touches lies side by side in memory, and a
compiler that is handed ten arrays is done in a fraction of the time that it needs for sixty.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pinwheel.rules.assets import ASSETS
from pinwheel.rules.counters import Counters
from pinwheel.rules.reasons import REASONS
from pinwheel.rules.settle import Postings, Seats, postings_at_most
from pinwheel.rules.tables import PlanTables

Table = NDArray[np.int64]
Halves = NDArray[np.int32]

NOBODY = -1
NEVER = -1

# A member's row is 128 bytes, two lines of the processor's memory: seven numbers of 64 bits in front and two
# at the end are read as `members`, those of 32 bits between them as `facts`, the same memory in halves.
# Columns of `members`: the assets (rules/assets.py), and this.
WON_TODAY = len(ASSETS)  # weight in the daily dividend of the present day
PAID = 14  # fen of payments that were kept
MOOD = 15  # ppm, lab/behaviour.py
ROW = 16
# Columns of `facts`: the counters (rules/counters.py), and these.
COUNTERS = 2 * (WON_TODAY + 1)
SETTLED_TODAY = COUNTERS + len(Counters._fields)  # joins settled on the present day
LAST_DAY = SETTLED_TODAY + 1  # of the last join, or NEVER
JOINS_TODAY = SETTLED_TODAY + 2  # on LAST_DAY
JOINS_EVER = SETTLED_TODAY + 3
PROMOTER_UNTIL = SETTLED_TODAY + 4  # the last day as a promoter, or NEVER
SPONSOR = SETTLED_TODAY + 5  # index of who brought the member, or NOBODY
LAST_GROUP = SETTLED_TODAY + 6  # open group of the present batch where the member sits, or NOBODY
IN_LAST = SETTLED_TODAY + 7  # how many seats there
BYTES_A_MEMBER = 8 * ROW + 8  # a row, and a place in the crowd

# Places of `numbers`.
THERE = 0  # members who are there: the first of `crowd`
KNOWN = 1  # members who ever came: the first rows of `members`
POOL = 2  # fen left over in the pool of the daily dividend
OPEN_SEATS = 3  # seats taken in groups that are not full: the first columns of `queue`
OPEN_GROUPS = 4
LOTS = 5  # random numbers of the present part that are used
ENDED_SIZE = 6  # seats of the groups that are being settled, where it is not the plan's size
ASIDE = 7  # seats of full groups that wait for the draw at the end: the first columns of `aside`
NUMBERS = 8

# Rows of `queue`, a column a seat; OPENED has a column a group.
HOLDER, FLAG, GROUP, OPENED = 0, 1, 2, 3

# Columns of `days`.
JOINS, SETTLED, DISSOLVED, EXPIRED, MEMBERS_THERE, SETTLED_SEATS = 0, 1, 2, 3, 4, 5
DAY_FIGURES = 6

# Rows of `joins`, a column a join of the batch.
JOINER, JOIN_FLAGS, TIME, WON_BEFORE, PLACED = 0, 1, 2, 3, 4

# Rows of `groups`, a column a group of the batch, full or open.
TAKEN, PLACE, FILLED, SINCE, CARRIED = 0, 1, 2, 3, 4

# Rows of `seats`, a column a seat of a full group: those of `Seats` (rules/settle.py), then what is found.
SEAT_HOLDER, SEAT_SPONSOR, SEAT_INDIRECT, SEAT_FLAGS, SEAT_EXTERNAL, SEAT_DRAWN, BARS, OUTCOMES = range(8)

MOST_REASONS = max(REASONS) + 1
MOST_OPEN_SEATS = 50_000
BATCH = 1024  # joins settled together: their columns stay in the processor's near memory
MINUTE, HOUR, DAY = 60, 3_600, 86_400
# Bins of waiting times, each up to so many seconds (excluded); one more for all that lasted longer.
WAIT_UNTIL = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY)


class World(NamedTuple):
    """Everything that a run changes, and room for one batch, used again and again."""

    members: Table  # (members, ROW)
    facts: Halves  # (members, 2 * ROW) the same rows in halves
    crowd: Table  # (members,) rows of `members`
    numbers: Table  # (NUMBERS,)
    queue: Table  # (4, seats)
    moved: Table  # (days, reasons, assets) sums over members
    days: Table  # (days, DAY_FIGURES)
    waits: Table  # (bins,) groups that filled, by the time since their first join
    joins: Table  # (5, BATCH)
    groups: Table  # (5, seats + BATCH)
    seats: Table  # (8, seats + BATCH)
    leader_rows: Table  # (groups,)
    postings: Table  # (5, …) rows of Postings
    aside: Table  # (2, …) holders and flags of seats that wait for the draw at the end


def make_world(tables: PlanTables, smallest: int, most_members: int, days: int, wishes: int = 0) -> World:
    """Nobody is there yet, of so many that may come; empty books for so many days.

    Args:
        smallest: the fewest seats with which a group can be settled.
        wishes: joins after which the seats put aside are taken away; 0: there is no draw at the end.
    """
    open_seats = max(MOST_OPEN_SEATS, 20 * tables.size)
    rows = open_seats + BATCH
    most_groups = rows // smallest + 1
    room_for_postings = postings_at_most(tables._replace(size=smallest), most_groups)
    members = rows_in_line(most_members)
    facts = members.view(np.int32)
    facts[:, [LAST_GROUP, LAST_DAY, PROMOTER_UNTIL, SPONSOR]] = NEVER
    world = World(
        members=members,
        facts=facts,
        crowd=np.zeros(most_members, dtype=np.int64),
        numbers=np.zeros(NUMBERS, dtype=np.int64),
        queue=np.zeros((4, open_seats), dtype=np.int64),
        moved=np.zeros((days, MOST_REASONS, len(ASSETS)), dtype=np.int64),
        days=np.zeros((days, DAY_FIGURES), dtype=np.int64),
        waits=np.zeros(len(WAIT_UNTIL) + 1, dtype=np.int64),
        joins=np.zeros((5, BATCH), dtype=np.int64),
        groups=np.zeros((5, rows + 1), dtype=np.int64),
        seats=np.zeros((8, rows), dtype=np.int64),
        leader_rows=np.full(most_groups, NOBODY, dtype=np.int64),
        postings=np.empty((len(Postings._fields), room_for_postings), dtype=np.int64),
        aside=np.zeros((2, wishes + open_seats if wishes else 0), dtype=np.int64),
    )
    world.seats[[SEAT_SPONSOR, SEAT_INDIRECT]] = NOBODY
    return world


def rows_in_line(count: int) -> Table:
    """Rows of zeros, each at the beginning of a line of the processor's memory (64 bytes)."""
    room = np.zeros(count * ROW + 8, dtype=np.int64)
    first = -(room.ctypes.data // 8) % 8
    return room[first : first + count * ROW].reshape(count, ROW)


def counters_of(facts: Halves) -> Counters:
    """The counters' columns, as the rules change them."""
    return Counters(
        facts[:, COUNTERS],
        facts[:, COUNTERS + 1],
        facts[:, COUNTERS + 2],
        facts[:, COUNTERS + 3],
        facts[:, COUNTERS + 4],
    )


def seats_of(world: World, groups: int) -> Seats:
    """The seats of so many full groups, as the rules read them."""
    return Seats(
        world.seats[SEAT_HOLDER],
        world.seats[SEAT_SPONSOR],
        world.seats[SEAT_INDIRECT],
        world.seats[SEAT_FLAGS],
        world.seats[SEAT_EXTERNAL],
        world.seats[SEAT_DRAWN],
        world.leader_rows[:groups],
    )


def postings_of(world: World) -> Postings:
    """The room for postings, as the rules write them."""
    return Postings(
        world.postings[0], world.postings[1], world.postings[2], world.postings[3], world.postings[4]
    )
