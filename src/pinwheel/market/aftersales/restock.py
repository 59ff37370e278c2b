"""Pieces that are in the shop again with a refund: back in the stock of their variants, once."""

from collections.abc import Collection, Sequence
from datetime import datetime

from pinwheel.market.aftersales.models import AfterSale, Restocked
from pinwheel.market.catalogue.models import Sku, StockMovement
from pinwheel.market.catalogue.stock import lock_skus, move
from pinwheel.market.delivery.models import Delivery
from pinwheel.market.orders.models import Order
from pinwheel.market.staff.models import Operator


def pieces_in_hand(parcel: Delivery, aftersale: AfterSale, sku_id: int) -> list[Sku]:
    """The variants of which the shop has a piece again once an after-sale is refunded, by id.

    Those of a return; and those of a parcel that never left and whose refund is whole. `sku_id`: what was
    ordered; where the winner chose another product it is not in the parcel. Each piece of an order comes
    back once, whatever number of after-sales it has.
    """
    left = parcel.paid - parcel.refunded
    never_left = parcel.state == Delivery.State.TO_SHIP and aftersale.amount == left
    if aftersale.kind != AfterSale.Kind.RETURN_AND_REFUND and not never_left:
        return []
    wanted = {number for number in (sku_id, parcel.extra_sku_id) if number}
    if not wanted:
        return []
    back = set(Restocked.objects.filter(order_id=parcel.pk).values_list("sku_id", flat=True))
    found = Sku.objects.select_related("product").filter(pk__in=wanted - back).order_by("id")
    return [sku for sku in found if sku.product_id == parcel.product_id or sku.pk == parcel.extra_sku_id]


def pieces_to_judge(aftersale: AfterSale) -> list[Sku]:
    """What may go back on sale with the next step of an after-sale: nothing where that step pays nothing."""
    waits = aftersale.kind == AfterSale.Kind.RETURN_AND_REFUND or aftersale.needs_second_person
    if not aftersale.is_open or (aftersale.state == AfterSale.State.ASKED and waits):
        return []
    parcel = Delivery.objects.get(pk=aftersale.order_id)
    ordered = Order.objects.values_list("sku_id", flat=True).get(pk=aftersale.order_id)
    return pieces_in_hand(parcel, aftersale, ordered)


def lock_pieces(
    parcel: Delivery, aftersale: AfterSale, sku_id: int, kept_off_sale: Collection[int]
) -> list[int]:
    """The variants that get a piece back, locked by id: after the parcel and before wallets."""
    wanted = [sku.pk for sku in pieces_in_hand(parcel, aftersale, sku_id) if sku.pk not in kept_off_sale]
    return sorted(lock_skus(wanted)) if wanted else []


def put_in_stock(aftersale: AfterSale, sku_ids: Sequence[int], operator: Operator, now: datetime) -> None:
    """One piece more of each locked variant, with its movement and the after-sale that brought it."""
    for sku_id in sku_ids:
        movement = move(sku_id, StockMovement.Kind.RETURNED, 1, now, aftersale.pk, operator=operator)
        Restocked.objects.create(
            aftersale=aftersale, order_id=aftersale.order_id, sku_id=sku_id, movement=movement
        )
