"""A group's page: its seats, its result, its evidence."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pinwheel.doors.storefront import activity_selectors, group_selectors, order_selectors
from pinwheel.doors.storefront.sessions import member_of
from pinwheel.doors.storefront.share import INVITED_BY, clean_code, qr_picture, share_link, shared
from pinwheel.market.activities.models import Activity
from pinwheel.market.clock import current_time
from pinwheel.market.groups.evidence import evidence
from pinwheel.market.groups.models import Group


@require_safe
def group(request: HttpRequest, group_id: int) -> HttpResponse:
    """The whole page."""
    context = live_context(request, group_id)
    context |= {**shared(request, "group", group_id), "tab": "orders"}
    return render(request, "storefront/group.html", context)


@require_safe
def group_live(request: HttpRequest, group_id: int) -> HttpResponse:
    """The part of the page that changes until the group is finished."""
    return render(request, "storefront/parts/group_live.html", live_context(request, group_id))


@require_safe
def group_qr(request: HttpRequest, group_id: int) -> HttpResponse:
    return qr_picture(share_link("group", group_id, clean_code(request.GET.get(INVITED_BY, ""))))


@require_safe
def group_draw(request: HttpRequest, group_id: int) -> HttpResponse:
    """The evidence of the draw as JSON."""
    document = evidence(found_group(group_id))
    response = JsonResponse(document, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'inline; filename="draw-{document["draw_id"]}.json"'
    return response


def found_group(group_id: int) -> Group:
    """Raises: Http404."""
    found = Group.objects.filter(pk=group_id).first()
    if found is None:
        raise Http404
    return found


def live_context(request: HttpRequest, group_id: int) -> dict[str, Any]:
    """What the changing part shows. Raises: Http404."""
    now, member = current_time(), member_of(request)
    found = found_group(group_id)
    view = group_selectors.group_view(
        found, Activity.objects.get(pk=found.activity_id), member.pk if member else 0
    )
    activity = activity_selectors.activity_view(found.activity_id, now)
    if activity is None:
        raise Http404
    activity = activity_selectors.with_seats(activity, found.taken)
    is_open_to_all = bool(view.leader_id or (activity.tiers and (view.taken or view.held)))
    own_waiting = order_selectors.waiting_in_group(member.pk, group_id) if member and view.is_forming else []
    join_link = f"{reverse('shop:join', args=[activity.id])}?group={{}}"
    return {
        "group": view,
        "activity": activity,
        "now": now,
        "own_waiting": own_waiting,
        "join_link": join_link.format(reverse("shop:group", args=[group_id]).rsplit("/", 1)[-1]),
        "can_join": bool(view.is_forming and is_open_to_all and view.missing > 0 and activity.can_join),
    }
