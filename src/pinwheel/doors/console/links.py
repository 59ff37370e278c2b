"""Where things are found: in the console, and in the shop."""

from functools import cache
from urllib.parse import quote

from django.db.models import Model
from django.urls import reverse
from django.utils.safestring import SafeString

from pinwheel.config.environment import environment
from pinwheel.doors.console.text import NOTHING, code, link
from pinwheel.market import ids
from pinwheel.market.activities.models import Activity
from pinwheel.market.groups.models import Group
from pinwheel.market.members.models import Member
from pinwheel.market.orders.models import Order

PLACE = "0-0-0"


def list_url(model: type[Model], query: str = "") -> str:
    """The list of a kind of thing, with a query such as `state=0`."""
    meta = model._meta
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    return f"{url}?{query}" if query else url


def page_url(model: type[Model], pk: object, page: str = "change") -> str:
    """The page of one thing: `change`, `history`, or a page of its own."""
    return page_form(model, page).replace(PLACE, quote(str(pk), safe="_"))


@cache
def page_form(model: type[Model], page: str) -> str:
    """The address of such a page with a place for the key: a list has hundreds of links."""
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[PLACE])


def public_link(model: type[Model], kind: str, number: int) -> SafeString:
    """A public id that leads to the thing's page; a dash for 0."""
    if not number:
        return SafeString(NOTHING)
    return link(page_url(model, number), code(ids.to_text(kind, number)))


def order_link(number: int) -> SafeString:
    return public_link(Order, ids.ORDER, number)


def group_link(number: int) -> SafeString:
    return public_link(Group, ids.GROUP, number)


def member_link(number: int, name: str = "") -> SafeString:
    if name:
        return link(page_url(Member, number), name)
    return public_link(Member, ids.MEMBER, number)


def activity_link(number: int, title: str = "") -> SafeString:
    if title:
        return link(page_url(Activity, number), title)
    return public_link(Activity, ids.ACTIVITY, number)


def batch_link(number: int) -> SafeString:
    if not number:
        return SafeString(NOTHING)
    return link(reverse("admin:ledger_batch_page", args=[number]), code(str(number)))


def shop_activity(number: int) -> str:
    """An activity's page in the shop, as members open it."""
    return f"{environment().base_url.rstrip('/')}/activities/{ids.to_text(ids.ACTIVITY, number)}"


def shop_group(number: int) -> str:
    """A group's page in the shop, where its draw can be verified."""
    return f"/groups/{ids.to_text(ids.GROUP, number)}"


def shop_evidence(number: int) -> str:
    """A finished draw's evidence as a JSON file."""
    return f"{shop_group(number)}/draw.json"
