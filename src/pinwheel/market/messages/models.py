"""Messages: what happened, what members read of it, and how it reached them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Event(models.Model):
    """Something that happened and is not told yet. Written with the facts, gone once it is told."""

    class Fact(models.IntegerChoices):
        TOLD = 0, "told"  # `subjects` are members, `kind` what they are told
        PAID = 1, "paid"  # `subjects` are orders
        SETTLED = 2, "settled"  # `about` is a group
        DISSOLVED = 3, "dissolved"
        EXPIRED = 4, "expired"
        STOPPED = 5, "stopped"  # a group that its activity's end closed
        NO_SEAT = 6, "no_seat"  # `subjects` are orders
        REFUND_SENT = 7, "refund_sent"  # `subjects` are orders
        NO_VALUE = 8, "no_value"  # a full group whose public value did not come in time
        AWAITS_VALUE = 9, "awaits_value"  # a full group that waits for a number which people enter
        BALANCE_DUE = 20, "balance_due"  # `about` is a group of a presale that is full
        BALANCE_PAID = 21, "balance_paid"  # `subjects` are orders
        BALANCE_OVER = 22, "balance_over"  # `subjects` are orders

    id = models.BigAutoField(primary_key=True)
    fact = models.SmallIntegerField(choices=Fact.choices)
    kind = models.SmallIntegerField(default=0)  # of messages/kinds.py, where the fact is TOLD
    about = models.BigIntegerField(default=0)
    activity_id = models.BigIntegerField(default=0)
    subjects = ArrayField(models.BigIntegerField(), default=list)
    amounts = ArrayField(models.BigIntegerField(), default=list)  # one for each subject, or none; hundredths
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    is_set_aside = models.BooleanField(default=False, db_default=False)  # could not be told; see the log

    class Meta:
        db_table = "messages_event"

    def __str__(self) -> str:
        return f"{self.get_fact_display()} {self.about}"


class Message(models.Model):
    """One thing told to one member, once. Its text follows from its columns and the wording then in force."""

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    member_id = models.BigIntegerField()
    kind = models.SmallIntegerField()  # of messages/kinds.py
    about = models.BigIntegerField()  # an order, a voucher, a run of the day, or what the teller says
    activity_id = models.BigIntegerField(default=0)
    product_id = models.BigIntegerField(default=0)
    amount = models.BigIntegerField(default=0)  # hundredths
    facts = models.JSONField(default=dict)
    wording = models.BigIntegerField(default=0)  # the newest wording when it was made; 0: there was none
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "messages_message"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["member_id", "kind", "about"], name="message_told_once"),
        ]
        indexes = [
            models.Index(fields=["member_id", "-id"], name="message_member"),
            models.Index(fields=["member_id"], name="message_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Delivery(models.Model):
    """A message on its way by one channel. A message goes by a channel once."""

    class State(models.IntegerChoices):
        WAITING = 0, "waiting"
        SENT = 1, "sent"
        FAILED = 2, "failed"
        SKIPPED = 3, "skipped"

    id = models.BigAutoField(primary_key=True)
    message_id = models.BigIntegerField()
    member_id = models.BigIntegerField()
    kind = models.SmallIntegerField()
    channel = models.SmallIntegerField()  # of messages/kinds.py
    state = models.SmallIntegerField(choices=State.choices, default=State.WAITING)
    tries = models.SmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    reason = models.CharField(max_length=60, blank=True)  # why it failed, waits or was skipped
    reference = models.CharField(max_length=80, blank=True)  # the provider's
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "messages_delivery"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["message_id", "channel"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(state=1, sent_at__isnull=False) | (~Q(state=1) & Q(sent_at__isnull=True)),
                name="delivery_sent_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], name="delivery_waiting", condition=Q(state=0)),
            models.Index(fields=["-id"], name="delivery_failed", condition=Q(state=2)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Wording(models.Model):
    """An operator's text of a kind in one language. Never changes: a new one takes its place.

    Empty: back to the shipped text.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.SmallIntegerField()
    language = models.CharField(max_length=2)  # zh, en
    title = models.CharField(max_length=80, blank=True)
    body = models.CharField(max_length=500, blank=True)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=150)

    class Meta:
        db_table = "messages_wording"
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.id)


class Silence(models.Model):
    """A kind that members are not told: of one activity, or (activity 0) of none."""

    pk = models.CompositePrimaryKey("kind", "activity_id")
    kind = models.SmallIntegerField()
    activity_id = models.BigIntegerField()

    class Meta:
        db_table = "messages_silence"

    def __str__(self) -> str:
        return f"{self.kind} of {self.activity_id}"


class Wish(models.Model):
    """What a member has said about a kind and a channel. The inbox is always on."""

    pk = models.CompositePrimaryKey("member_id", "kind", "channel")
    member_id = models.BigIntegerField()
    kind = models.SmallIntegerField()
    channel = models.SmallIntegerField()
    is_on = models.BooleanField()

    class Meta:
        db_table = "messages_wish"

    def __str__(self) -> str:
        return f"{self.member_id}: {self.kind} by {self.channel}"


class Address(models.Model):
    """Where a member is reached by a channel other than the phone: an e-mail address, a WeChat openid."""

    pk = models.CompositePrimaryKey("member_id", "channel")
    member_id = models.BigIntegerField()
    channel = models.SmallIntegerField()
    address = models.CharField(max_length=254)
    asked_at = models.DateTimeField()  # when the confirmation was sent
    confirmed_at = models.DateTimeField(null=True, blank=True)  # nothing else goes there before

    class Meta:
        db_table = "messages_address"

    def __str__(self) -> str:
        return f"{self.member_id} by {self.channel}"
