"""Words and numbers as the shop's pages show them."""

from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pinwheel.doors.storefront.sessions import member_of
from pinwheel.market.ids import ACTIVITY, ORDER, PRODUCT, to_text
from pinwheel.market.messages.services import MOST_COUNTED, unread_count

register = template.Library()


@register.filter
def money(fen: int) -> str:
    """Fen as `¥1,234.00`; a minus stands before the sign."""
    return f"{'−' if fen < 0 else ''}¥{plain(abs(fen))}"


@register.filter
def points(hundredths: int) -> str:
    """Hundredths of a point as `1,234.00`."""
    return f"{'−' if hundredths < 0 else ''}{plain(abs(hundredths))}"


@register.filter
def signed(hundredths: int, is_cash: bool) -> str:
    """An amount with its sign, of money or of points."""
    return f"{'+' if hundredths > 0 else '−'}{'¥' if is_cash else ''}{plain(abs(hundredths))}"


def plain(hundredths: int) -> str:
    whole, cents = divmod(hundredths, 100)
    return f"{whole:,}.{cents:02}"


@register.filter
def short(text: str) -> str:
    """The beginning and the end of a long hash."""
    return f"{text[:8]}…{text[-6:]}" if len(text) > 16 else text


@register.filter
def order_text(order_id: int) -> str:
    """An order's public identifier."""
    return to_text(ORDER, order_id)


@register.filter
def activity_text(activity_id: int) -> str:
    """An activity's public identifier."""
    return to_text(ACTIVITY, activity_id)


@register.filter
def product_text(product_id: int) -> str:
    """A product's public identifier."""
    return to_text(PRODUCT, product_id)


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """A moment in the business time zone."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), local.strftime("%Y-%m-%d %H:%M"))


@register.filter
def day(value: date | None) -> SafeString | str:
    """A day of the business calendar, as `2026-11-05`."""
    return format_html('<time datetime="{0}">{0}</time>', value.isoformat()) if value else ""


@register.simple_tag
def countdown(until: datetime | None, now: datetime) -> SafeString | str:
    """The time left; counted down by the page, and right as it stands without JavaScript."""
    if until is None:
        return ""
    left = max(0, int((until - now).total_seconds()))
    return format_html(
        '<time class="countdown" datetime="{}" data-countdown="{}" data-days="{}">{}</time>',
        until.isoformat(),
        left,
        _("%(days)s d"),
        time_left(left),
    )


def time_left(seconds: int) -> str:
    """`2 d 03:04:05`."""
    days, rest = divmod(seconds, 86_400)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"{_('%(days)s d') % {'days': days}} {clock}" if days else clock


@register.simple_tag(takes_context=True)
def unread(context: dict[str, Any]) -> str:
    """How many messages the signed-in member has not read; nothing is looked up for anybody else."""
    request = context.get("request")
    if request is None or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    member = member_of(request)
    count = unread_count(member.pk) if member is not None else 0
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count or "")


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """The page's query with some values changed; None takes one out."""
    values = context["request"].GET.copy()
    for name, value in changes.items():
        values.pop(name, None)
        if value is not None:
            values[name] = value
    return f"?{values.urlencode()}"
