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
    bar_in_front(tables, start, end, flags, bars)
    if tables.row_wins or tables.total_wins or tables.cap_joins:
        bar_by_counters(tables, start, holders, counters, bars)


@rule
def bar_in_front(tables: PlanTables, start: int, end: int, flags: Ints, bars: Ints) -> None:
    """Bar the foremost of the seats start … end - 1 that each rule in front is about."""
    if tables.first_join_of_day_in_front:
        row = foremost(start, end, FIRST_OF_DAY_FLAG, flags)
        if row >= 0:
            bars[row] += FIRST_JOIN_OF_DAY
    if tables.newcomer_in_front:
        row = foremost(start, end, NEWCOMER_FLAG, flags)
        if row >= 0:
            bars[row] += NEWCOMER


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
    for row in range(start, start + tables.size):
        earlier = 0
        if tables.seats_per_group > 1:
            for other in range(start, row):
                if holders[other] == holders[row]:
                    earlier += 1
        bar_seat(tables, row, holders[row], earlier, counters, bars)


@rule
def bar_all_by_counters(
    tables: PlanTables, holders: Ints, counters: Counters, seen: Ints, bars: Ints
) -> None:
    """As `bar_by_counters`, of all seats of an activity at once, of which a member may hold any number.

    Args:
        seen: (members,) zeros; counts the seats of each that were gone through.
    """
    for row in range(len(holders)):
        bar_seat(tables, row, holders[row], seen[holders[row]], counters, bars)
        seen[holders[row]] += 1


@rule
def bar_seat(tables: PlanTables, row: int, holder: int, earlier: int, counters: Counters, bars: Ints) -> None:
    """Bar a seat whose holder sits out, or has won their share of the window, after `earlier` other seats."""
    if (tables.row_wins or tables.total_wins) and counters.sit_out[holder] > earlier:
        bars[row] += SITTING_OUT
    is_in_window = counters.window_joins[holder] + earlier < tables.cap_joins
    if is_in_window and counters.window_wins[holder] >= tables.cap_wins:
        bars[row] += AT_MOST
