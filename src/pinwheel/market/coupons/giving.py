"""Coupons that a settlement gives, in its transaction: one COPY a batch, only where the plan gives any."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
import psycopg
from django.db import connection

from pinwheel.ledger.binary import copy_in, encode_rows, moment
from pinwheel.market.activities.terms import Terms
from pinwheel.market.coupons.models import Coupon, CouponTemplate
from pinwheel.market.groups.seats import Settled
from pinwheel.market.ids import new_id, new_ids
from pinwheel.plan.coupons import CouponGiven
from pinwheel.plan.model import Plan
from pinwheel.plan.parts import Give
from pinwheel.rules.outcomes import NO_OUTCOME

Cursor = psycopg.Cursor[Any]
END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)
EACH_JOIN, LEADER = -1, -2  # scopes beside the outcome classes

COUPON_COLUMNS = [
    ("id", "i8"),
    ("template_id", "i8"),
    ("member_id", "i8"),
    ("order_id", "i8"),
    ("about", "i8"),
    ("given_at", "i8"),
    ("starts_at", "i8"),
    ("expires_at", "i8"),
    ("state", "i2"),
    ("source", "i2"),
]


class Given(NamedTuple):
    """A coupon that one scope of a plan gives, by the template that stands for it."""

    scope: int  # an outcome class, EACH_JOIN or LEADER
    template_id: int
    valid_seconds: int  # 0: a link


def coupons_in(plan: Plan) -> Iterator[tuple[int, str, CouponGiven]]:
    """Every coupon that a plan gives: its scope, its place in the plan, and what it says."""
    scopes: list[tuple[int, str, Sequence[Give]]] = [
        (number, f"outcomes[{number}].gives", outcome.gives) for number, outcome in enumerate(plan.outcomes)
    ]
    scopes += [
        (EACH_JOIN, "each_join", plan.each_join),
        (LEADER, "group.leader.gives", plan.group.leader.gives),
    ]
    for scope, path, gives in scopes:
        for number, give in enumerate(gives):
            if give.coupon is not None:
                yield scope, f"{path}[{number}]", give.coupon


_known: dict[tuple[str, int], list[Given]] = {}


def coupons_given(terms: Terms, now: datetime) -> list[Given]:
    """What a version gives, with its templates; they are made when they are first asked for.

    Versions never change, nor do their templates, so a process remembers them, per database.
    """
    key = (connection.settings_dict["NAME"], terms.version_id)
    if key not in _known:
        found = templates_of(terms, now)
        if connection.in_atomic_block and found:
            return found  # a rollback would take them away again
        _known[key] = found
    return _known[key]


def templates_of(terms: Terms, now: datetime) -> list[Given]:
    """The templates of a version, read or made."""
    found = []
    for scope, place, coupon in coupons_in(terms.plan):
        template, _ = CouponTemplate.objects.get_or_create(
            plan_version_id=terms.version_id,
            place=place,
            defaults={
                "id": new_id(now),
                "title_zh": coupon.title.zh,
                "title_en": coupon.title.en,
                "link": coupon.link or "",
                "threshold": coupon.threshold or 0,
                "discount": coupon.worth,
                "valid_seconds": coupon.valid or 0,
                "created_at": now,
            },
        )
        found.append(Given(scope, template.pk, template.valid_seconds))
    return found


def give_coupons(cursor: Cursor, size: int, given: Sequence[Given], settled: Settled, now: datetime) -> None:
    """Write the coupons of a batch: to each seat what its class and each join give, to leaders theirs."""
    rows = [
        (one.template_id, order.member_id, order.id, moment(now) + one.valid_seconds * 1_000_000)
        if one.valid_seconds
        else (one.template_id, order.member_id, order.id, moment(END_OF_TIME))
        for row, (order, outcome) in enumerate(zip(settled.orders, settled.outcomes, strict=True))
        if outcome != NO_OUTCOME
        for one in given
        if one.scope in (outcome, EACH_JOIN) or (one.scope == LEADER and leads(settled, row, size))
    ]
    if not rows:
        return
    columns = np.array(rows, dtype=np.int64).T
    values: dict[str, Any] = dict(
        zip(("template_id", "member_id", "about", "expires_at"), columns, strict=True)
    )
    values |= {
        "id": np.array(new_ids(now, len(rows)), dtype=np.int64),
        "order_id": 0,
        "given_at": moment(now),
        "starts_at": moment(now),
        "state": Coupon.State.UNUSED.value,
        "source": Coupon.Source.PLAN.value,
    }
    copy_in(cursor, "coupons_coupon", COUPON_COLUMNS, encode_rows(COUPON_COLUMNS, values, len(rows)))


def leads(settled: Settled, row: int, size: int) -> bool:
    """Whether a row is the first seat of its group's leader: the one that the leader's gives go to."""
    group = settled.drawn[row // size].group
    first = next(
        (offset for offset, order in enumerate(group.orders) if order.member_id == group.leader_id), -1
    )
    return group.leader_id != 0 and first == row % size
