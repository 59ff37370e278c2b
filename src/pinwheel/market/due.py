"""What the clock brings within the day: holds that lapse, activities that start and end, groups that expire,
public values that are known or overdue, balances that nobody paid, refunds, prizes that nobody chose, parcels
and goods for points that nobody said had come. What a new business day brings is in `days/services.py`.

`run_due` may be started at any time, twice at once, or late: it does what is due and not done. So may its two
parts, which a worker runs beside each other: to end a large activity takes a while, and nothing else waits.
"""

from datetime import datetime

from django.db.models import Min

from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities.allotting import give_back_ended
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.services import end_due, start_due
from pinwheel.market.cashier.services import send_waiting_refunds
from pinwheel.market.coupons.using import expire_coupons
from pinwheel.market.delivery.models import Delivery
from pinwheel.market.delivery.services import receive_due
from pinwheel.market.groups.draws import DrawMaker, draw_v1
from pinwheel.market.groups.expire import expire_groups
from pinwheel.market.groups.models import Group
from pinwheel.market.orders.models import Unpaid
from pinwheel.market.orders.payment import lapse_holds
from pinwheel.market.pool.models import ExchangeParcel
from pinwheel.market.pool.parcels import receive_due_exchanges
from pinwheel.market.presale.models import Balance
from pinwheel.market.presale.services import refund_unpaid_balances
from pinwheel.market.prizes.models import PrizeChoice
from pinwheel.market.prizes.services import lapse_choices
from pinwheel.market.public_values.models import PublicValue
from pinwheel.market.public_values.settling import refund_overdue, settle_known


def run_due(now: datetime, maker: DrawMaker = draw_v1) -> None:
    """Do everything that is due at `now` and not done. `maker`: as of `settle_activity`."""
    run_due_but_ends(now, maker)
    run_ends(now, maker)
    send_waiting_refunds(now)


def run_ends(now: datetime, maker: DrawMaker = draw_v1) -> None:
    """End the activities whose time is over."""
    end_due(now, maker)
    give_back_ended(now)


def run_due_but_ends(now: datetime, maker: DrawMaker = draw_v1) -> None:
    """Do everything that is due but the ends of activities."""
    lapse_holds(now)
    start_due(now)
    expiring = Group.objects.filter(state=Group.State.FORMING, expires_at__lte=now)
    for activity_id in list(
        expiring.order_by("activity_id").values_list("activity_id", flat=True).distinct()
    ):
        expire_groups(activity_id, now, maker)
    settle_known(now, maker)
    refund_unpaid_balances(now)
    refund_overdue(now)
    lapse_choices(now)
    expire_coupons(now)
    receive_due(raw_cursor(), now)
    receive_due_exchanges(raw_cursor(), now)
    send_waiting_refunds(now)


def next_due() -> datetime | None:
    """When something is next due; None if nothing is."""
    moments = [
        Unpaid.objects.aggregate(at=Min("hold_until"))["at"],
        Activity.objects.filter(state=Activity.State.SCHEDULED).aggregate(at=Min("starts_at"))["at"],
        Activity.objects.filter(state__in=(Activity.State.SCHEDULED, Activity.State.RUNNING)).aggregate(
            at=Min("ends_at")
        )["at"],
        Group.objects.filter(state=Group.State.FORMING).aggregate(at=Min("expires_at"))["at"],
        PublicValue.objects.filter(state=PublicValue.State.WAITING).aggregate(at=Min("due_at"))["at"],
        Balance.objects.filter(state=Balance.State.DUE).aggregate(at=Min("due_at"))["at"],
        PrizeChoice.objects.filter(state=PrizeChoice.State.OPEN).aggregate(at=Min("due_at"))["at"],
        Delivery.objects.filter(state=Delivery.State.SHIPPED, is_disputed=False).aggregate(at=Min("due_at"))[
            "at"
        ],
        ExchangeParcel.objects.filter(state=ExchangeParcel.State.SHIPPED).aggregate(at=Min("due_at"))["at"],
    ]
    return min((moment for moment in moments if moment is not None), default=None)
