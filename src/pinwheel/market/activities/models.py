"""Activities: a plan put on sale."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pinwheel.market.catalogue.models import Product, Sku
from pinwheel.market.plans.models import PlanVersion


class Activity(models.Model):
    """One plan version on sale between two moments, for one or several products of one price (fen)."""

    class State(models.IntegerChoices):
        DRAFT = 0, "draft"
        SCHEDULED = 1, "scheduled"
        RUNNING = 2, "running"
        ENDED = 3, "ended"

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    plan_version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="activities")
    title_zh = models.CharField(max_length=80)
    title_en = models.CharField(max_length=80)
    state = models.SmallIntegerField(choices=State.choices, default=State.DRAFT)
    price = models.BigIntegerField()
    starts_at = models.DateTimeField(null=True)  # of a draft alone: not chosen yet
    ends_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    takes_coupons = models.BooleanField(default=False, db_default=False)
    products: "models.ManyToManyField[Product, ActivityProduct]" = models.ManyToManyField(
        Product, through="ActivityProduct", related_name="activities"
    )

    # The variant of which every join's seat gets a piece as well; set when it goes on sale, as the plan says.
    extra_sku = models.ForeignKey(Sku, null=True, on_delete=models.PROTECT, related_name="+", editable=False)

    class Meta:
        db_table = "activities_activity"
        ordering = ["-id"]
        verbose_name_plural = "activities"
        constraints = [
            models.CheckConstraint(condition=models.Q(price__gt=0), name="activity_price_positive"),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=models.F("starts_at")),
                name="activity_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(state=0) | models.Q(starts_at__isnull=False),
                name="activity_sold_has_start",
            ),
        ]

    def __str__(self) -> str:
        return self.title_zh


class ActivityProduct(models.Model):
    """A product in an activity, or one of its variants. `left` counts the joins it may still take.

    Null: no limit. Of a variant it is never null once on sale: those pieces are allotted to the activity.
    """

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="offers")
    product = models.ForeignKey(Product, on_delete=models.PROTECT)
    sku = models.ForeignKey(Sku, null=True, on_delete=models.PROTECT)
    left = models.BigIntegerField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "activities_activity_product"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "product", "sku"], nulls_distinct=False, name="activity_product_unique"
            ),
            models.CheckConstraint(condition=models.Q(left__gte=0), name="activity_left_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.activity} · {self.product}"


class ActivityStop(models.Model):
    """An operator wants an activity stopped and refunded; another confirms it, and then workers do it.

    What was proposed and decided never changes, and none is ever deleted (the database refuses). The counts
    are of what was done so far, each in the transaction that did it. Money in fen.
    """

    class State(models.IntegerChoices):
        PROPOSED = 0, "proposed"
        STOPPING = 1, "stopping"  # confirmed: nobody can join, refunds go out
        DONE = 2, "done"
        REJECTED = 3, "rejected"

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="stops")
    reason = models.CharField(max_length=200)
    state = models.SmallIntegerField(choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    groups_closed = models.BigIntegerField(default=0)  # forming ones in which somebody sat
    seats_refunded = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    unpaid_cancelled = models.BigIntegerField(default=0)

    class Meta:
        db_table = "activities_stop"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="stop_has_reason"),
            models.CheckConstraint(
                condition=Q(state=3) | Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="stop_second_person",
            ),
            models.CheckConstraint(
                condition=Q(state=0, decided_by__isnull=True, decided_at__isnull=True)
                | Q(state__gt=0, decided_by__isnull=False, decided_at__isnull=False),
                name="stop_decision_told_whole",
            ),
            models.CheckConstraint(
                condition=Q(state=2, finished_at__isnull=False) | (~Q(state=2) & Q(finished_at__isnull=True)),
                name="stop_end_told_whole",
            ),
            models.UniqueConstraint(
                fields=["activity"], condition=Q(state__in=(0, 1, 2)), name="stop_once_an_activity"
            ),
        ]
        indexes = [models.Index(fields=["id"], name="stop_open", condition=Q(state__in=(0, 1)))]

    def __str__(self) -> str:
        return str(self.id)
