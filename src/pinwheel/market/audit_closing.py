"""What the audit asks of draws over a whole activity: commit, order, outcomes, and those of every order."""

from collections.abc import Iterator

from pinwheel.ledger.audit import Cursor, Finding
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.groups.draws import draw_v1
from pinwheel.market.groups.models import CLOSING_NUMBER, ClosingDraw
from pinwheel.market.groups.opening import draw_id
from pinwheel.rules.close import closing_tables
from pinwheel.rules.draw import commitment
from pinwheel.rules.outcomes import NO_OUTCOME, assign_outcomes

# Of the groups that were in the draw: orders by seat over all groups, and what became of those that settled.
SEATS = (
    "SELECT o.id, CASE WHEN g.state >= 2 THEN o.bars END, CASE WHEN g.state >= 2 THEN o.outcome END"
    " FROM unnest(%s::bigint[]) WITH ORDINALITY AS d (group_id, place)"
    " JOIN groups_group g ON g.id = d.group_id"
    " CROSS JOIN LATERAL unnest(g.seats) WITH ORDINALITY AS s (order_id, seat)"
    " JOIN orders_order o ON o.id = s.order_id ORDER BY d.place, s.seat"
)


def seats_of(cursor: Cursor, draw: ClosingDraw) -> list[tuple[int, int | None, int | None]]:
    """The orders of a draw by seat, with the bars and the outcome of those that are settled."""
    cursor.execute(SEATS, (draw.groups,))
    return cursor.fetchall()


def closing_orders_hold(cursor: Cursor) -> Iterator[str]:
    """The draws over an activity whose drawn order is not what their seed and their list give."""
    for draw in ClosingDraw.objects.exclude(groups=[]).iterator():
        name = draw_id(draw.activity_id, CLOSING_NUMBER)
        orders = [row[0] for row in seats_of(cursor, draw)]
        if [seat - 1 for seat in draw.drawn_order] != draw_v1(name, bytes(draw.server_seed or b""), orders):
            yield name


def closing_draws_hold(cursor: Cursor) -> Iterator[Finding]:
    """Every draw over an activity has the seed that was committed, and its groups are settled by it."""
    versions = dict(Activity.objects.values_list("id", "plan_version_id"))
    for draw in ClosingDraw.objects.exclude(state=ClosingDraw.State.COMMITTED).iterator():
        name, seed = draw_id(draw.activity_id, CLOSING_NUMBER), bytes(draw.server_seed or b"")
        if commitment(name, seed) != bytes(draw.commit):
            yield Finding("closing_draws_hold", name, "the revealed seed is not the committed one")
        rows = seats_of(cursor, draw)
        order = [seat - 1 for seat in draw.drawn_order]
        if sorted(order) != list(range(len(rows))) or len(draw.bars) != len(rows) or not rows:
            if rows:
                yield Finding("closing_draws_hold", name, "it does not hold every seat of its groups once")
            continue
        outcomes = [NO_OUTCOME] * len(order)
        tables = closing_tables(terms_of(versions[draw.activity_id]).plain, len(order))
        assign_outcomes(tables, 0, order, draw.bars, outcomes)
        if outcomes != draw.outcomes:
            yield Finding("closing_draws_hold", name, "its outcomes are not what its drawn order gives")
        kept = zip(rows, draw.bars, draw.outcomes, strict=True)
        for (order_id, bars, outcome), decided_bars, decided in kept:
            if outcome is not None and (bars, outcome) != (decided_bars, decided):
                yield Finding("closing_draws_hold", str(order_id), "the order's outcome is not the draw's")
