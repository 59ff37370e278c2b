"""Adjustments by hand: one operator proposes, another confirms, and only then does money move."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pinwheel.market.members.models import Member


class AdjustmentProposal(models.Model):
    """A change of one member's balance in one asset, in hundredths: positive grants, negative takes.

    Once confirmed or rejected it never changes, and none is ever deleted (the database refuses).
    Its id is what the ledger's transfer is about.
    """

    class State(models.IntegerChoices):
        PROPOSED = 0, "proposed"
        CONFIRMED = 1, "confirmed"
        REJECTED = 2, "rejected"

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="adjustments")
    asset = models.SmallIntegerField()  # rules/assets.py
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    state = models.SmallIntegerField(choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    rejected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    batch = models.BigIntegerField(default=0)  # the ledger batch that posted it; 0: none

    class Meta:
        db_table = "adjustments_proposal"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="adjustment_amount_not_zero"),
            models.CheckConstraint(
                condition=Q(asset__gte=0) & Q(asset__lte=5), name="adjustment_asset_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="adjustment_has_reason"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="adjustment_second_person",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=0,
                    confirmed_by__isnull=True,
                    rejected_by__isnull=True,
                    decided_at__isnull=True,
                    batch=0,
                )
                | Q(
                    state=1,
                    confirmed_by__isnull=False,
                    rejected_by__isnull=True,
                    decided_at__isnull=False,
                    batch__gt=0,
                )
                | Q(
                    state=2,
                    confirmed_by__isnull=True,
                    rejected_by__isnull=False,
                    decided_at__isnull=False,
                    batch=0,
                ),
                name="adjustment_state_told_whole",
            ),
        ]
        indexes = [models.Index(fields=["-id"], name="adjustment_open", condition=Q(state=0))]

    def __str__(self) -> str:
        return str(self.id)
