"""Lists for spreadsheets, line by line: what is to be shipped, and what shall stand on invoices."""

from collections.abc import Iterator

from pinwheel.market.catalogue.models import Product
from pinwheel.market.delivery.addresses import addresses_of
from pinwheel.market.delivery.areas import place
from pinwheel.market.delivery.extras import extra_names
from pinwheel.market.delivery.files import HEADERS, csv_line
from pinwheel.market.delivery.models import Address, Delivery, Invoice
from pinwheel.market.ids import EXCHANGE, ORDER, to_text
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.variants import variants_of
from pinwheel.market.pool.models import ExchangeParcel
from pinwheel.market.pool.parcels import copy_address
from pinwheel.plan.amounts import format_amount

AT_ONCE = 500
BYTE_ORDER_MARK = "\ufeff"  # by it Excel knows the encoding
TO_SHIP_HEADERS = [
    HEADERS["order"],
    "商品 Product",
    "收货人 Receiver",
    "电话 Phone",
    "省 Province",
    "市 City",
    "区县 District",
    "详细地址 Street",
    HEADERS["carrier"],
    HEADERS["tracking_number"],
]
INVOICE_HEADERS = [
    HEADERS["order"],
    "类型 Kind",
    "抬头 Title",
    "税号 Tax number",
    "邮箱 E-mail",
    "实付金额 Paid",
    "已退金额 Refunded",
]


def to_ship_lines() -> Iterator[str]:
    """CSV of every parcel that is to be shipped and not disputed, then of goods for points, newest first.

    Without an address its cells are empty.
    """
    yield BYTE_ORDER_MARK + csv_line(TO_SHIP_HEADERS)
    yield from orders_to_ship()
    yield from exchanges_to_ship()


def orders_to_ship() -> Iterator[str]:
    """The parcels of orders."""
    before = None
    waiting = Delivery.objects.filter(state=Delivery.State.TO_SHIP, is_disputed=False)
    while True:
        parcels = list((waiting.filter(pk__lt=before) if before else waiting)[:AT_ONCE])
        if not parcels:
            return
        before = parcels[-1].pk
        goes_to = addresses_of([(parcel.pk, parcel.member_id) for parcel in parcels])
        products = Product.objects.in_bulk({parcel.product_id for parcel in parcels})
        extras = extra_names((parcel.extra_sku_id for parcel in parcels), in_chinese=True)
        variants = variants_of((parcel.pk for parcel in parcels), in_chinese=True)
        for parcel in parcels:
            name = products[parcel.product_id].name_zh
            variant = variants.get((parcel.pk, parcel.product_id))
            if variant:
                name += f" ({variant})"
            if parcel.extra_sku_id:
                name += f" + {extras[parcel.extra_sku_id]}"
            cells = [to_text(ORDER, parcel.pk), name]
            address = goes_to.get(parcel.pk)
            if address is not None:
                area = place(address.area)
                phone = address.phone.removeprefix("+86")
                cells += [address.receiver, phone, area.province, area.city, area.district, address.street]
            yield csv_line(cells + [""] * (len(TO_SHIP_HEADERS) - len(cells)))


def exchanges_to_ship() -> Iterator[str]:
    """Goods for points, with the address kept with the exchange, else the member's default."""
    before = None
    waiting = ExchangeParcel.objects.filter(state=ExchangeParcel.State.TO_SHIP)
    waiting = waiting.select_related("exchange__item__product", "exchange__item__sku")
    while True:
        parcels = list((waiting.filter(pk__lt=before) if before else waiting)[:AT_ONCE])
        if not parcels:
            return
        before = parcels[-1].pk
        homes = Address.objects.filter(member_id__in={one.member_id for one in parcels}, is_default=True)
        by_member = {home.member_id: home for home in homes}
        for parcel in parcels:
            item = parcel.exchange.item
            name = item.product.name_zh
            if item.sku is not None and item.sku.options_zh:
                name += f" ({item.sku.options_zh})"
            home = by_member.get(parcel.member_id)
            if not parcel.receiver and home is not None:
                copy_address(parcel, home)
            where = [parcel.receiver, parcel.phone.removeprefix("+86"), parcel.province, parcel.city]
            yield csv_line(
                [to_text(EXCHANGE, parcel.pk), name, *where, parcel.district, parcel.street, "", ""]
            )


def invoice_lines() -> Iterator[str]:
    """CSV of what shall stand on invoices, newest order first. Amounts in yuan."""
    yield BYTE_ORDER_MARK + csv_line(INVOICE_HEADERS)
    before = None
    while True:
        rows = Invoice.objects.filter(pk__lt=before) if before else Invoice.objects.all()
        invoices = list(rows[:AT_ONCE])
        if not invoices:
            return
        before = invoices[-1].pk
        ids = [invoice.pk for invoice in invoices]
        prices = dict(Order.objects.filter(pk__in=ids).values_list("id", "price"))
        refunded = dict(Delivery.objects.filter(pk__in=ids).values_list("order_id", "refunded"))
        for invoice in invoices:
            kind = "公司 Company" if invoice.kind == Invoice.Kind.COMPANY else "个人 Person"
            said = [to_text(ORDER, invoice.pk), kind, invoice.title, invoice.tax_number, invoice.email]
            money = [format_amount(prices[invoice.pk]), format_amount(refunded.get(invoice.pk, 0))]
            yield csv_line(said + money)
