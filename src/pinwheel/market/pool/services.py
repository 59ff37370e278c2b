"""Moving points into and out of the pool. Each once per request key."""

from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
from django.db import IntegrityError, transaction

from pinwheel.ledger.post import TRANSFER, post, raw_cursor
from pinwheel.ledger.wallets import LockedWallets, lock_wallets
from pinwheel.market.activities.terms import Terms
from pinwheel.market.ids import new_id
from pinwheel.market.members.models import Member
from pinwheel.market.pool.calendar import PoolCalendar, pool_calendar, pool_terms
from pinwheel.market.pool.models import PoolMove, PoolShare
from pinwheel.market.refusals import Refused
from pinwheel.plan.amounts import format_amount
from pinwheel.rules.assets import DIVIDEND_POINTS
from pinwheel.rules.dividends import FROZEN, IN_ONLY
from pinwheel.rules.reasons import MEMBER, PARTIES, POOL_IN, POOL_OUT

Cursor = psycopg.Cursor[Any]


def move_points(plan: str, member_id: int, points: int, request_key: UUID, now: datetime) -> PoolMove:
    """Move points (hundredths) into the pool, or out of it where they are negative.

    Raises: Refused member_frozen, pool_in_only, pool_frozen, not_a_multiple, insufficient_points,
        idempotency_conflict, not_found; nothing moved then.
    """
    try:
        with transaction.atomic():
            return move_in_transaction(plan, member_id, points, request_key, now)
    except IntegrityError:  # the same key at the same time: the other one has it
        return replayed(PoolMove.objects.get(request_key=request_key), plan, member_id, points)


def move_in_transaction(plan: str, member_id: int, points: int, request_key: UUID, now: datetime) -> PoolMove:
    terms, monthly = pool_terms(plan, now)
    cursor = raw_cursor()
    wallets = lock_wallets(cursor, [member_id])
    # Under the lock: the same request at the same time has moved the points by now.
    done = PoolMove.objects.filter(request_key=request_key).first()
    if done is not None:
        return replayed(done, plan, member_id, points)
    in_pool = points_in_pool(plan, member_id)
    refuse_member(member_id)
    refuse_move(pool_calendar(monthly, now), points)
    held = int(wallets.balances[0, DIVIDEND_POINTS]) if points > 0 else in_pool
    refuse_too_few(abs(points), held)

    # After this point it must succeed.
    move_id = new_id(now)
    reason = POOL_IN if points > 0 else POOL_OUT
    batch = post_points(cursor, terms, wallets, reason, abs(points), move_id, now)
    PoolShare.objects.bulk_create(
        [PoolShare(plan=plan, member_id=member_id, points=in_pool + points)],
        update_conflicts=True,
        unique_fields=["plan", "member_id"],
        update_fields=["points"],
    )
    return PoolMove.objects.create(
        id=move_id,
        plan=plan,
        member_id=member_id,
        points=points,
        at=now,
        request_key=request_key,
        batch=batch,
    )


def replayed(done: PoolMove, plan: str, member_id: int, points: int) -> PoolMove:
    """The move that the key stands for. Raises: Refused idempotency_conflict."""
    if (done.plan, done.member_id, done.points) != (plan, member_id, points):
        raise Refused("idempotency_conflict")
    return done


def refuse_member(member_id: int) -> None:
    """Raises: Refused not_found, member_frozen."""
    frozen = Member.objects.filter(pk=member_id).values_list("is_frozen", flat=True).first()
    if frozen is None:
        raise Refused("not_found")
    if frozen:
        raise Refused("member_frozen")


def refuse_move(calendar: PoolCalendar, points: int) -> None:
    """Raises: Refused pool_in_only, pool_frozen, not_a_multiple."""
    if calendar.phase == IN_ONLY and points < 0:
        raise Refused("pool_in_only", {"next": calendar.next_out.isoformat()})
    if calendar.phase == FROZEN:
        raise Refused("pool_frozen", {"next": calendar.opens.isoformat()})
    if points == 0 or points % calendar.step:
        raise Refused("not_a_multiple", {"step": format_amount(calendar.step)})


def refuse_too_few(needed: int, held: int) -> None:
    """Raises: Refused insufficient_points."""
    if held < needed:
        raise Refused("insufficient_points", {"needed": format_amount(needed), "held": format_amount(held)})


def points_in_pool(plan: str, member_id: int) -> int:
    """A member's points in the pool of a plan, in hundredths."""
    found = PoolShare.objects.filter(plan=plan, member_id=member_id).values_list("points", flat=True).first()
    return found or 0


def post_points(
    cursor: Cursor,
    terms: Terms,
    wallets: LockedWallets,
    reason: int,
    points: int,
    about: int,
    now: datetime,
) -> int:
    """Move one member's points, as the reason's parties say; return the batch."""
    numbers = terms.accounts.of_party()
    source, target = (
        int(wallets.members[0]) if party == MEMBER else numbers[party] for party in PARTIES[reason]
    )
    transfer = np.array([(source, target, DIVIDEND_POINTS, points, reason, about)], dtype=TRANSFER)
    return post(cursor, now, transfer, wallets)
