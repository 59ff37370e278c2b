"""Activities, and the groups of one."""

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
from pinwheel.market.groups.models import Group
from pinwheel.market.ids import ACTIVITY
from pinwheel.market.refusals import Refused

router = Router(tags=["activities"])
GROUP_STATES = {name: number for number, name in STATES.items()}


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
    rows = Group.objects.filter(activity_id=found_activity(activity).pk)
    if query.state is not None:
        rows = rows.filter(state=GROUP_STATES[query.state])
    if query.cursor is not None:
        if not (query.cursor.isascii() and query.cursor.isdigit() and len(query.cursor) <= 9):
            raise unknown_cursor()
        rows = rows.filter(draw_number__lt=int(query.cursor))
    found = list(rows.order_by("-draw_number")[: query.limit + 1])
    groups, cursor = cut(found, query.limit, lambda group: str(group.draw_number))
    return Page[GroupOut](items=[GroupOut(**group_fields(group)) for group in groups], next_cursor=cursor)


def found_activity(text: str) -> Activity:
    """The activity with that public id, unless it is a draft. Raises: Refused not_found."""
    activity = (
        Activity.objects.exclude(state=Activity.State.DRAFT).filter(pk=number_of(ACTIVITY, text)).first()
    )
    if activity is None:
        raise Refused("not_found")
    return activity
