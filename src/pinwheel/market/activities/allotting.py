"""The stock of an activity: allotted to it when it goes on sale, what is left given back after its end."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from pinwheel.market.activities.models import Activity, ActivityProduct
from pinwheel.market.catalogue import stock
from pinwheel.market.catalogue.models import Sku
from pinwheel.market.refusals import Refused
from pinwheel.plan.parts import Extra

# Pieces of ended activities that are counted in stock: their own, or those of a second article.
TO_GIVE_BACK = Q(activity__state=Activity.State.ENDED, left__gt=0) & (
    Q(sku__isnull=False) | Q(activity__extra_sku__isnull=False)
)


def extra_sku_of(activity: Activity, extra: Extra | None) -> Sku | None:
    """The variant that an activity's plan gives as second article. Raises: Refused invalid."""
    if extra is None:
        return None
    sku = Sku.objects.filter(code=extra.extra).first()
    if sku is None or activity.offers.filter(sku=sku).exists():
        what = (
            f"加送的规格 {extra.extra} 须在商品库中，且不是本活动出售的规格。",
            f"The second article, {extra.extra}, must be a variant of the catalogue that is not sold here.",
        )
        raise Refused("invalid", {"what": what})
    return sku


def allot_stock(activity: Activity, now: datetime) -> None:
    """Take what the activity may sell out of the stock of its variants. Must run in a transaction.

    Of a second article it takes a piece for every join that can be taken: each piece of the goods ordered is
    held and given back with its own, so that neither is ever oversold.

    Raises: Refused stock_needed where a product with variants has no number, or, with a second article, any
        product has none; stock_short.
    """
    pieces: Counter[int] = Counter()
    offers = ActivityProduct.objects.select_for_update(no_key=True).filter(
        activity=activity, sku__isnull=False
    )
    for offer in offers.order_by("id"):
        if offer.left is None:
            raise Refused("stock_needed")
        pieces[offer.sku_id] += offer.left  # type: ignore[index]
    if activity.extra_sku_id is not None:
        counts = list(activity.offers.values_list("left", flat=True))
        if None in counts:
            raise Refused("stock_needed")
        pieces[activity.extra_sku_id] += sum(count or 0 for count in counts)
    stock.allot(+pieces, activity.pk, now)


def give_back_stock(activity_id: int, now: datetime) -> int:
    """Pieces that an ended activity did not sell go back into stock; return how many.

    With each goes the piece of the second article that is held with it. Payments that are refunded after its
    end bring theirs later: it may be called again at any time.
    """
    extra = Activity.objects.values_list("extra_sku_id", flat=True).get(pk=activity_id)
    with transaction.atomic():
        offers = ActivityProduct.objects.select_for_update(no_key=True).filter(
            TO_GIVE_BACK, activity_id=activity_id
        )
        found = list(offers.order_by("id"))
        pieces: Counter[int] = Counter()
        for offer in found:
            for sku_id in (offer.sku_id, extra):
                if sku_id is not None:
                    pieces[sku_id] += offer.left or 0
        if found:
            stock.give_back(pieces, activity_id, now)
            ActivityProduct.objects.filter(pk__in=[offer.pk for offer in found]).update(left=0)
    return pieces.total()


def give_back_ended(now: datetime) -> None:
    """Give back what came back to activities that have ended."""
    due = ActivityProduct.objects.filter(TO_GIVE_BACK).order_by("activity_id")
    for activity_id in list(due.values_list("activity_id", flat=True).distinct()):
        give_back_stock(activity_id, now)
