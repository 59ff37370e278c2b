"""Finishing groups: what the rules say of them, and then all writes, in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from pinwheel.ledger.post import post
from pinwheel.ledger.wallets import LockedWallets, lock_wallets
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import Terms
from pinwheel.market.aftersales.debts import take_debts, with_debts, write_takings
from pinwheel.market.clock import business_day
from pinwheel.market.coupons.giving import coupons_given, give_coupons
from pinwheel.market.groups import load, write
from pinwheel.market.groups.price_cuts import write_cuts
from pinwheel.market.groups.seats import Drawn, OpenGroup, PriceCut, SeatedOrder, Settled
from pinwheel.market.groups.sponsors import (
    NO_SPONSORS,
    Sponsors,
    people_in,
    promoters_only,
    sponsors_of,
    write_missed,
)
from pinwheel.market.groups.transfers import batch_transfers
from pinwheel.market.messages.events import Fact, groups_ended, orders_met
from pinwheel.rules.assets import SHOPPING_CREDIT
from pinwheel.rules.counters import Counters
from pinwheel.rules.outcomes import NO_OUTCOME
from pinwheel.rules.settle import Postings, Seats, postings_at_most, settle_decided, settle_groups


class Work(NamedTuple):
    """What one transaction finishes, and what it seats. All groups are locked."""

    drawn: Sequence[Drawn]
    refused: Sequence[SeatedOrder]  # refunded in full
    waiting: Sequence[OpenGroup]  # took a seat and wait: for more, or, full, for its draw
    is_limited: bool  # the activity's stock is limited, and its rows are locked
    cuts: Sequence[PriceCut] = ()  # of ladders: differences given back; their groups wait or are finished
    price: int | None = None  # fen a seat of the finished groups; None: the activity's


class Decided(NamedTuple):
    """What was decided before of the seats of these groups: by one draw over all, or with frozen bars."""

    bars: list[int]
    outcomes: list[int]
    bars_held: bool


def finish_groups(
    cursor: load.Cursor, activity: Activity, terms: Terms, work: Work, decided: Decided | None, now: datetime
) -> Settled:
    """Lock wallets, apply the rules, then write everything. `decided`: where one draw was made for all."""
    holders = [order.member_id for drawn in work.drawn for order in drawn.group.orders]
    sponsors = sponsors_of(cursor, terms, holders)
    concerned = [*holders, *people_in(sponsors), *(order.member_id for order in work.refused)]
    concerned += [cut.order.member_id for cut in work.cuts]
    wallets = lock_wallets(cursor, concerned)
    counters = load.counters_of(cursor, terms, wallets.members)
    sponsors, missed = promoters_only(cursor, terms, sponsors, business_day(now))
    price = activity.price if work.price is None else work.price
    settled = apply_rules(terms, price, work.drawn, wallets, sponsors, counters, decided)
    takings = take_debts(cursor, settled)
    posted = batch_transfers(terms.accounts, settled, work.refused, work.cuts)
    transfers = with_debts(posted, takings)

    # After this point it must succeed.
    batch = post(cursor, now, transfers, wallets) if len(transfers) else 0
    write.write_groups(cursor, activity, terms, settled, work.waiting, now, batch)
    write.write_orders(cursor, terms, settled, work.waiting, batch)
    write_cuts(cursor, work.cuts, now)
    write.write_counters(cursor, terms, settled)
    write_missed(cursor, settled, missed, now)
    write.open_choices(cursor, activity, terms, settled, now)
    write.make_parcels(cursor, terms, settled, now)
    write_takings(cursor, takings)
    refunded = write.refund(cursor, terms, settled, work.refused, batch, now)
    give_coupons(cursor, terms.tables.size, coupons_given(terms, now), settled, now)
    if work.is_limited:
        write.give_back_stock(cursor, activity.pk, refunded)
    tell_ended(cursor, activity.pk, terms, settled, work.refused, now)
    return settled


def tell_ended(
    cursor: load.Cursor,
    activity_id: int,
    terms: Terms,
    settled: Settled,
    refused: Sequence[SeatedOrder],
    now: datetime,
) -> None:
    """Write what members will be told: a row for each group that ended, one for all without a seat."""
    first = settled.outcomes[:: terms.tables.size]
    facts = [Fact.DISSOLVED if outcome == NO_OUTCOME else Fact.SETTLED for outcome in first]
    groups_ended(cursor, activity_id, [drawn.group.id for drawn in settled.drawn], facts, now)
    orders_met(cursor, Fact.NO_SEAT, [order.id for order in refused], now)


def apply_rules(
    terms: Terms,
    price: int,
    drawn: Sequence[Drawn],
    wallets: LockedWallets,
    sponsors: Sponsors,
    counters: Counters,
    decided: Decided | None,
) -> Settled:
    """Hand the filled groups to the rules. Nothing is read or written here."""
    orders = [order for draw in drawn for order in draw.group.orders]
    members = [order.member_id for order in orders]
    room = postings_at_most(terms.tables, len(drawn))
    settled = Settled(
        drawn=list(drawn),
        orders=orders,
        members=wallets.members,
        bars=decided.bars if decided else [0] * len(orders),
        outcomes=decided.outcomes if decided else [0] * len(orders),
        postings=Postings(*([0] * room for _ in Postings._fields)),
        counters=counters,
    )
    seats = Seats(
        holders=wallets.rows_of(members).tolist(),
        sponsors=rows_or_none(wallets, [sponsors.get(member, NO_SPONSORS)[0] for member in members]),
        indirect=rows_or_none(wallets, [sponsors.get(member, NO_SPONSORS)[1] for member in members]),
        flags=[order.flags for order in orders],
        external=[order.route for order in orders],
        drawn=[offset for draw in drawn for offset in draw.order],
        leader_rows=[leader_row(draw, number * terms.tables.size) for number, draw in enumerate(drawn)],
    )
    credit = wallets.balances[:, SHOPPING_CREDIT].tolist()
    told = terms.plain, price, seats, credit, counters, settled.bars, settled.outcomes
    if decided:
        settled.posted = settle_decided(*told, decided.bars_held, settled.postings)
    else:
        settled.posted = settle_groups(*told, settled.postings)
    return settled


def rows_or_none(wallets: LockedWallets, members: list[int]) -> list[int]:
    """The row of each member's wallet; -1 for member 0, who is nobody."""
    if not any(members):
        return [-1] * len(members)
    rows = wallets.rows_of([member or wallets.members[0] for member in members]).tolist()
    return [row if member else -1 for row, member in zip(rows, members, strict=True)]


def leader_row(drawn: Drawn, start: int) -> int:
    """The row of the leader's first seat, or -1."""
    if drawn.group.leader_id:
        for offset, order in enumerate(drawn.group.orders):
            if order.member_id == drawn.group.leader_id:
                return start + offset
    return -1
