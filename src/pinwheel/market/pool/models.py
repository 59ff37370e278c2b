"""The monthly pool (积分池): dividend points that members moved in, a month's profit, goods for points."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pinwheel.market.catalogue.models import Product
from pinwheel.plan.amounts import format_amount


class PoolShare(models.Model):
    """A member's dividend points in the pool of a plan, in hundredths.

    The member's wallet is locked by whoever changes it.
    """

    pk = models.CompositePrimaryKey("plan", "member_id")
    plan = models.CharField(max_length=60)  # the plan's id, over all its versions
    member_id = models.BigIntegerField()
    points = models.BigIntegerField(default=0)

    class Meta:
        db_table = "pool_share"
        constraints = [models.CheckConstraint(condition=Q(points__gte=0), name="pool_share_not_negative")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.plan}"


class PoolMove(models.Model):
    """One move of points, in hundredths: positive into the pool, negative out of it.

    Its id is what the ledger's transfer is about.
    """

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    plan = models.CharField(max_length=60)
    member_id = models.BigIntegerField()
    points = models.BigIntegerField()
    at = models.DateTimeField()
    request_key = models.UUIDField(unique=True)  # caller and idempotency key, hashed
    batch = models.BigIntegerField()

    class Meta:
        db_table = "pool_move"
        ordering = ["-id"]
        indexes = [models.Index(fields=["member_id", "-id"], name="pool_move_member")]
        constraints = [models.CheckConstraint(condition=~Q(points=0), name="pool_move_not_zero")]

    def __str__(self) -> str:
        return str(self.id)


class ExchangeItem(models.Model):
    """Goods that a plan gives for dividend points (hundredths) while its pool is open both ways."""

    plan = models.CharField(max_length=60)
    product = models.ForeignKey(Product, on_delete=models.PROTECT)
    points = models.BigIntegerField()
    left = models.IntegerField()
    is_shown = models.BooleanField(default=True)

    class Meta:
        db_table = "pool_exchange_item"
        ordering = ["points", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "product"], name="exchange_item_unique"),
            models.CheckConstraint(condition=Q(points__gt=0, left__gte=0), name="exchange_item_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.product} · {format_amount(self.points)}"


class Exchange(models.Model):
    """Points given for goods. Its id is what the ledger's transfer is about."""

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    item = models.ForeignKey(ExchangeItem, on_delete=models.PROTECT)
    member_id = models.BigIntegerField()
    points = models.BigIntegerField()
    at = models.DateTimeField()
    request_key = models.UUIDField(unique=True)
    batch = models.BigIntegerField()

    class Meta:
        db_table = "pool_exchange"
        ordering = ["-id"]
        indexes = [models.Index(fields=["member_id", "-id"], name="exchange_member")]

    def __str__(self) -> str:
        return str(self.id)


class Profit(models.Model):
    """A month's distributable profit in fen: entered by one operator, confirmed by another, then shared."""

    class State(models.IntegerChoices):
        ENTERED = 0, "entered"
        CONFIRMED = 1, "confirmed"
        REJECTED = 2, "rejected"

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    plan = models.CharField(max_length=60)
    month = models.DateField()  # its first day
    profit = models.BigIntegerField()
    state = models.SmallIntegerField(choices=State.choices, default=State.ENTERED)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    run_id = models.BigIntegerField(default=0)  # the DayRun that pays it

    class Meta:
        db_table = "pool_profit"
        ordering = ["-month", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "month"], condition=~Q(state=2), name="profit_once_a_month"
            ),
            models.CheckConstraint(condition=Q(profit__gt=0), name="profit_positive"),
            models.CheckConstraint(
                condition=~Q(state=1) | (~Q(decided_by=F("entered_by")) & ~Q(run_id=0)),
                name="profit_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.month:%Y-%m}"
