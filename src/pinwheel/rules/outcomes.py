"""From the drawn order to outcome classes.

Source: page draw-v1, step 6, and modes page, section 3 (conflict).
"""

from pinwheel.rules.mark import Ints, rule
from pinwheel.rules.tables import PlanTables

NO_OUTCOME = -1
DISSOLVED, DRAWN, DRAWN_ANYWAY = 0, 1, 2


@rule
def assign_outcomes(tables: PlanTables, start: int, drawn: Ints, bars: Ints, outcomes: Ints) -> int:
    """Walk the drawn order, pass over barred seats, fill the first classes first; the rest get the last.

    Args:
        start: row of the group's first seat.
        drawn: (rows,) for this group's rows, the seat offsets 0 … size - 1 in drawn order.
        bars: (rows,) bits of each seat; 0 may win.
        outcomes: (rows,) receives the class of each seat, NO_OUTCOME when the group dissolves.
    Returns: DRAWN, or, where fewer seats may win than there are to be drawn, DISSOLVED or DRAWN_ANYWAY.
    """
    last = len(tables.class_counts) - 1
    end = start + tables.size
    if last == 0:
        for row in range(start, end):
            outcomes[row] = 0
        return DRAWN
    for row in range(start, end):
        outcomes[row] = NO_OUTCOME
    places = tables.size - tables.class_counts[last]
    able = 0
    for row in range(start, end):
        if bars[row] == 0:
            able += 1
    if able < places and tables.dissolve:
        return DISSOLVED
    filled = fill_places(tables, start, drawn, bars, outcomes, 0, places, False)
    if filled < places:
        fill_places(tables, start, drawn, bars, outcomes, filled, places, True)
    for row in range(start, end):
        if outcomes[row] == NO_OUTCOME:
            outcomes[row] = last
    return DRAWN_ANYWAY if able < places else DRAWN


@rule
def fill_places(
    tables: PlanTables,
    start: int,
    drawn: Ints,
    bars: Ints,
    outcomes: Ints,
    filled: int,
    places: int,
    barred: bool,
) -> int:
    """Give places filled … places - 1 to the seats that are (not) barred, in drawn order; return the next."""
    for step in range(start, start + tables.size):
        if filled >= places:
            break
        row = start + drawn[step]
        if (bars[row] != 0) == barred:
            outcomes[row] = class_of_place(tables, filled)
            filled += 1
    return filled


@rule
def class_of_place(tables: PlanTables, place: int) -> int:
    """The class that the n-th drawn place (from 0) belongs to."""
    index = 0
    upto = tables.class_counts[0]
    while place >= upto:
        index += 1
        upto += tables.class_counts[index]
    return index
