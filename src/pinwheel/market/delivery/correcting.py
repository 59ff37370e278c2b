"""A wrong tracking number put right until receipt: what stood there is kept, the member is told."""

from datetime import datetime

from django.db import transaction

from pinwheel.market.delivery import services as delivery
from pinwheel.market.delivery.carriers import read_carrier, read_tracking_number
from pinwheel.market.delivery.models import Delivery, TrackingCorrection
from pinwheel.market.delivery.states import IN_WORDS
from pinwheel.market.delivery.telling import tell_corrected
from pinwheel.market.ids import new_id
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator


def correct_tracking(
    order_id: int, carrier: str, tracking_number: str, operator: Operator, now: datetime
) -> Delivery:
    """Say by what a parcel really went; saying the same twice has the effect of once.

    The member could not follow it until now, so the time after which it counts as received begins again.
    An open after-sale does not stand in the way.

    Raises: Refused unknown_carrier, bad_tracking_number, not_found, not_allowed_now.
    """
    code, number = read_carrier(carrier), read_tracking_number(tracking_number)
    with transaction.atomic():
        parcel = delivery.lock_parcel(order_id)
        if delivery.is_shipped_as(parcel, code, number):
            return parcel
        if parcel.state != Delivery.State.SHIPPED:
            raise Refused("not_allowed_now", {"state": IN_WORDS[parcel.state]})

        # After this point it must succeed.
        correction = TrackingCorrection.objects.create(
            id=new_id(now),
            parcel=parcel,
            old_carrier=parcel.carrier,
            old_number=parcel.tracking_number,
            new_carrier=code,
            new_number=number,
            by=operator,
            at=now,
        )
        parcel.carrier, parcel.tracking_number = code, number
        parcel.due_at = None if parcel.is_disputed else delivery.receipt_due(now)
        parcel.save(update_fields=["carrier", "tracking_number", "due_at"])
        tell_corrected(parcel, correction.pk, correction.old_number, now)
    return parcel
