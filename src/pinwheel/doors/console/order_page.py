"""What the page of an order shows beside the ledger's transfers."""

from pinwheel.doors.console import text
from pinwheel.doors.console.group_page import outcome_title
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.links import activity_link, batch_link, group_link, member_link, page_url
from pinwheel.doors.console.lookups import activity_titles, member_names, product_names
from pinwheel.doors.console.page import Facts
from pinwheel.doors.console.words import (
    ORDER_STATES,
    PAYMENT_STATES,
    REFUND_STATES,
    ROUTES,
    bars_in_words,
    flags_in_words,
)
from pinwheel.market import ids
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.cashier.models import Payment, Refund
from pinwheel.market.orders.models import Order


def order_facts(order: Order) -> Facts:
    """What was joined, and what became of it."""
    version: int = Activity.objects.values_list("plan_version_id", flat=True).get(pk=order.activity_id)
    titles, names = activity_titles([order.activity_id]), member_names([order.member_id])
    products = product_names([order.product_id])
    return Facts(
        _("Order"),
        [
            (_("State"), text.state_label(ORDER_STATES, order.state)),
            (_("Public id"), text.code(ids.to_text(ids.ORDER, order.pk))),
            (_("Ordered"), text.moment_cell(order.created_at)),
            (_("Member"), member_link(order.member_id, names.get(order.member_id, ""))),
            (_("Activity"), activity_link(order.activity_id, titles.get(order.activity_id, ""))),
            (_("Product"), products.get(order.product_id, text.NOTHING)),
            (_("Group"), group_link(order.group_id)),
            (_("Seat"), str(order.seat or text.NOTHING)),
            (_("About the join"), text.lines(flags_in_words(order.flags))),
            (_("Result"), outcome_title(terms_of(version), order.outcome)),
            (_("Could not win because"), text.lines(bars_in_words(order.bars))),
        ],
    )


def order_money(order: Order) -> Facts:
    """What was paid, by which route, and what went back."""
    rows = [
        (_("Price"), text.amount(order.price)),
        (_("Paid by a coupon"), text.amount(order.discount)),
        (_("Given back as tiers were reached"), text.amount(order.price_cut)),
        (_("Refunded"), text.amount(order.refunded)),
        (_("Route"), ROUTES.get(order.route, str(order.route))),
        (_("Paid by batch"), batch_link(order.paid_batch)),
        (_("Settled by batch"), batch_link(order.settled_batch)),
    ]
    payment = Payment.objects.filter(order_id=order.pk).first()
    if payment is not None:
        rows.append((_("Payment"), text.link(page_url(Payment, payment.pk), payment.pk)))
        rows.append((_("Payment state"), text.state_label(PAYMENT_STATES, payment.state)))
    refund = Refund.objects.filter(pk=order.pk).first()
    if refund is not None:
        rows.append((_("Refund"), text.link(page_url(Refund, refund.pk), refund.pk)))
        rows.append((_("Refund state"), text.state_label(REFUND_STATES, refund.state)))
    return Facts(_("Money"), rows)
