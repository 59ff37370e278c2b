"""Choosing a prize: once, in time, from the list; else it is the product ordered."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import psycopg
from django.db import transaction

from pinwheel.ledger.binary import copy_in, encode_rows, moment
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import Terms
from pinwheel.market.catalogue.models import Product
from pinwheel.market.delivery.services import goods_chosen, voucher_chosen
from pinwheel.market.ids import new_id
from pinwheel.market.messages.events import tell
from pinwheel.market.prizes.models import PrizeChoice, PrizeProduct, Voucher
from pinwheel.market.refusals import Refused
from pinwheel.plan.parts import GOODS, Choice
from pinwheel.rules.money import share

Cursor = psycopg.Cursor[Any]

CHOICE_COLUMNS = [
    ("order_id", "i8"),
    ("member_id", "i8"),
    ("activity_id", "i8"),
    ("product_id", "i8"),
    ("voucher_value", "i8"),
    ("choose_from", "i2"),
    ("made_at", "i8"),
    ("due_at", "i8"),
    ("state", "i2"),
]


def choices_of(terms: Terms) -> list[Choice | None]:
    """For each outcome class the choice that its seats have, if any."""
    return [
        next((give.choice for give in outcome.gives if give.choice is not None), None)
        for outcome in terms.plan.outcomes
    ]


def goods_of(terms: Terms) -> dict[int, bool]:
    """The outcome classes that give goods, and whether their seats choose which."""
    return {
        number: any(give.choice is not None for give in outcome.gives)
        for number, outcome in enumerate(terms.plan.outcomes)
        if any(give.what == GOODS for give in outcome.gives)
    }


def open_choices(
    cursor: Cursor,
    activity: Activity,
    choice: Choice,
    orders: Sequence[tuple[int, int]],
    products: dict[int, int],
    now: datetime,
) -> None:
    """Open the choice of these orders, given as (order, member); `products`: the product of each order."""
    columns = {
        "order_id": np.array([order for order, _ in orders], dtype=np.int64),
        "member_id": np.array([member for _, member in orders], dtype=np.int64),
        "product_id": np.array([products[order] for order, _ in orders], dtype=np.int64),
        "activity_id": activity.pk,
        "voucher_value": share(activity.price, choice.or_voucher or 0),
        "choose_from": choice.choose_from,
        "made_at": moment(now),
        "due_at": moment(now + timedelta(seconds=choice.choose_within)),
        "state": PrizeChoice.State.OPEN.value,
    }
    copy_in(cursor, "prizes_choice", CHOICE_COLUMNS, encode_rows(CHOICE_COLUMNS, columns, len(orders)))


def prize_list(activity_id: int, choose_from: int) -> list[Product]:
    """The products that a winner may choose: the activity's list of prizes, else the products on sale."""
    listed = PrizeProduct.objects.filter(activity_id=activity_id).select_related("product")
    products = [entry.product for entry in listed[:choose_from]]
    if products:
        return products
    offers = Activity.objects.get(pk=activity_id).offers.select_related("product")
    return list({offer.product_id: offer.product for offer in offers}.values())[:choose_from]


def choose_product(order_id: int, member_id: int, product_id: int, now: datetime) -> PrizeChoice:
    """Take a product of the list. Raises: Refused not_found, choice_made, choice_over, not_on_the_list."""
    with transaction.atomic():
        choice = lock_choice(order_id, member_id, now)
        if product_id not in {product.pk for product in prize_list(choice.activity_id, choice.choose_from)}:
            raise Refused("not_on_the_list")
        choice.product_id, choice.state, choice.chosen_at = product_id, PrizeChoice.State.PRODUCT, now
        choice.save(update_fields=["product_id", "state", "chosen_at"])
        goods_chosen([order_id], product_id)
    return choice


def choose_voucher(order_id: int, member_id: int, now: datetime) -> Voucher:
    """Take the voucher instead. Raises: Refused not_found, choice_made, choice_over, no_voucher."""
    with transaction.atomic():
        choice = lock_choice(order_id, member_id, now)
        if choice.voucher_value == 0:
            raise Refused("no_voucher")
        choice.state, choice.chosen_at = PrizeChoice.State.VOUCHER, now
        choice.save(update_fields=["state", "chosen_at"])
        voucher_chosen(order_id, now)
        voucher = Voucher.objects.create(
            id=new_id(now),
            order_id=order_id,
            member_id=member_id,
            value=choice.voucher_value,
            created_at=now,
        )
        tell(raw_cursor(), "voucher", [member_id], voucher.pk, now, amounts=[voucher.value])
    return voucher


def lock_choice(order_id: int, member_id: int, now: datetime) -> PrizeChoice:
    """The open choice of a member's order, locked. Raises: Refused not_found, choice_made, choice_over."""
    choice = PrizeChoice.objects.select_for_update().filter(pk=order_id, member_id=member_id).first()
    if choice is None:
        raise Refused("not_found")
    if choice.state in (PrizeChoice.State.PRODUCT, PrizeChoice.State.VOUCHER):
        raise Refused("choice_made")
    if choice.state == PrizeChoice.State.LAPSED or now >= choice.due_at:
        raise Refused("choice_over")
    return choice


def lapse_choices(now: datetime) -> int:
    """Let open choices lapse whose time is over: it is the product ordered. Returns how many."""
    due = PrizeChoice.objects.filter(state=PrizeChoice.State.OPEN, due_at__lte=now).order_by("order_id")
    with transaction.atomic():
        lapsed = list(due.select_for_update(skip_locked=True).values_list("order_id", flat=True))
        PrizeChoice.objects.filter(pk__in=lapsed).update(state=PrizeChoice.State.LAPSED)
        goods_chosen(lapsed)
    return len(lapsed)
