"""An activity's page: what it is, how it works, who is filling a group now."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pinwheel.doors.storefront import (
    activity_selectors,
    group_selectors,
    order_selectors,
    standing_selectors,
)
from pinwheel.doors.storefront.languages import names_of_assets
from pinwheel.doors.storefront.sessions import member_of
from pinwheel.doors.storefront.share import INVITED_BY, clean_code, qr_picture, share_link, shared
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.clock import current_time
from pinwheel.market.groups.commits import closing_commit, own_commit

ALWAYS_SHOWN = ("odds", "seat_rules")  # never folded away: nothing is hidden


@require_safe
def activity(request: HttpRequest, activity_id: int) -> HttpResponse:
    """The whole page."""
    context = whole_context(request, live_context(request, activity_id), activity_id)
    return render(request, "storefront/activity.html", context | shared(request, "activity", activity_id))


def preview(request: HttpRequest, draft: Activity) -> HttpResponse:
    """The page that a draft will have. Whoever calls it makes sure that no member sees it."""
    now = current_time()
    [view] = activity_selectors.activity_views([draft], now)
    live = {"activity": view, "now": now, "draws_on_close": False, "leader_groups": [], "recent": []}
    context = whole_context(request, live, draft.pk)
    link = {
        "share_link": share_link("activity", draft.pk),
        "qr": reverse("shop:activity-qr", args=[draft.pk]),
    }
    return render(request, "storefront/activity.html", context | link | {"poster": "#"})


def whole_context(request: HttpRequest, context: dict[str, Any], activity_id: int) -> dict[str, Any]:
    """What the page shows beside its changing part."""
    version = Activity.objects.values_list("plan_version_id", "plan_version__version")
    version_id, number = version.get(pk=activity_id)
    terms, price = terms_of(version_id), context["activity"].price
    sections = activity_selectors.plan_sections(version_id, price, names_of_assets())
    context |= {
        "shown_sections": [sections[key] for key in ALWAYS_SHOWN if key in sections],
        "folded_sections": [part for key, part in sections.items() if key not in ALWAYS_SHOWN],
        "plan_name": terms.plan_name,
        "plan_version": number,
        "plan_hash": terms.hash,
        "tab": "home",
    }
    return context


@require_safe
def activity_live(request: HttpRequest, activity_id: int) -> HttpResponse:
    """The part of the page that changes while groups fill."""
    return render(request, "storefront/parts/activity_live.html", live_context(request, activity_id))


@require_safe
def activity_draws(request: HttpRequest, activity_id: int) -> HttpResponse:
    """The commits of all groups that still form, those included in which nobody sits yet."""
    view = activity_selectors.activity_view(activity_id, current_time())
    if view is None:
        raise Http404
    context = {"activity": view, "draws": group_selectors.waiting_draws(activity_id), "tab": "home"}
    return render(request, "storefront/draws.html", context)


@require_safe
def activity_plan(request: HttpRequest, activity_id: int) -> HttpResponse:
    """The canonical text of the activity's plan, byte for byte what its hash is made of."""
    shown = Activity.objects.filter(pk=activity_id, state__in=activity_selectors.VISIBLE)
    canonical = shown.values_list("plan_version__canonical", flat=True).first()
    if canonical is None:
        raise Http404
    return HttpResponse(canonical, content_type="application/json; charset=utf-8")


@require_safe
def activity_qr(request: HttpRequest, activity_id: int) -> HttpResponse:
    return qr_picture(share_link("activity", activity_id, clean_code(request.GET.get(INVITED_BY, ""))))


def live_context(request: HttpRequest, activity_id: int) -> dict[str, Any]:
    """What the changing part shows. Raises: Http404."""
    now, member = current_time(), member_of(request)
    view = activity_selectors.activity_view(activity_id, now)
    if view is None:
        raise Http404
    viewer_id = member.pk if member else 0
    filling = group_selectors.queue_group(activity_id) if view.taken is not None else None
    closing = closing_commit(Activity.objects.get(pk=activity_id))
    has_leaders = view.seating != "queue"
    return {
        "activity": view,
        "now": now,
        "filling": filling,
        "commit": closing or (own_commit(filling) if filling else None),
        "draws_on_close": closing is not None,
        "leader_groups": group_selectors.leader_groups(activity_id, now, viewer_id) if has_leaders else [],
        "full": group_selectors.full_groups(activity_id, viewer_id) if view.awaits_value else [],
        "recent": group_selectors.recent_groups(activity_id, viewer_id),
        "standing": standing_selectors.own_standing(viewer_id, activity_id, now) if viewer_id else [],
        "own_open": order_selectors.open_orders(viewer_id, activity_id) if viewer_id else [],
    }
