"""Webhooks: where other systems want to hear what happens, what they are told, and what they answered."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Endpoint(models.Model):
    """A URL of one client of the API. Its secret follows from the shop's own and is not kept."""

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    client = models.CharField(max_length=60)  # the name of its API keys, which a rotation keeps
    url = models.CharField(max_length=500)
    types = ArrayField(models.CharField(max_length=40))  # of webhooks/events.py
    secret_number = models.IntegerField(default=1)  # grows with each rotation
    old_secret_until = models.DateTimeField(null=True, blank=True)  # signed with both until then
    is_enabled = models.BooleanField(default=True)
    disabled_reason = models.CharField(max_length=60, blank=True)
    failures = models.IntegerField(default=0)  # tries in a row that failed
    failing_since = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "webhooks_endpoint"
        ordering = ["-id"]
        indexes = [models.Index(fields=["client", "-id"], name="endpoint_client")]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_enabled=True, disabled_reason="")
                | (Q(is_enabled=False) & ~Q(disabled_reason="")),
                name="endpoint_disabled_has_reason",
            )
        ]

    def __str__(self) -> str:
        return self.url


class HookEvent(models.Model):
    """What is told to endpoints: its id is the `webhook-id`, the same in every try."""

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    type = models.CharField(max_length=40)
    data = models.JSONField()
    at = models.DateTimeField()  # when it happened
    created_at = models.DateTimeField()

    class Meta:
        db_table = "webhooks_event"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class HookDelivery(models.Model):
    """An event on its way to one endpoint."""

    class State(models.IntegerChoices):
        WAITING = 0, "waiting"
        SENT = 1, "sent"
        FAILED = 2, "failed"

    id = models.BigAutoField(primary_key=True)
    event_id = models.BigIntegerField()
    endpoint_id = models.BigIntegerField()
    state = models.SmallIntegerField(choices=State.choices, default=State.WAITING)
    tries = models.SmallIntegerField(default=0)
    replays = models.SmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    status = models.SmallIntegerField(default=0)  # of the last answer; 0: there was none
    answer = models.CharField(max_length=300, blank=True)  # how the last answer began
    reason = models.CharField(max_length=60, blank=True)  # why the last try failed
    took = models.IntegerField(default=0)  # milliseconds of the last try
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "webhooks_delivery"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["event_id", "endpoint_id"], name="hook_delivery_once"),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], name="hook_delivery_waiting", condition=Q(state=0)),
            models.Index(fields=["endpoint_id", "-id"], name="hook_delivery_endpoint"),
            models.Index(fields=["created_at"], name="hook_delivery_created"),
        ]

    def __str__(self) -> str:
        return str(self.id)
