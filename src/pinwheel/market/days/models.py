"""Business days: what each brings under a plan, done once, in the order of dates."""

from django.db import models
from django.db.models import Q


class PlanDays(models.Model):
    """How far the days of a plan have come.

    `closed_through`: the days before this date are closed: no group is settled on them any more.
    `done_through`: everything that the beginning of this date brings is done.
    """

    plan = models.CharField(max_length=60, primary_key=True)  # the plan's id, over all its versions
    closed_through = models.DateField()
    done_through = models.DateField()

    class Meta:
        db_table = "days_plan"
        constraints = [
            models.CheckConstraint(
                condition=Q(done_through__lte=models.F("closed_through")), name="days_done_are_closed"
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan} through {self.done_through}"


class DayRun(models.Model):
    """One payment of a business date under a plan, made member by member. Amounts in hundredths.

    Its id is what the ledger's transfers are about.
    """

    class Kind(models.IntegerChoices):
        CREDIT_RELEASE = 1, "credit_release"  # static and accelerated release
        DAILY_DIVIDEND = 2, "daily_dividend"  # to the winners of the day before
        MONTHLY_DIVIDEND = 3, "monthly_dividend"  # to the points in the pool

    class State(models.IntegerChoices):
        NEW = 0, "new"
        PAYING = 1, "paying"
        DONE = 2, "done"

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    plan = models.CharField(max_length=60)
    kind = models.SmallIntegerField(choices=Kind.choices)
    day = models.DateField()  # at whose beginning it is due; of a monthly dividend: the day it was confirmed
    version_id = models.BigIntegerField()  # the plan version in force
    state = models.SmallIntegerField(choices=State.choices, default=State.NEW)
    position = models.BigIntegerField(default=0)  # the last member done
    funded = models.BigIntegerField(default=0)  # what went into the pool for this run
    pool = models.BigIntegerField(default=0)  # what there was to share, what was left over before included
    weight = models.BigIntegerField(default=0)  # of all shares together
    members = models.IntegerField(default=0)  # how many were paid
    paid = models.BigIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "days_run"
        ordering = ["-day", "plan", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind", "day"], name="days_run_once"),
            models.CheckConstraint(
                condition=Q(paid__gte=0, funded__gte=0) & (Q(kind=1) | Q(paid__lte=models.F("pool"))),
                name="days_run_within_its_pool",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.day} {self.get_kind_display()}"


class DayShare(models.Model):
    """A member's part in a run: the weight it goes by, and what was paid.

    Of a credit release the weight is the joins settled on the day that ended; who had none has no row.
    """

    pk = models.CompositePrimaryKey("run_id", "member_id")
    run_id = models.BigIntegerField()
    member_id = models.BigIntegerField()
    weight = models.BigIntegerField()
    amount = models.BigIntegerField(default=0)

    class Meta:
        db_table = "days_share"
        indexes = [models.Index(fields=["member_id", "-run_id"], name="days_share_member")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.run_id}"
