"""What the page of an order shows beside the ledger's transfers."""

from pinwheel.doors.console import text
from pinwheel.doors.console.group_page import outcome_title
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.links import activity_link, batch_link, group_link, member_link, page_url
from pinwheel.doors.console.lookups import activity_titles, goods_names, member_names
from pinwheel.doors.console.page import Facts
from pinwheel.doors.console.words import (
    ORDER_STATES,
    PAYMENT_STATES,
    PRESALE_BALANCES,
    REFUND_STATES,
    ROUTES,
    Word,
    bars_in_words,
    flags_in_words,
)
from pinwheel.market import ids
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.cashier.models import Payment, Refund
from pinwheel.market.orders.models import Order
from pinwheel.market.presale.models import Balance

Row = tuple[Word, object]


def order_facts(order: Order) -> Facts:
    """What was joined, and what became of it."""
    version: int = Activity.objects.values_list("plan_version_id", flat=True).get(pk=order.activity_id)
    titles, names = activity_titles([order.activity_id]), member_names([order.member_id])
    products = goods_names([(order.pk, order.product_id)])
    return Facts(
        _("Order"),
        [
            (_("State"), text.state_label(ORDER_STATES, order.state)),
            (_("Public id"), text.code(ids.to_text(ids.ORDER, order.pk))),
            (_("Ordered"), text.moment_cell(order.created_at)),
            (_("Member"), member_link(order.member_id, names.get(order.member_id, ""))),
            (_("Activity"), activity_link(order.activity_id, titles.get(order.activity_id, ""))),
            (_("Product"), products.get(order.pk, text.NOTHING)),
            (_("Group"), group_link(order.group_id)),
            (_("Seat"), str(order.seat or text.NOTHING)),
            (_("About the join"), text.lines(flags_in_words(order.flags))),
            (_("Result"), outcome_title(terms_of(version), order.outcome)),
            (_("Could not win because"), text.lines(bars_in_words(order.bars))),
        ],
    )


def order_money(order: Order) -> Facts:
    """What was paid, by which route, and what went back."""
    rows: list[Row] = [
        (_("Price"), text.amount(order.price)),
        (_("Paid by a coupon"), text.amount(order.discount)),
        (_("Given back as tiers were reached"), text.amount(order.price_cut)),
        (_("Refunded"), text.amount(order.refunded)),
        (_("Route"), ROUTES.get(order.route, str(order.route))),
        (_("Paid by batch"), batch_link(order.paid_batch)),
        (_("Settled by batch"), batch_link(order.settled_batch)),
    ]
    rows += outside_rows(order, Payment.Part.JOIN, order.pk)
    return Facts(_("Money"), rows)


def outside_rows(order: Order, part: int, refund_id: int) -> list[Row]:
    """The payment from outside of a part of an order, and its refund, where there are any."""
    rows: list[Row] = []
    payment = Payment.objects.filter(order_id=order.pk, part=part).first()
    if payment is not None:
        rows.append((_("Payment"), text.link(page_url(Payment, payment.pk), payment.pk)))
        rows.append((_("Payment state"), text.state_label(PAYMENT_STATES, payment.state)))
    refund = Refund.objects.filter(pk=refund_id).first()
    if refund is not None:
        rows.append((_("Refund"), text.link(page_url(Refund, refund.pk), refund.pk)))
        rows.append((_("Refund state"), text.state_label(REFUND_STATES, refund.state)))
    return rows


def presale_money(order: Order) -> Facts | None:
    """The two payments of a presale order: its deposit and its balance; None where all is paid at once."""
    if not order.deposit:
        return None
    rows: list[Row] = [
        (_("Deposit"), text.amount(order.deposit)),
        (_("Deposit refunded"), text.amount(order.refunded)),
        (_("Balance to pay"), text.amount(order.price - order.deposit)),
    ]
    balance = Balance.objects.filter(pk=order.pk).first()
    if balance is not None:
        rows += [
            (_("State of the balance"), text.state_label(PRESALE_BALANCES, balance.state)),
            (_("Asked for"), text.moment_cell(balance.asked_at)),
            (_("Balance due by"), text.moment_cell(balance.due_at)),
            (_("Ended"), text.moment_cell(balance.ended_at)),
            (_("Ended by batch"), batch_link(balance.batch)),
        ]
        if balance.state == Balance.State.PAID:
            rows.append((_("Balance paid by"), ROUTES.get(balance.route, str(balance.route))))
        if balance.sent_back:
            rows.append((_("Balance sent back"), text.amount(balance.sent_back)))
        payment = Payment.objects.filter(order_id=order.pk, part=Payment.Part.BALANCE).first()
        rows += outside_rows(order, Payment.Part.BALANCE, payment.pk if payment else 0)
    return Facts(_("Deposit and balance"), rows)
