"""What a member's pages say about their orders: what happened to each, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, QuerySet

from pinwheel.doors.storefront.activity_selectors import options_of, plan_sections
from pinwheel.doors.storefront.delivery_selectors import orders_of_tab, parcel_counts, parcel_states
from pinwheel.doors.storefront.languages import names_of_assets, page_language
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.cashier.models import Refund
from pinwheel.market.catalogue.models import Product, Sku
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.states import has_formed
from pinwheel.market.orders.models import Order, Unpaid
from pinwheel.market.presale.models import Balance
from pinwheel.plan.model import Plan, awaits_value, drawn_on_close
from pinwheel.plan.view import text_of

Found = TypeVar("Found", bound=Model)

PAGE = 20
TABS: dict[str, tuple[int, ...]] = {  # by state, but for those that parcels and after-sales tell
    "unpaid": (Order.State.UNPAID,),
    "forming": (Order.State.PAID, Order.State.SEATED),
    "balance": (Order.State.BALANCE_DUE,),
    "to_ship": (),
    "to_receive": (),
    "aftersale": (),
    "all": tuple(Order.State.values),
}
NO_OUTCOME = -1


@dataclass(frozen=True)
class OrderView:
    """An order as its member sees it. Money in fen.

    Attributes:
        situation: unpaid, lapsed, queued, seated, formed (of a ladder: more can join), full (drawn when the
            activity ends), waiting (for a public value), balance_due, kept, refunded_outcome,
            refunded_dissolved, refunded_expired, refunded_no_value, refunded_balance (it was not paid in
            time) or refunded_no_seat.
        variant: what tells the product's variant from the others; empty where it has none.
        outcome: title of its outcome class; empty where there is none.
        says: what the plan says that this class gets, in one sentence.
        hold_until: until when an unpaid order may be paid in time.
        parcel: state of its parcel, `aftersale` while one is open; empty where it has none.
        deposit, balance: of a presale, what is paid first and what is left; 0 where all is paid at once.
        balance_due_at: until when the balance may be paid, once it was asked for; None before.
        balance_route: how it was paid, balance or external; empty before.
        refund: waiting or done, of a refund that goes to the outside; empty where there is none.
    """

    id: int
    activity_id: int
    activity_title: str
    product_name: str
    variant: str
    picture: str
    price: int
    refunded: int
    created_at: datetime
    situation: str
    group_id: int
    seat: int
    size: int
    missing: int
    outcome: str
    says: str
    is_prize: bool
    is_external: bool
    hold_until: datetime | None
    refund: str
    paid_batch: int
    settled_batch: int
    parcel: str = ""
    discount: int = 0
    price_cut: int = 0
    deposit: int = 0
    balance_due_at: datetime | None = None
    balance_route: str = ""

    @property
    def paid_at_first(self) -> int:
        """Of a ladder: what was paid before differences came back."""
        return self.paid + self.price_cut

    @property
    def balance(self) -> int:
        return self.price - self.deposit if self.deposit else 0

    @property
    def to_pay(self) -> int:
        """What the member pays with the join: the deposit, or the price less what a coupon pays."""
        return self.deposit or self.paid

    @property
    def paid(self) -> int:
        """What the member pays or paid in all: the price less what a coupon pays."""
        return self.price - self.discount

    @property
    def is_open(self) -> bool:
        return self.situation in ("unpaid", "queued", "seated", "formed", "full", "waiting", "balance_due")


def own_orders(member_id: int, tab: str, before: int | None = None) -> tuple[list[OrderView], int | None]:
    """A page of a member's orders of one tab, the newest first; and where the next page begins."""
    found = Order.objects.filter(member_id=member_id).order_by("-id")
    found = found.filter(state__in=TABS[tab]) if TABS[tab] else orders_of_tab(found, member_id, tab)
    if before is not None:
        found = found.filter(pk__lt=before)
    orders = list(found[: PAGE + 1])
    more = orders[PAGE - 1].pk if len(orders) > PAGE else None
    return order_views(orders[:PAGE]), more


def own_order(member_id: int, order_id: int) -> OrderView | None:
    """A member's own order; None for anybody else's."""
    found = order_views(list(Order.objects.filter(pk=order_id, member_id=member_id)))
    return found[0] if found else None


def open_orders(member_id: int, activity_id: int) -> list[OrderView]:
    """A member's joins of one activity that are not over yet."""
    states = (Order.State.UNPAID, Order.State.PAID, Order.State.SEATED, Order.State.BALANCE_DUE)
    found = Order.objects.filter(member_id=member_id, activity_id=activity_id, state__in=states)
    return order_views(list(found.order_by("-id")[:5]))


def waiting_in_group(member_id: int, group_id: int) -> list[OrderView]:
    """A member's joins of one group that wait for a seat, or for their balance to be paid."""
    states = (Order.State.UNPAID, Order.State.PAID, Order.State.BALANCE_DUE)
    found = Order.objects.filter(member_id=member_id, group_id=group_id, state__in=states)
    return order_views(list(found.order_by("-id")[:5]))


def counts(member_id: int) -> dict[str, int]:
    """How many orders await payment, a full group, their balance, shipping, receipt, and an answer."""
    waiting = Order.objects.filter(member_id=member_id, state__in=TABS["forming"])
    unpaid = Unpaid.objects.filter(member_id=member_id).count()
    due = Balance.objects.filter(member_id=member_id, state=Balance.State.DUE).count()
    return {"unpaid": unpaid, "forming": waiting.count(), "balance": due, **parcel_counts(member_id)}


