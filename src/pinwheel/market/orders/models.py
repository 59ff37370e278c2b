"""Join orders: a member's wish for a seat, and what became of it.

The columns that the hot path writes have a fixed width and are never null, so that they travel as
binary arrays; the columns that settlement changes carry no index, so that an update stays in its page.
"""

from django.db import models


class Order(models.Model):
    """One join. Money in fen. `group_id` 0: no group yet; `outcome` -1: none yet."""

    class State(models.IntegerChoices):
        UNPAID = 0, "unpaid"  # an external payment is awaited
        PAID = 1, "paid"  # waits for its seat
        SEATED = 2, "seated"
        SETTLED = 3, "settled"  # the payment was kept
        REFUNDED = 4, "refunded"
        LAPSED = 5, "lapsed"  # never paid in time
        BALANCE_DUE = 6, "balance_due"  # of a presale: the group is full, the balance is awaited

    class Route(models.IntegerChoices):
        BALANCE = 0, "balance"
        EXTERNAL = 1, "external"

    class Flag(models.IntegerChoices):
        FIRST_OF_DAY = 1, "first join of the business day"
        NEWCOMER = 2, "first join ever"

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    activity_id = models.BigIntegerField()
    member_id = models.BigIntegerField()
    product_id = models.BigIntegerField()
    sku_id = models.BigIntegerField(default=0, db_default=0)  # the variant; 0: the product has none
    group_id = models.BigIntegerField(default=0)
    price = models.BigIntegerField()
    discount = models.BigIntegerField(default=0, db_default=0)  # of the price: what a coupon pays
    # Of a ladder: what was given back as tiers were reached. The member paid this much more at first.
    price_cut = models.BigIntegerField(default=0, db_default=0)
    deposit = models.BigIntegerField(default=0, db_default=0)  # of the price, paid first; 0: all at once
    refunded = models.BigIntegerField(default=0)  # to the member: of what the member paid
    created_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    request_key = models.UUIDField(unique=True)  # caller and idempotency key, hashed
    request_print = models.BigIntegerField()  # what the request said, hashed
    paid_batch = models.BigIntegerField(default=0)  # ledger batch that took the payment
    settled_batch = models.BigIntegerField(default=0)  # ledger batch that kept or refunded it
    state = models.SmallIntegerField(choices=State.choices)
    route = models.SmallIntegerField(choices=Route.choices)
    flags = models.SmallIntegerField(default=0)
    seat = models.SmallIntegerField(default=0)  # 1…size; 0: none
    outcome = models.SmallIntegerField(default=-1)  # index of the outcome class
    bars = models.SmallIntegerField(default=0)  # bits of rules/bars.py

    class Meta:
        db_table = "orders_order"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["member_id", "-id"], name="order_member"),
            models.Index(fields=["activity_id", "-id"], name="order_activity"),
            # Settlement changes no payment's time, so this costs its updates nothing.
            models.Index(fields=["-id"], name="order_never_paid", condition=models.Q(paid_at=None)),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(price__gt=0), name="order_price_positive"),
            models.CheckConstraint(
                condition=models.Q(discount__gte=0) & models.Q(discount__lt=models.F("price")),
                name="order_discount_below_price",
            ),
            models.CheckConstraint(condition=models.Q(price_cut__gte=0), name="order_price_cut_not_negative"),
            models.CheckConstraint(
                condition=models.Q(refunded__gte=0) & models.Q(refunded__lte=models.F("price")),
                name="order_refund_within_price",
            ),
            models.CheckConstraint(
                condition=models.Q(deposit=0)
                | models.Q(deposit__gt=0, deposit__lt=models.F("price"), discount=0),
                name="order_deposit_below_price",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=6) | models.Q(deposit__gt=0),
                name="order_balance_due_has_deposit",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def to_pay(self) -> int:
        """Fen that the member pays with the join: the deposit, or the price less what a coupon pays."""
        return self.deposit or self.price - self.discount


class Waiting(models.Model):
    """A paid order on its way to a seat, in the order of payment; gone once seated."""

    position = models.BigAutoField(primary_key=True)
    activity_id = models.BigIntegerField()
    order_id = models.BigIntegerField()
    member_id = models.BigIntegerField()
    group_id = models.BigIntegerField()  # a leader's group; 0: the public queue
    price = models.BigIntegerField()
    discount = models.BigIntegerField(default=0, db_default=0)
    deposit = models.BigIntegerField(default=0, db_default=0)
    paid_at = models.DateTimeField()
    route = models.SmallIntegerField()
    flags = models.SmallIntegerField()

    class Meta:
        db_table = "orders_waiting"
        indexes = [models.Index(fields=["activity_id", "position"], name="waiting_activity")]

    def __str__(self) -> str:
        return str(self.order_id)


class Participation(models.Model):
    """What a member has joined in one activity: counts of paid joins, and the day of the last."""

    pk = models.CompositePrimaryKey("member_id", "activity_id")
    member_id = models.BigIntegerField()
    activity_id = models.BigIntegerField()
    joins_total = models.IntegerField(default=0)
    joins_today = models.IntegerField(default=0)  # on last_day
    last_day = models.DateField()

    class Meta:
        db_table = "orders_participation"

    def __str__(self) -> str:
        return f"{self.member_id} in {self.activity_id}"


class Unpaid(models.Model):
    """An order whose external payment is awaited; gone once it is paid or its hold has lapsed."""

    order_id = models.BigIntegerField(primary_key=True)
    member_id = models.BigIntegerField()
    activity_id = models.BigIntegerField()
    group_id = models.BigIntegerField()  # a leader's group that holds a seat for it; 0: the public queue
    hold_until = models.DateTimeField()

    class Meta:
        db_table = "orders_unpaid"
        indexes = [
            models.Index(fields=["member_id"], name="unpaid_member"),
            models.Index(fields=["hold_until"], name="unpaid_hold"),
        ]

    def __str__(self) -> str:
        return str(self.order_id)
