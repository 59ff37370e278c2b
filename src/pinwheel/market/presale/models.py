"""The balances of presale orders: asked for when the group fills, paid in time or not."""

from django.db import models
from django.db.models import F, Q


class Balance(models.Model):
    """What is left to pay of one presale order whose group is full. Money in fen.

    One that ended never changes but for a late payment from outside that is sent back, and none is deleted
    (the database refuses).
    """

    class State(models.IntegerChoices):
        DUE = 0, "due"
        PAID = 1, "paid"  # the order settled with it
        OVER = 2, "over"  # not paid in time: the deposit went back in full

    order_id = models.BigIntegerField(primary_key=True)
    member_id = models.BigIntegerField()
    activity_id = models.BigIntegerField()
    group_id = models.BigIntegerField()
    amount = models.BigIntegerField()  # the price less the deposit
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()  # excluded: a payment at this moment is late
    state = models.SmallIntegerField(choices=State.choices, default=State.DUE)
    route = models.SmallIntegerField(default=0)  # of Order.Route, once it is paid
    ended_at = models.DateTimeField(null=True)
    batch = models.BigIntegerField(default=0)  # ledger batch that ended it
    sent_back = models.BigIntegerField(default=0)  # paid from outside, too late or twice: back at once

    class Meta:
        db_table = "presale_balance"
        ordering = ["-order_id"]
        indexes = [
            models.Index(fields=["due_at"], name="balance_due", condition=Q(state=0)),
            models.Index(fields=["group_id"], name="balance_group"),
            models.Index(fields=["member_id"], name="balance_member", condition=Q(state=0)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="balance_positive"),
            models.CheckConstraint(condition=Q(due_at__gt=F("asked_at")), name="balance_due_after_asking"),
            models.CheckConstraint(
                condition=Q(state=0, ended_at__isnull=True, batch=0)
                | Q(state__in=(1, 2), ended_at__isnull=False, batch__gt=0),
                name="balance_ended_has_batch",
            ),
            models.CheckConstraint(
                condition=Q(sent_back=0) | Q(sent_back=F("amount"), state__in=(1, 2)),
                name="balance_sent_back_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.order_id)
