"""The monthly pool (积分池): dividend points that members moved in, a month's profit, goods for points."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pinwheel.market.catalogue.models import Product, Sku
from pinwheel.plan.amounts import format_amount
from pinwheel.rules.assets import CONSUMER_POINTS, DIVIDEND_POINTS


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
    """Goods for points (hundredths), with cash (fen) or without.

    Of a plan: for its dividend points, while its pool is open both ways. Of the points mall (积分商城), with
    no plan: for consumer points, at any time.

    Attributes:
        sku: the variant, where the product has any; its pieces are allotted to the item.
        per_member: pieces that one member may have of it; None: no limit.
    """

    plan = models.CharField(max_length=60, blank=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT)
    sku = models.ForeignKey(Sku, null=True, blank=True, on_delete=models.PROTECT)
    points = models.BigIntegerField()
    cash = models.BigIntegerField(default=0)
    per_member = models.IntegerField(null=True, blank=True)
    left = models.IntegerField()
    is_shown = models.BooleanField(default=True)

    class Meta:
        db_table = "pool_exchange_item"
        ordering = ["points", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "product", "sku"], nulls_distinct=False, name="exchange_item_unique"
            ),
            models.CheckConstraint(condition=Q(points__gt=0, left__gte=0), name="exchange_item_in_range"),
            models.CheckConstraint(
                condition=Q(cash=0) | Q(cash__gt=0, plan=""), name="exchange_cash_in_the_mall_only"
            ),
            models.CheckConstraint(
                condition=Q(per_member__isnull=True) | Q(per_member__gt=0),
                name="exchange_per_member_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} · {format_amount(self.points)}"

    @property
    def is_of_mall(self) -> bool:
        return not self.plan

    @property
    def asset(self) -> int:
        """The points that it costs, by their number."""
        return CONSUMER_POINTS if self.is_of_mall else DIVIDEND_POINTS


class Exchange(models.Model):
    """Points, and cash of the mall, given for goods. Its id is what the ledger's transfers are about."""

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    item = models.ForeignKey(ExchangeItem, on_delete=models.PROTECT)
    member_id = models.BigIntegerField()
    points = models.BigIntegerField()
    cash = models.BigIntegerField(default=0, db_default=0)
    at = models.DateTimeField()
    request_key = models.UUIDField(unique=True)
    batch = models.BigIntegerField()

    class Meta:
        db_table = "pool_exchange"
        ordering = ["-id"]
        indexes = [models.Index(fields=["member_id", "-id"], name="exchange_member")]

    def __str__(self) -> str:
        return str(self.id)


class ExchangeParcel(models.Model):
    """The goods of one exchange on their way to the member: one row an exchange, from the exchange on.

    Where it goes is copied into it with the exchange, or when it is shipped if there was no address then.
    The numbers of its states are those of the parcels of orders.
    """

    class State(models.IntegerChoices):
        TO_SHIP = 1, "to_ship"
        SHIPPED = 2, "shipped"
        RECEIVED = 3, "received"

    exchange = models.OneToOneField(
        Exchange, primary_key=True, on_delete=models.PROTECT, related_name="parcel"
    )
    member_id = models.BigIntegerField()
    made_at = models.DateTimeField()
    state = models.SmallIntegerField(choices=State.choices, default=State.TO_SHIP)
    receiver = models.CharField(max_length=40, db_default="")
    phone = models.CharField(max_length=20, db_default="")
    province = models.CharField(max_length=30, db_default="")
    city = models.CharField(max_length=30, db_default="")
    district = models.CharField(max_length=30, db_default="")
    street = models.CharField(max_length=120, db_default="")
    carrier = models.CharField(max_length=12, db_default="")  # delivery/carriers.py
    tracking_number = models.CharField(max_length=32, db_default="")
    shipped_at = models.DateTimeField(null=True)
    shipped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    due_at = models.DateTimeField(null=True)  # counts as received then
    received_at = models.DateTimeField(null=True)
    is_received_by_clock = models.BooleanField(db_default=False)

    class Meta:
        db_table = "pool_exchange_parcel"
        ordering = ["-exchange_id"]
        default_permissions = ()  # the console asks for the rights of parcels
        indexes = [
            models.Index(fields=["state", "-exchange"], name="exchange_parcel_state"),
            models.Index(fields=["due_at"], name="exchange_parcel_due", condition=Q(state=2)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=(1, 2, 3)), name="exchange_parcel_state_known"),
            models.CheckConstraint(
                condition=Q(receiver="", phone="", province="", street="")
                | (~Q(receiver="") & ~Q(phone="") & ~Q(province="") & ~Q(street="")),
                name="exchange_parcel_address_told_whole",
            ),
            models.CheckConstraint(
                condition=Q(state=1, carrier="", tracking_number="", shipped_at__isnull=True)
                | (
                    Q(state__gt=1, shipped_at__isnull=False, shipped_by__isnull=False)
                    & ~Q(receiver="")
                    & ~Q(carrier="")
                    & ~Q(tracking_number="")
                ),
                name="exchange_parcel_shipped_told_whole",
            ),
            models.CheckConstraint(
                condition=Q(state=1, due_at__isnull=True, received_at__isnull=True)
                | Q(state=2, due_at__isnull=False, received_at__isnull=True)
                | Q(state=3, due_at__isnull=True, received_at__isnull=False),
                name="exchange_parcel_has_its_moments",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


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
