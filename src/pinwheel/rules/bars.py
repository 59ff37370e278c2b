"""Seat rules: which seats cannot win (必不中), and why.

Source: modes page, section 3. A bar is a bit; a seat barred for several reasons has several.
"""

from pinwheel.rules.counters import Counters
from pinwheel.rules.mark import Ints, rule
from pinwheel.rules.tables import PlanTables

LEADER_BAR = 1
FIRST_JOIN_OF_DAY = 2
NEWCOMER = 4
SITTING_OUT = 8
AT_MOST = 16

# In the order in which a seat's bars are listed.
BARS: tuple[tuple[int, str], ...] = (
    (LEADER_BAR, "leader"),
    (FIRST_JOIN_OF_DAY, "first_join_of_day_in_front"),
    (NEWCOMER, "newcomer_in_front"),
    (SITTING_OUT, "sitting_out"),
    (AT_MOST, "at_most"),
)

FIRST_OF_DAY_FLAG = 1  # of a seat: its order was its holder's first join of the business day
NEWCOMER_FLAG = 2  # of a seat: its order was its holder's first join ever


def bar_names(bits: int) -> list[str]:
    """The names of a seat's bars, in the order of the modes page."""
    return [name for bit, name in BARS if bits & bit]


@rule
def bar_seats(
    tables: PlanTables,
    start: int,
    leader_row: int,
    holders: Ints,
    flags: Ints,
    counters: Counters,
    bars: Ints,
) -> None:
    """Set the bars of one group.

    Args:
        start: row of the group's first seat; its seats are rows start … start + size - 1.
        leader_row: row of the leader's seat, or -1.
        holders: (rows,) index of each seat's holder in `counters`.
        flags: (rows,) FIRST_OF_DAY_FLAG and NEWCOMER_FLAG of each seat.
        counters: read only; without a counting rule not even that.
        bars: (rows,) receives the bits.
    """
    end = start + tables.size
    for row in range(start, end):
        bars[row] = 0
    if leader_row >= 0 and tables.leader_may_win == 0:
        bars[leader_row] += LEADER_BAR
    if tables.first_join_of_day_in_front:
        row = foremost(start, end, FIRST_OF_DAY_FLAG, flags)
        if row >= 0:
            bars[row] += FIRST_JOIN_OF_DAY
    if tables.newcomer_in_front:
        row = foremost(start, end, NEWCOMER_FLAG, flags)
        if row >= 0:
            bars[row] += NEWCOMER
    if tables.row_wins or tables.total_wins or tables.cap_joins:
        bar_by_counters(tables, start, holders, counters, bars)


@rule
def foremost(start: int, end: int, flag: int, flags: Ints) -> int:
    """The first row of start … end - 1 that carries the flag, or -1."""
    for row in range(start, end):
        if flags[row] & flag:
            return row
    return -1


@rule
def bar_by_counters(tables: PlanTables, start: int, holders: Ints, counters: Counters, bars: Ints) -> None:
    """Bar the seats whose holders sit out, or have won their share of the window.

    Of a member's several seats each earlier one counts as a join that comes before. Joins to sit out
    that an earlier version of the plan left behind bar nobody under one whose rules give none.
    """
    has_privileges = tables.row_wins or tables.total_wins
    for row in range(start, start + tables.size):
        holder = holders[row]
        earlier = 0
        if tables.seats_per_group > 1:
            for other in range(start, row):
                if holders[other] == holder:
                    earlier += 1
        if has_privileges and counters.sit_out[holder] > earlier:
            bars[row] += SITTING_OUT
        is_in_window = counters.window_joins[holder] + earlier < tables.cap_joins
        if is_in_window and counters.window_wins[holder] >= tables.cap_wins:
            bars[row] += AT_MOST
