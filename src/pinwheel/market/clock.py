"""The business calendar: every service takes `now` as an argument; this says which day that is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings


def current_time() -> datetime:
    """The time of the machine's clock, aware. Doors and jobs call this once and hand it on."""
    return datetime.now(UTC)


def business_zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def business_day(now: datetime) -> date:
    """The business day of a moment; it begins at 00:00 in the business time zone."""
    return now.astimezone(business_zone()).date()


def minute_of_day(now: datetime) -> int:
    """Minutes since the business day began."""
    local = now.astimezone(business_zone())
    return local.hour * 60 + local.minute
