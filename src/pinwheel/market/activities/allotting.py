"""The stock of an activity: allotted to it when it goes on sale, what is left given back after its end."""

from collections import Counter
from datetime import datetime

from django.db import transaction

from pinwheel.market.activities.models import Activity, ActivityProduct
from pinwheel.market.catalogue import stock
from pinwheel.market.refusals import Refused


def allot_stock(activity: Activity, now: datetime) -> None:
    """Take what the activity may sell out of the stock of its variants. Must run in a transaction.

    Raises: Refused stock_needed where a product with variants has no number, stock_short.
    """
    pieces: Counter[int] = Counter()
    offers = ActivityProduct.objects.select_for_update(no_key=True).filter(
        activity=activity, sku__isnull=False
    )
    for offer in offers.order_by("id"):
        if offer.left is None:
            raise Refused("stock_needed")
        pieces[offer.sku_id] += offer.left  # type: ignore[index]
    stock.allot(+pieces, activity.pk, now)


def give_back_stock(activity_id: int, now: datetime) -> int:
    """Pieces that an ended activity did not sell go back into stock; return how many.

    Payments that are refunded after its end bring theirs later: it may be called again at any time.
    """
    with transaction.atomic():
        offers = ActivityProduct.objects.select_for_update(no_key=True).filter(
            activity_id=activity_id, activity__state=Activity.State.ENDED, sku__isnull=False, left__gt=0
        )
        found = list(offers.order_by("id"))
        pieces: Counter[int] = Counter()
        for offer in found:
            pieces[offer.sku_id] += offer.left or 0  # type: ignore[index]
        if found:
            stock.give_back(pieces, activity_id, now)
            ActivityProduct.objects.filter(pk__in=[offer.pk for offer in found]).update(left=0)
    return pieces.total()


def give_back_ended(now: datetime) -> None:
    """Give back what came back to activities that have ended."""
    due = ActivityProduct.objects.filter(
        activity__state=Activity.State.ENDED, sku__isnull=False, left__gt=0
    ).order_by("activity_id")
    for activity_id in list(due.values_list("activity_id", flat=True).distinct()):
        give_back_stock(activity_id, now)
