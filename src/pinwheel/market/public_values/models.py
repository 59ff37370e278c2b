"""Public values: what a full group waits for before it is drawn, and how it became known."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

KNOWN_STATES = (1, 2)


class PublicValue(models.Model):
    """The public value of one group, from the moment its list is frozen. Once it is known it never changes.

    For the drand beacon the round is noted at the freeze; for a public number the event stands in the plan.
    """

    class Kind(models.IntegerChoices):
        DRAND = 1, "drand"
        PUBLIC_NUMBER = 2, "public_number"

    class State(models.IntegerChoices):
        WAITING = 0, "waiting"
        KNOWN = 1, "known"  # the group is drawn with it next
        DRAWN = 2, "drawn"
        OVERDUE = 3, "overdue"  # it did not come in time: everybody was refunded

    group_id = models.BigIntegerField(primary_key=True)
    activity_id = models.BigIntegerField()
    kind = models.SmallIntegerField(choices=Kind.choices)
    state = models.SmallIntegerField(choices=State.choices, default=State.WAITING)
    list_hash = models.BinaryField()  # of the frozen list
    bars = ArrayField(models.SmallIntegerField(), default=list)  # by seat, frozen: bits of rules/bars.py
    frozen_at = models.DateTimeField()
    due_at = models.DateTimeField()  # a value that comes later is refused
    round = models.BigIntegerField(null=True)  # of the beacon
    value = models.BinaryField(null=True)  # the bytes that go into the draw
    signature = models.BinaryField(null=True)  # the beacon's
    source = models.CharField(max_length=200, blank=True)  # a relay's address, or where the number stands
    reference = models.CharField(max_length=500, blank=True)  # of a number: a web address or an issue number
    published_at = models.DateTimeField(null=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    known_at = models.DateTimeField(null=True)
    tries = models.IntegerField(default=0)  # to fetch it, in vain
    tried_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=60, blank=True)  # of the last try

    class Meta:
        db_table = "public_values_value"
        ordering = ["-group_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=1, round__isnull=False) | Q(kind=2, round__isnull=True),
                name="public_value_round_of_beacon",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=KNOWN_STATES, value__isnull=False, known_at__lt=F("due_at"))
                    & Q(published_at__gt=F("frozen_at"))
                )
                | (~Q(state__in=KNOWN_STATES) & Q(value__isnull=True, known_at__isnull=True)),
                name="public_value_in_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=KNOWN_STATES)
                | Q(kind=1, signature__isnull=False, entered_by__isnull=True)
                | (
                    Q(kind=2, signature__isnull=True, entered_by__isnull=False)
                    & Q(confirmed_by__isnull=False)
                    & ~Q(confirmed_by=F("entered_by"))
                ),
                name="public_value_second_person",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="public_value_waiting", condition=Q(state=0)),
            models.Index(fields=["round"], name="public_value_round", condition=Q(state=0, kind=1)),
            models.Index(fields=["activity_id"], name="public_value_known", condition=Q(state=1)),
        ]

    def __str__(self) -> str:
        return str(self.group_id)

    @property
    def number(self) -> str:
        """The digits of a public number as published; empty while it is not known."""
        return bytes(self.value).decode() if self.value and self.kind == self.Kind.PUBLIC_NUMBER else ""


class NumberEntry(models.Model):
    """The digits that one operator has entered for a group. Kept; shown to nobody until they count."""

    class State(models.IntegerChoices):
        OPEN = 0, "open"  # a second person is awaited
        MATCHED = 1, "matched"
        CONFLICT = 2, "conflict"  # the other's digits were others

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    group_id = models.BigIntegerField()
    state = models.SmallIntegerField(choices=State.choices, default=State.OPEN)
    digits = models.CharField(max_length=60)
    source = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField(null=True)
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        db_table = "public_values_entry"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["group_id"], condition=Q(state=0), name="number_entry_one_open")
        ]
        indexes = [models.Index(fields=["group_id", "id"], name="number_entry_group")]

    def __str__(self) -> str:
        return str(self.id)
