"""What a member wants to stand on an order's invoice."""

import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from pinwheel.market.delivery.addresses import one_line
from pinwheel.market.delivery.models import Invoice
from pinwheel.market.orders.models import Order
from pinwheel.market.refusals import Refused

LONGEST_TITLE = 100
TAX_NUMBER = re.compile(r"[0-9A-Z]{15,20}")
BAD_TAX_NUMBER = (
    "公司发票须填写 15 至 20 位的税号（数字与大写字母）。",
    "A company's invoice needs its tax number: 15 to 20 digits and capital letters.",
)
BAD_EMAIL = ("请填写正确的电子邮箱。", "Please give a proper e-mail address.")


def state_invoice(
    order_id: int, member_id: int, kind: int, title: str, tax_number: str, email: str, now: datetime
) -> Invoice:
    """Keep what shall stand on the invoice of a kept order.

    Raises: Refused invalid, not_found, not_allowed_now.
    """
    wanted = {
        "kind": kind,
        "title": one_line(title, LONGEST_TITLE, ("发票抬头", "The invoice's title")),
        "tax_number": read_tax_number(kind, tax_number),
        "email": read_email(email),
    }
    with transaction.atomic():
        order = Order.objects.filter(pk=order_id, member_id=member_id).first()
        if order is None:
            raise Refused("not_found")
        if order.state != Order.State.SETTLED:
            raise Refused("not_allowed_now", {"state": ("没有收取货款", "not one whose payment was kept")})
        invoice, _ = Invoice.objects.update_or_create(
            order_id=order_id, defaults={**wanted, "member_id": member_id, "changed_at": now}
        )
    return invoice


def read_tax_number(kind: int, text: str) -> str:
    """A company's tax number; of a person none is kept. Raises: Refused invalid."""
    number = "".join(text.split()).upper()
    if kind == Invoice.Kind.PERSON:
        return ""
    if not TAX_NUMBER.fullmatch(number):
        raise Refused("invalid", {"what": BAD_TAX_NUMBER})
    return number


def read_email(text: str) -> str:
    """Raises: Refused invalid."""
    email = text.strip()
    try:
        validate_email(email)
    except ValidationError:
        raise Refused("invalid", {"what": BAD_EMAIL}) from None
    return email
