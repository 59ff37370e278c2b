"""What the pages of an order show of its parcel and its after-sales."""

from collections.abc import Sequence

from django.http import HttpRequest

from pinwheel.doors.console import text
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import in_chinese
from pinwheel.doors.console.links import batch_link, member_link, order_link
from pinwheel.doors.console.lookups import goods_names, member_names
from pinwheel.doors.console.page import Facts, Section, Table
from pinwheel.doors.console.words import AFTERSALE_KINDS, AFTERSALE_STATES, PARCEL_STATES, asset_word
from pinwheel.market.aftersales.models import AfterSale, Debt
from pinwheel.market.delivery.addresses import BEFORE_SHIPPING, addresses_of
from pinwheel.market.delivery.areas import place
from pinwheel.market.delivery.carriers import CARRIERS
from pinwheel.market.delivery.extras import extra_names
from pinwheel.market.delivery.models import Delivery, Invoice, TrackingCorrection


def carrier_word(code: str) -> str:
    """A carrier in the operator's language."""
    return CARRIERS[code][0 if in_chinese() else 1] if code in CARRIERS else text.NOTHING


def parcel_sections(found: Delivery) -> list[Section]:
    """A parcel, and what shall stand on its invoice."""
    invoice = Invoice.objects.filter(pk=found.pk).first()
    sections: list[Section] = [parcel_facts(found)]
    corrections = list(found.corrections.select_related("by"))
    if corrections:
        sections.append(correction_table(corrections))
    if invoice is not None:
        is_company = invoice.kind == Invoice.Kind.COMPANY
        rows = [
            (_("Invoice for"), _("a company") if is_company else _("a person")),
            (_("Title on the invoice"), invoice.title),
            (_("Tax number"), invoice.tax_number or text.NOTHING),
            (_("E-mail"), invoice.email),
        ]
        sections.append(Facts(_("Invoice"), rows))
    return sections


def parcel_facts(found: Delivery) -> Facts:
    """Where a parcel goes or went, and by what."""
    extra = extra_names([found.extra_sku_id], in_chinese())
    return Facts(
        _("Parcel"),
        [
            (_("State"), text.state_label(PARCEL_STATES, found.state)),
            (_("Order"), order_link(found.pk)),
            (_("Member"), member_link(found.member_id, member_names([found.member_id])[found.member_id])),
            (_("Product"), goods_names([(found.pk, found.product_id)]).get(found.pk, text.NOTHING)),
            (_("Second article"), extra.get(found.extra_sku_id, text.NOTHING)),
            (_("Price paid"), text.amount(found.paid)),
            (_("Refunded by after-sales"), text.amount(found.refunded)),
            (_("Address"), address_lines(found)),
            (_("Carrier"), carrier_word(found.carrier)),
            (_("Tracking number"), found.tracking_number or text.NOTHING),
            (_("Shipped"), text.moment_cell(found.shipped_at)),
            (_("Counts as received on"), text.moment_cell(found.due_at)),
            (_("Received"), text.moment_cell(found.received_at)),
            (_("Received by the clock"), _("yes") if found.is_received_by_clock else text.NOTHING),
        ],
    )


def correction_table(corrections: Sequence[TrackingCorrection]) -> Table:
    """The numbers that were wrong, what took their place, and who said so; newest first."""
    rows = [
        (
            f"{carrier_word(one.old_carrier)} {one.old_number}",
            f"{carrier_word(one.new_carrier)} {one.new_number}",
            str(one.by),
            text.moment_cell(one.at),
        )
        for one in corrections
    ]
    headers = [_("Wrong number"), _("Corrected to"), _("Operator"), _("Time")]
    return Table(_("Corrections of the tracking number"), headers, rows)


def address_lines(found: Delivery) -> object:
    """The address as shipped; before that, where it would go now."""
    if found.state in BEFORE_SHIPPING:
        address = addresses_of([(found.pk, found.member_id)]).get(found.pk)
        if address is None:
            return text.label(_("no address yet"), "warning")
        area = place(address.area)
        where = f"{area.province} {area.city} {area.district} {address.street}"
        return text.lines([f"{address.receiver} {address.phone}", where])
    if not found.receiver:
        return text.NOTHING
    where = f"{found.province} {found.city} {found.district} {found.street}"
    return text.lines([f"{found.receiver} {found.phone}", where])


def pieces_on_sale_again(found: AfterSale) -> object:
    """The pieces that are in stock again with an after-sale."""
    back = list(found.restocked.values_list("sku_id", "sku__code"))
    names = extra_names([sku_id for sku_id, _ in back], in_chinese())
    return text.lines([f"{names[sku_id]} · {code}" for sku_id, code in back]) if back else text.NOTHING


def aftersale_facts(found: AfterSale) -> Facts:
    """What was asked for, and every answer."""
    return Facts(
        _("After-sale"),
        [
            (_("State"), text.state_label(AFTERSALE_STATES, found.state)),
            (_("Order"), order_link(found.order_id)),
            (_("Member"), member_link(found.member_id)),
            (_("Kind"), AFTERSALE_KINDS[found.kind]),
            (_("Amount"), text.amount(found.amount)),
            (_("Reason"), found.reason),
            (_("Asked"), text.moment_cell(found.asked_at)),
            (_("Needs a second person"), _("yes") if found.needs_second_person else _("no")),
            (_("Approved by"), str(found.approved_by or text.NOTHING)),
            (_("Approved"), text.moment_cell(found.approved_at)),
            (_("Carrier of the return"), carrier_word(found.carrier)),
            (_("Tracking number"), found.tracking_number or text.NOTHING),
            (_("Back on sale"), pieces_on_sale_again(found)),
            (_("Ended by"), str(found.ended_by or text.NOTHING)),
            (_("Ended"), text.moment_cell(found.ended_at)),
            (_("Answer"), found.answer or text.NOTHING),
            (_("Posted by batch"), batch_link(found.batch)),
        ],
    )


def debt_table(debts: Sequence[Debt]) -> Table:
    """What reversals lacked."""
    rows = [
        (order_link(debt.order_id), asset_word(debt.asset), text.amount(debt.amount), text.amount(debt.left))
        for debt in debts
    ]
    headers = [_("Order"), _("Asset"), _("Lacked"), _("Still owed")]
    return Table(_("Debts of reversals"), headers, rows, right=[2, 3])


def order_sections(request: HttpRequest, order_id: int) -> list[Section]:
    """What the page of an order shows of its parcel and after-sales."""
    parcel = Delivery.objects.filter(pk=order_id).first()
    if parcel is None or not request.user.has_perm("delivery.view_delivery"):
        return []
    sections = parcel_sections(parcel)
    asked = AfterSale.objects.filter(order_id=order_id).select_related("approved_by", "ended_by")
    sections += [aftersale_facts(one) for one in asked[:20]]
    debts = list(Debt.objects.filter(order_id=order_id))
    return [*sections, debt_table(debts)] if debts else sections
