"""What the overview says waits: stops to be confirmed, after-sales to be answered, parcels to be shipped."""

from django.http import HttpRequest

from pinwheel.doors.console import text
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.links import list_url
from pinwheel.market.activities.models import ActivityStop
from pinwheel.market.aftersales.models import AfterSale
from pinwheel.market.delivery.models import Delivery
from pinwheel.market.pool.models import ExchangeParcel

MOST_COUNTED = 1000
STOP, SALE = ActivityStop.State, AfterSale.State


def waiting_work(request: HttpRequest) -> list[tuple[object, object]]:
    """A row for each kind of work that waits, as far as the operator may see it."""
    user = request.user
    kinds = (
        (
            "activities.view_activitystop",
            ActivityStop.objects.filter(state=STOP.PROPOSED),
            list_url(ActivityStop, f"state={STOP.PROPOSED}"),
            (_("stops"), "danger"),
            _("awaiting a second person: %s"),
        ),
        (
            "aftersales.view_aftersale",
            AfterSale.objects.filter(state=SALE.ASKED),
            list_url(AfterSale, f"state={SALE.ASKED}"),
            (_("after-sales"), "warning"),
            _("waiting for an answer: %s"),
        ),
        (
            "aftersales.view_aftersale",
            AfterSale.objects.filter(state=SALE.APPROVED),
            list_url(AfterSale, f"state={SALE.APPROVED}"),
            (_("after-sales"), "warning"),
            _("awaiting a second person: %s"),
        ),
        (
            "delivery.view_delivery",
            Delivery.objects.filter(state=Delivery.State.TO_SHIP, is_disputed=False),
            list_url(Delivery, f"state={Delivery.State.TO_SHIP}"),
            (_("parcels"), "info"),
            _("to be shipped: %s"),
        ),
        (
            "delivery.view_delivery",
            ExchangeParcel.objects.filter(state=ExchangeParcel.State.TO_SHIP),
            list_url(ExchangeParcel, f"state={ExchangeParcel.State.TO_SHIP}"),
            (_("parcels for points"), "info"),
            _("to be shipped: %s"),
        ),
    )
    rows: list[tuple[object, object]] = []
    for right, found, url, (word, colour), said in kinds:
        number = found[: MOST_COUNTED + 1].count() if user.has_perm(right) else 0
        if number:
            figure = f"{number}" if number <= MOST_COUNTED else f"{MOST_COUNTED}+"
            rows.append((text.label(word, colour), text.link(url, said % figure)))
    return rows
