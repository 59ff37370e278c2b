"""What the poster of an activity or a group says: read now, said in the reader's language."""

from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from pinwheel.doors.storefront import activity_selectors
from pinwheel.doors.storefront.activity_selectors import ActivityView, OfferView
from pinwheel.doors.storefront.templatetags.shop import money
from pinwheel.market.catalogue.models import ProductPicture
from pinwheel.market.catalogue.services import reference_price
from pinwheel.market.groups.models import Group
from pinwheel.market.orders.decide import moment_text

Facts = dict[str, Any]


def activity_facts(activity_id: int, now: datetime) -> Facts:
    """Of an activity that members may see. Raises: Http404."""
    view = visible(activity_id, now)
    chips = [_("Group of %(size)s") % {"size": view.size}]
    if view.taken and view.phase == "open":
        chips.insert(0, missing_words(view.missing))
    return facts_of(view, first_offer(view), chips, until(view.ends_at, view, now))


def group_facts(group_id: int, now: datetime) -> Facts:
    """Of a group that still takes members. Raises: Http404."""
    group = Group.objects.filter(pk=group_id, state=Group.State.FORMING).first()
    if group is None:
        raise Http404
    view = visible(group.activity_id, now)
    missing = group.size - group.taken - len(group.held_members)
    chips = [missing_words(missing)] if missing > 0 and view.phase != "ended" else []
    chips.append(_("Group of %(size)s") % {"size": view.size})
    return facts_of(view, first_offer(view), chips, until(group.expires_at or view.ends_at, view, now))


def visible(activity_id: int, now: datetime) -> ActivityView:
    """Raises: Http404."""
    view = activity_selectors.activity_view(activity_id, now)
    if view is None:
        raise Http404
    return view


def first_offer(view: ActivityView) -> OfferView:
    return view.first_free


def facts_of(view: ActivityView, offer: OfferView, chips: list[str], said: str) -> Facts:
    """The facts in the words of PosterFacts. A price before is named only where it may be and is higher."""
    before = None if offer.sku_id else reference_price(offer.product_id, view.starts_at)
    is_higher = before is not None and before > view.price
    several = len({other.product_id for other in view.offers}) > 1
    return {
        "title": view.title,
        "product": _("%(name)s and others") % {"name": offer.name} if several else offer.name,
        "price": money(view.price),
        "before": money(before) if is_higher and before is not None and not several else "",
        "before_words": _("lowest price of the 7 days before"),
        "chips": tuple(chips),
        "until": said,
        "picture": picture_file(offer.product_id),
    }


def missing_words(missing: int) -> str:
    return _("%(count)s to go") % {"count": missing}


def until(end: datetime | None, view: ActivityView, now: datetime) -> str:
    """When it ends, or that it has not begun or is over."""
    if view.phase == "ended":
        return _("This activity has ended")
    if view.phase == "coming":
        return _("Starts %(time)s") % {"time": moment_text(view.starts_at)}
    return _("Until %(time)s") % {"time": moment_text(end)} if end else ""


def picture_file(product_id: int) -> str:
    """The file of a product's first picture; empty for none."""
    found = ProductPicture.objects.filter(product_id=product_id).first()
    return found.image.path if found else ""
