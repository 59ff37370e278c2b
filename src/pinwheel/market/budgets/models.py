"""Budgets: what is set aside for promises that orders do not fund, shared out to activities as groups."""

from django.db import models
from django.db.models import F, Q

from pinwheel.market.activities.models import Activity


class Allotment(models.Model):
    """The groups of one activity that its plan's budget carries in their worst case.

    A row only where a full group can lose. Locked by the activity's settler; `settled` and `dissolved` count
    with the batch that settles them, so `allotted` is never exceeded.
    """

    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, primary_key=True)
    plan = models.CharField(max_length=60)  # the plan's id: all its activities share what it set aside
    loss = models.BigIntegerField()  # fen that a full group can lose at most
    allotted = models.BigIntegerField(default=0)  # groups
    settled = models.BigIntegerField(default=0)  # groups
    dissolved = models.BigIntegerField(default=0)  # groups
    stopped_at = models.DateTimeField(null=True, blank=True)  # when the budget ended the activity

    class Meta:
        db_table = "budgets_allotment"
        indexes = [models.Index(fields=["plan"], name="allotment_plan")]
        constraints = [
            models.CheckConstraint(condition=Q(loss__gt=0), name="allotment_loss_positive"),
            models.CheckConstraint(
                condition=Q(settled__gte=0, dissolved__gte=0)
                & Q(allotted__gte=F("settled") + F("dissolved")),
                name="allotment_not_exceeded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.allotted}"
