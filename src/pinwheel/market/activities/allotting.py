"""The stock of an activity: allotted to it when it goes on sale, what is left given back after its end."""

from collections import Counter
from datetime import datetime

from django.db import connection, transaction

from pinwheel.market.activities.models import Activity, ActivityProduct
from pinwheel.market.catalogue import stock
from pinwheel.market.catalogue.models import Sku
from pinwheel.market.refusals import Refused
from pinwheel.plan.parts import Extra

# Pieces of the second article that ended activities hold for no order any more.
EXTRA_OVER = (
    "SELECT a.id, a.extra_sku_id, held.pieces - standing.orders FROM activities_activity a"
    " CROSS JOIN LATERAL (SELECT -coalesce(sum(m.pieces), 0) AS pieces FROM catalogue_stock_movement m"
    " WHERE m.about = a.id AND m.sku_id = a.extra_sku_id AND m.kind IN (1, 2)) held"
    " CROSS JOIN LATERAL (SELECT count(*) AS orders FROM orders_order o"
    " WHERE o.activity_id = a.id AND o.state IN (0, 1, 2, 3, 6)) standing"
    " WHERE a.state = %s AND a.extra_sku_id IS NOT NULL AND held.pieces > standing.orders ORDER BY a.id"
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
        give_back_extra(activity_id, now)
    return pieces.total()


def give_back_extra(activity_id: int, now: datetime) -> None:
    """Pieces of a second article that an ended activity holds for no order go back into stock."""
    extras = Activity.objects.filter(pk=activity_id, extra_sku__isnull=False)
    if not extras.exists():
        return
    locked = ActivityProduct.objects.select_for_update(no_key=True).filter(activity_id=activity_id)
    list(locked.order_by("id"))  # whoever gives pieces back to the activity holds these rows
    for activity, sku, pieces in extras_over():
        if activity == activity_id:
            stock.give_back({sku: pieces}, activity, now)


def extras_over() -> list[tuple[int, int, int]]:
    """Ended activities with pieces of their second article that are for no order: id, variant, pieces."""
    with connection.cursor() as cursor:
        cursor.execute(EXTRA_OVER, (Activity.State.ENDED.value,))
        found: list[tuple[int, int, int]] = cursor.fetchall()
        return found


def give_back_ended(now: datetime) -> None:
    """Give back what came back to activities that have ended."""
    due = ActivityProduct.objects.filter(
        activity__state=Activity.State.ENDED, sku__isnull=False, left__gt=0
    ).order_by("activity_id")
    found = set(due.values_list("activity_id", flat=True).distinct())
    for activity_id in sorted(found | {activity for activity, _, _ in extras_over()}):
        give_back_stock(activity_id, now)
