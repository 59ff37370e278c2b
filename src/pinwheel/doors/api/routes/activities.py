"""Activities, and the groups of one."""

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from pinwheel.doors.api.guard import BearerKey
from pinwheel.doors.api.joins import number_of
from pinwheel.doors.api.languages import language_of
from pinwheel.doors.api.pages import PAGE, PageQuery, cut, page_by_id, unknown_cursor
from pinwheel.doors.api.routes.common import ActivityPath, reads
from pinwheel.doors.api.schemas.activities import ActivityDetailOut, ActivityOut, ActivityState
from pinwheel.doors.api.schemas.common import Page
from pinwheel.doors.api.schemas.groups import STATES, GroupOut, GroupState, group_fields
from pinwheel.doors.api.showing import activity_detail, activity_out
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.groups.models import Group
from pinwheel.market.ids import ACTIVITY
from pinwheel.market.refusals import Refused
from pinwheel.plan.ladder import tiers_of
from pinwheel.plan.model import Plan

router = Router(tags=["activities"])
GROUP_STATES: dict[str, int] = {name: number for number, name in STATES.items()}


class ActivitiesQuery(PageQuery):
    """Which activities."""

    state: ActivityState | None = Field(default=None, description="Only activities in this state")


class GroupsQuery(PageQuery):
    """Which groups."""

    state: GroupState | None = Field(default=None, description="Only groups in this state")


@router.get(
    "/activities",
    auth=BearerKey("activities:read", ("state", *PAGE)),
    response=reads(Page[ActivityOut]),
    operation_id="listActivities",
    summary="List activities",
)
def list_activities(request: HttpRequest, query: Query[ActivitiesQuery]) -> Page[ActivityOut]:
    """Activities that are or were on sale, newest first. Drafts are not shown."""
    rows = Activity.objects.exclude(state=Activity.State.DRAFT)
    if query.state is not None:
        rows = rows.filter(state=Activity.State[query.state.upper()])
    activities, cursor = page_by_id(rows, ACTIVITY, query)
    return Page[ActivityOut](items=[activity_out(activity) for activity in activities], next_cursor=cursor)


@router.get(
    "/activities/{activity}",
    auth=BearerKey("activities:read"),
    response=reads(ActivityDetailOut),
    operation_id="getActivity",
    summary="Read an activity with its rules and odds",
)
def get_activity(request: HttpRequest, activity: ActivityPath) -> ActivityDetailOut:
    """The rules in plain words come in the language of Accept-Language: `zh` (default) or `en`."""
    return activity_detail(found_activity(activity), language_of(request.headers.get("Accept-Language", "")))


@router.get(
    "/activities/{activity}/groups",
    auth=BearerKey("groups:read", ("state", *PAGE)),
    response=reads(Page[GroupOut]),
    operation_id="listGroups",
    summary="List an activity's groups",
    tags=["groups and draws"],
)
def list_groups(request: HttpRequest, activity: ActivityPath, query: Query[GroupsQuery]) -> Page[GroupOut]:
    """The groups of an activity, highest draw number first."""
    shown = found_activity(activity)
    plan = terms_of(shown.plan_version_id).plan
    rows = in_state(Group.objects.filter(activity_id=shown.pk), query.state, plan)
    if query.cursor is not None:
        if not (query.cursor.isascii() and query.cursor.isdigit() and len(query.cursor) <= 9):
            raise unknown_cursor()
        rows = rows.filter(draw_number__lt=int(query.cursor))
    found = list(rows.order_by("-draw_number")[: query.limit + 1])
    groups, cursor = cut(found, query.limit, lambda group: str(group.draw_number))
    items = [GroupOut(**group_fields(group, plan)) for group in groups]
    return Page[GroupOut](items=items, next_cursor=cursor)


def in_state(rows: QuerySet[Group], state: GroupState | None, plan: Plan) -> QuerySet[Group]:
    """The groups in a state; of a ladder the forming ones are told from the formed."""
    if state is None:
        return rows
    tiers = tiers_of(plan)
    if state == "formed" and not tiers:
        return rows.none()
    rows = rows.filter(state=GROUP_STATES["forming" if state == "formed" else state])
    if state == "formed":
        return rows.filter(taken__gte=tiers[0].size)
    return rows.filter(taken__lt=tiers[0].size) if state == "forming" and tiers else rows


def found_activity(text: str) -> Activity:
    """The activity with that public id, unless it is a draft. Raises: Refused not_found."""
    activity = (
        Activity.objects.exclude(state=Activity.State.DRAFT).filter(pk=number_of(ACTIVITY, text)).first()
    )
    if activity is None:
        raise Refused("not_found")
    return activity
