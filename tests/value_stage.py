"""A group that waits for a public value, beside the real clock: for tests of the doors."""

from datetime import timedelta

from pinwheel.market.clock import current_time
from pinwheel.market.groups.draws import draw_v1
from pinwheel.market.groups.models import Group
from pinwheel.market.public_values.entering import Told, confirm_number, enter_number
from pinwheel.market.public_values.models import PublicValue
from pinwheel.market.public_values.settling import settle_known
from pinwheel.market.staff.models import Operator
from stage import SECOND, Stage

SMALL = "{group.size: 3, draw.seat_rules: [], draw.conflict: draw_anyway, draw.public_value_within: 30h, "
NUMBER = (
    SMALL + "draw.public_value: public_number, draw.public_event: {zh: 当晚福彩3D, en: that evening’s 3D}}"
)
DRAND = SMALL + "draw.public_value: drand}"
HOURS = timedelta(hours=2)


def waiting_stage(changes: str = NUMBER, ago: timedelta = HOURS) -> tuple[Stage, Group]:
    """A shop whose first group has been full, and waiting, for some time."""
    shop = Stage("draw-on-fill", changes, members=3, at=current_time() - ago)
    for member in shop.members:
        shop.join(member)
    shop.settle(draw_v1)
    shop.now += SECOND
    return shop, shop.groups()[0]


def value_of(group: Group) -> PublicValue:
    return PublicValue.objects.get(pk=group.pk)


def give(group: Group, digits: str = "507") -> None:
    """Two operators enter the number, and the group is drawn."""
    first, second = (Operator.objects.get_or_create(username=name)[0] for name in ("first", "second"))
    now = current_time()
    told = Told("3D no. 2026310", "https://lottery.example/3d?a=1&b=2", now)
    enter_number(group.pk, digits, told, first, now)
    confirm_number(group.pk, digits, second, now)
    settle_known(now)