def order_views(orders: Sequence[Order]) -> list[OrderView]:
    """Orders with what they refer to, in a fixed number of queries."""
    activities = in_bulk(Activity.objects.all(), {order.activity_id for order in orders})
    groups = in_bulk(Group.objects.all(), {order.group_id for order in orders if order.group_id})
    products = in_bulk(Product.objects.prefetch_related("pictures"), {order.product_id for order in orders})
    skus = in_bulk(Sku.objects.all(), {order.sku_id for order in orders if order.sku_id})
    holds = in_bulk(Unpaid.objects.all(), {order.pk for order in orders if is_unpaid(order)})
    refunds = in_bulk(Refund.objects.all(), {order.pk for order in orders if was_sent_back(order)})
    balances = in_bulk(Balance.objects.all(), {order.pk for order in orders if order.deposit})
    names = names_of_assets() if orders else {}
    parcels = parcel_states(orders)
    return [
        order_view(
            order,
            activities[order.activity_id],
            groups.get(order.group_id),
            products.get(order.product_id),
            skus.get(order.sku_id),
            holds.get(order.pk),
            refunds.get(order.pk),
            names,
            parcels.get(order.pk, ""),
            balances.get(order.pk),
        )
        for order in orders
    ]


def in_bulk(found: QuerySet[Found], ids: set[int]) -> dict[int, Found]:
    """The rows with these primary keys; no query where there are none to look for."""
    return dict(found.in_bulk(ids)) if ids else {}


def is_unpaid(order: Order) -> bool:
    return order.state == Order.State.UNPAID


def was_sent_back(order: Order) -> bool:
    return order.state == Order.State.REFUNDED and order.route == Order.Route.EXTERNAL


def order_view(
    order: Order,
    activity: Activity,
    group: Group | None,
    product: Product | None,
    sku: Sku | None,
    hold: Unpaid | None,
    refund: Refund | None,
    asset_names: Mapping[str, str],
    parcel: str,
    balance: Balance | None,
) -> OrderView:
    plan, language = terms_of(activity.plan_version_id).plan, page_language()
    is_chinese = language == "zh"
    pictures = list(product.pictures.all()) if product else []
    names = (product.name_zh, product.name_en) if product else ("", "")
    outcome = plan.outcomes[order.outcome] if order.outcome != NO_OUTCOME else None
    return OrderView(
        id=order.pk,
        activity_id=activity.pk,
        activity_title=activity.title_zh if is_chinese else activity.title_en,
        product_name=names[0] if is_chinese else names[1],
        variant=options_of(sku, language) if sku else "",
        picture=pictures[0].image.url if pictures else "",
        price=order.price,
        refunded=order.refunded,
        created_at=order.created_at,
        situation=situation(order, group, plan),
        group_id=order.group_id,
        seat=order.seat,
        size=plan.group.size,
        missing=group.size - group.taken - len(group.held_members) if group else plan.group.size,
        outcome=text_of(outcome.title, language) if outcome else "",
        says=result_words(activity.plan_version_id, order, asset_names),
        is_prize=outcome is not None and order.outcome < len(plan.outcomes) - 1,
        is_external=order.route == Order.Route.EXTERNAL,
        hold_until=hold.hold_until if hold else None,
        refund=refund.get_state_display() if refund else "",
        paid_batch=order.paid_batch,
        settled_batch=order.settled_batch,
        discount=order.discount,
        price_cut=order.price_cut,
        parcel=parcel,
        deposit=order.deposit,
        balance_due_at=balance.due_at if balance else None,
        balance_route=route_of(balance),
    )


def result_words(version_id: int, order: Order, asset_names: Mapping[str, str]) -> str:
    """The plan's sentence about the order's outcome class; the section has one for each, in order."""
    if order.outcome == NO_OUTCOME:
        return ""
    return plan_sections(version_id, order.price, asset_names)["results"].sentences[order.outcome]


def situation(order: Order, group: Group | None, plan: Plan) -> str:
    """What became of an order so far, in one word."""
    is_full = group is not None and group.state == Group.State.FILLED
    if is_full and order.state == Order.State.SEATED and awaits_value(plan):
        return "waiting"
    if is_full and order.state == Order.State.SEATED and drawn_on_close(plan):
        return "full"
    if order.state == Order.State.SEATED and group is not None and has_formed(group, plan):
        return "formed"
    if order.state != Order.State.REFUNDED:
        return {
            Order.State.UNPAID: "unpaid",
            Order.State.LAPSED: "lapsed",
            Order.State.PAID: "queued",
            Order.State.SEATED: "seated",
            Order.State.BALANCE_DUE: "balance_due",
            Order.State.SETTLED: "kept",
        }[Order.State(order.state)]
    if order.outcome != NO_OUTCOME:
        return "refunded_outcome"
    if order.seat == 0 or group is None:
        return "refunded_no_seat"
    if group.state in (Group.State.FILLED, Group.State.SETTLED):
        return "refunded_balance"
    if group.state == Group.State.DISSOLVED:
        return "refunded_dissolved"
    return "refunded_no_value" if group.filled_at else "refunded_expired"  # full, and not drawn


def route_of(balance: Balance | None) -> str:
    """How a balance was paid; empty where it was not."""
    if balance is None or balance.state != Balance.State.PAID:
        return ""
    return Order.Route(balance.route).label
