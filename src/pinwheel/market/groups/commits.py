"""Which draw a group is in, and the commit that members may note down."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.groups.models import CLOSING_NUMBER, ClosingDraw, Group
from pinwheel.market.groups.opening import draw_id


class Commit(NamedTuple):
    """A committed draw. `commit` in hexadecimal digits."""

    draw: str
    commit: str
    committed_at: datetime


def own_commit(group: Group) -> Commit:
    """The commit of a group's own draw."""
    return Commit(
        draw_id(group.activity_id, group.draw_number), bytes(group.commit).hex(), group.committed_at
    )


def closing_commit(activity: Activity) -> Commit | None:
    """The commit of an activity that has one draw at its end."""
    if not terms_of(activity.plan_version_id).draws_on_close:
        return None
    draw = ClosingDraw.objects.filter(pk=activity.pk).first()
    if draw is None:
        return None  # a draft: it is committed when it is put on sale
    return Commit(draw_id(activity.pk, CLOSING_NUMBER), bytes(draw.commit).hex(), draw.committed_at)


def commits_of(groups: Iterable[Group], activity: Activity) -> dict[int, Commit]:
    """The commit of each group of an activity, by the group's id."""
    closing = closing_commit(activity)
    return {group.pk: closing or own_commit(group) for group in groups}
