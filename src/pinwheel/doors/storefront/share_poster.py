"""Posters of activities and groups: a page that shows one, and the picture itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pinwheel.config.environment import environment
from pinwheel.doors.storefront import group_selectors
from pinwheel.doors.storefront.poster_facts import activity_facts, group_facts
from pinwheel.doors.storefront.poster_picture import PosterFacts, draw_poster
from pinwheel.doors.storefront.sessions import member_of
from pinwheel.doors.storefront.share import shared
from pinwheel.market.clock import current_time
from pinwheel.market.ids import ACTIVITY, GROUP, to_text
from pinwheel.market.members.models import Member


@require_safe
def activity_poster(request: HttpRequest, activity_id: int) -> HttpResponse:
    """The page with an activity's poster."""
    facts = activity_facts(activity_id, current_time())
    return poster_page(request, "activity", activity_id, facts["title"], to_text(ACTIVITY, activity_id))


@require_safe
def group_poster(request: HttpRequest, group_id: int) -> HttpResponse:
    """The page with a group's poster."""
    facts = group_facts(group_id, current_time())
    return poster_page(request, "group", group_id, facts["title"], to_text(GROUP, group_id))


@require_safe
@never_cache
def activity_poster_png(request: HttpRequest, activity_id: int) -> HttpResponse:
    """The picture, with the name and the code of whoever is signed in."""
    return png(request, "activity", activity_id, activity_facts(activity_id, current_time()))


@require_safe
@never_cache
def group_poster_png(request: HttpRequest, group_id: int) -> HttpResponse:
    """The picture of a group that still takes members."""
    return png(request, "group", group_id, group_facts(group_id, current_time()))


def poster_page(request: HttpRequest, name: str, number: int, title: object, file: str) -> HttpResponse:
    context = {
        **shared(request, name, number),
        "title": title,
        "back": reverse(f"shop:{name}", args=[number]),
        "picture": reverse(f"shop:{name}-poster-png", args=[number]),
        "file": f"{file}.png",
        "is_own": member_of(request) is not None,
        "tab": "home",
    }
    return render(request, "storefront/share_poster.html", context)


def png(request: HttpRequest, name: str, number: int, facts: dict[str, object]) -> HttpResponse:
    """Draw it. The same facts are drawn once."""
    member, link = member_of(request), shared(request, name, number)["share_link"]
    drawn = draw_poster(PosterFacts(**facts, **who(member), **where(link)))  # type: ignore[arg-type]
    return HttpResponse(drawn, content_type="image/png")


def who(member: Member | None) -> dict[str, object]:
    """Who hands it on: it is a member's own poster, so it says their whole nickname."""
    return {
        "shop": _("Pinwheel"),
        "name": member.nickname if member else "",
        "invites": _("invites you to buy together"),
        "hue": group_selectors.hue_of(member.pk) if member else 0,
    }


def where(link: str) -> dict[str, object]:
    """Where it leads, and what to do with it."""
    host = environment().base_url.split("://", 1)[-1].rstrip("/")
    call = _("Scan to join"), _("A group that does not fill is refunded in full")
    return {"link": link, "call": call, "host": host}
