"""A public number: entered by one operator with its source, and again by a second one, unseen."""

import re
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max

from pinwheel.market.ids import new_id
from pinwheel.market.public_values.models import NumberEntry, PublicValue
from pinwheel.market.public_values.storing import lock_waiting, store
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator

MOST_DIGITS, LONGEST_SOURCE, LONGEST_REFERENCE = 60, 200, 500
DIGITS = re.compile("[0-9](?:[0-9.,]{0,58}[0-9])?")
State = NumberEntry.State


class Told(NamedTuple):
    """What the first operator tells beside the digits: where they stand, and when they were published."""

    source: str
    reference: str  # a web address, or the event's issue number
    published_at: datetime


def open_entry(group_id: int) -> NumberEntry | None:
    """The entry that awaits a second person."""
    return NumberEntry.objects.filter(group_id=group_id, state=State.OPEN).first()


def enter_number(group_id: int, digits: str, told: Told, operator: Operator, now: datetime) -> None:
    """The first entry of a group's number.

    Raises: Refused not_waiting, value_too_late, number_invalid, source_missing, not_after_freeze, entry_open.
    """
    with transaction.atomic():
        waiting = lock_number(group_id, now)
        refuse_digits(digits)
        refuse_told(told, waiting, now)
        if open_entry(group_id) is not None:
            raise Refused("entry_open")
        NumberEntry.objects.create(
            id=new_id(now),
            group_id=group_id,
            digits=digits,
            source=told.source.strip(),
            reference=told.reference.strip(),
            published_at=told.published_at,
            operator=operator,
            entered_at=now,
        )


def confirm_number(group_id: int, digits: str, operator: Operator, now: datetime) -> None:
    """The second entry: the same digits make the number known; others end both entries, and nothing is known.

    Raises: Refused not_waiting, value_too_late, number_invalid, not_found, same_person, numbers_differ.
    """
    with transaction.atomic():
        waiting = lock_number(group_id, now)
        refuse_digits(digits)
        first = open_entry(group_id)
        if first is None or first.published_at is None:
            raise Refused("not_found")
        if first.operator_id == operator.pk:
            raise Refused("same_person")
        is_same = first.digits == digits
        first.state = State.MATCHED if is_same else State.CONFLICT
        first.save(update_fields=["state"])
        NumberEntry.objects.create(
            id=new_id(now),
            group_id=group_id,
            digits=digits,
            state=first.state,
            operator=operator,
            entered_at=now,
        )
        if is_same:
            waiting.source, waiting.reference = first.source, first.reference
            waiting.entered_by_id, waiting.confirmed_by_id = first.operator_id, operator.pk
            store(waiting, digits.encode(), first.published_at, now)
    if not is_same:  # both entries stay, as ended
        raise Refused("numbers_differ")


def enter_for_all(group_id: int, digits: str, told: Told, operator: Operator, now: datetime) -> int:
    """The first entry for a group and all of its activity that wait for the same number; return how many.

    All or none. Raises: as `enter_number`.
    """
    with transaction.atomic():
        groups = [group_id, *waiting_alike(group_id, told.published_at, now)]
        for number in sorted(groups):
            enter_number(number, digits, told, operator, now)
    return len(groups)


def confirm_for_all(group_id: int, digits: str, operator: Operator, now: datetime) -> int:
    """The second entry for a group, and for all that were entered together with it; return how many.

    Raises: as `confirm_number`; digits that differ end the entries of all.
    """
    together = entered_together(group_id)
    refusals = []
    for number in sorted({group_id, *together}):
        try:
            confirm_number(number, digits, operator, now)
        except Refused as refused:
            if number == group_id or refused.code == "numbers_differ":
                refusals.append(refused)
    if refusals:
        raise refusals[0]
    return len({group_id, *together})


def waiting_alike(group_id: int, published_at: datetime, now: datetime) -> list[int]:
    """Other groups of the activity for which that number is the first after their freeze."""
    activity = PublicValue.objects.filter(pk=group_id).values("activity_id")
    of_activity = PublicValue.objects.filter(
        activity_id__in=activity, kind=PublicValue.Kind.PUBLIC_NUMBER
    ).exclude(pk=group_id)
    waiting = of_activity.filter(
        state=PublicValue.State.WAITING, frozen_at__lt=published_at, due_at__gt=now
    ).exclude(pk__in=NumberEntry.objects.filter(state=State.OPEN).values("group_id"))
    before = of_activity.filter(published_at__lt=published_at).aggregate(at=Max("published_at"))["at"]
    if before is not None:  # who was full before an earlier number waits for that one
        waiting = waiting.filter(frozen_at__gte=before)
    return list(waiting.order_by("pk").values_list("pk", flat=True))


def entered_together(group_id: int) -> list[int]:
    """Groups whose open entry was made in one with that of this group."""
    first = open_entry(group_id)
    if first is None:
        return []
    alike = NumberEntry.objects.filter(
        state=State.OPEN, operator=first.operator_id, entered_at=first.entered_at, source=first.source
    )
    activity = PublicValue.objects.filter(pk=group_id).values("activity_id")
    ours = PublicValue.objects.filter(activity_id__in=activity).values("pk")
    return list(alike.filter(group_id__in=ours).values_list("group_id", flat=True))


def lock_number(group_id: int, now: datetime) -> PublicValue:
    """The row of a group that waits for a number. Raises: Refused not_waiting, value_too_late."""
    waiting = lock_waiting(group_id, now)
    if waiting.kind != PublicValue.Kind.PUBLIC_NUMBER:
        raise Refused("not_waiting")
    return waiting


def refuse_digits(digits: str) -> None:
    """Raises: Refused number_invalid."""
    if not digits.isascii() or not DIGITS.fullmatch(digits):
        raise Refused("number_invalid", {"most": MOST_DIGITS})


def refuse_told(told: Told, waiting: PublicValue, now: datetime) -> None:
    """Raises: Refused source_missing, not_after_freeze."""
    texts = ((told.source.strip(), LONGEST_SOURCE), (told.reference.strip(), LONGEST_REFERENCE))
    if not all(text and len(text) <= longest and text.isprintable() for text, longest in texts):
        raise Refused("source_missing", {"source": LONGEST_SOURCE, "reference": LONGEST_REFERENCE})
    if not waiting.frozen_at < told.published_at <= now:
        raise Refused("not_after_freeze", {"frozen": waiting.frozen_at.isoformat(timespec="seconds")})
