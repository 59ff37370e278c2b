"""After-sales of settled orders, the pieces that came back on sale, and the debts that reversals left."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pinwheel.market.catalogue.models import Sku, StockMovement

OPEN_STATES = (0, 1, 2, 3)


class AfterSale(models.Model):
    """A member's wish to have money back, and the answer. Money in fen.

    Its id is that of its refund to the outside. Never deleted (the database refuses).
    """

    class Kind(models.IntegerChoices):
        REFUND_ONLY = 0, "refund_only"
        RETURN_AND_REFUND = 1, "return_and_refund"

    class State(models.IntegerChoices):
        ASKED = 0, "asked"
        APPROVED = 1, "approved"  # a refund that needs a second person
        RETURNING = 2, "returning"  # approved: the goods are to come back
        SENT_BACK = 3, "sent_back"
        REFUNDED = 4, "refunded"
        REFUSED = 5, "refused"
        WITHDRAWN = 6, "withdrawn"

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    order_id = models.BigIntegerField()
    member_id = models.BigIntegerField()
    kind = models.SmallIntegerField(choices=Kind.choices)
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    state = models.SmallIntegerField(choices=State.choices, default=State.ASKED)
    parcel_state = models.SmallIntegerField()  # of the parcel, which keeps it while this is open
    needs_second_person = models.BooleanField(default=False)
    request_key = models.UUIDField(unique=True)  # caller and idempotency key, hashed
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)  # why it was refused
    carrier = models.CharField(max_length=12, blank=True)  # of the return; delivery/carriers.py
    tracking_number = models.CharField(max_length=32, blank=True)
    sent_back_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )  # who refunded or refused it
    ended_at = models.DateTimeField(null=True)
    batch = models.BigIntegerField(default=0)  # the ledger batch of its refund

    class Meta:
        db_table = "aftersales_aftersale"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["order_id", "-id"], name="aftersale_order"),
            models.Index(fields=["member_id", "-id"], name="aftersale_member"),
            models.Index(fields=["state", "-id"], name="aftersale_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order_id"], condition=Q(state__lt=4), name="aftersale_one_open_per_order"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="aftersale_amount_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="aftersale_has_reason"),
            models.CheckConstraint(
                condition=~Q(state=4)
                | Q(batch__gt=0, approved_by__isnull=False, ended_by__isnull=False, ended_at__isnull=False),
                name="aftersale_refund_told_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state=5) | (~Q(answer="") & Q(ended_by__isnull=False)),
                name="aftersale_refusal_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=4) | Q(needs_second_person=False) | ~Q(ended_by=F("approved_by")),
                name="aftersale_second_person",
            ),
            models.CheckConstraint(condition=Q(state=4) | Q(batch=0), name="aftersale_moves_when_refunded"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class Restocked(models.Model):
    """A piece of an order that is in stock again with its after-sale; written once, of an order once each."""

    aftersale = models.ForeignKey(AfterSale, on_delete=models.PROTECT, related_name="restocked")
    order_id = models.BigIntegerField()
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+")
    movement = models.OneToOneField(StockMovement, on_delete=models.PROTECT, related_name="restocked")

    class Meta:
        db_table = "aftersales_restocked"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["order_id", "sku"], name="restocked_once_an_order"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.sku}"


class Debt(models.Model):
    """What a reversal would have taken and the member no longer held, in hundredths of one asset.

    It is taken from later rewards of that asset; read and changed under the wallet's lock.
    """

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    aftersale = models.ForeignKey(AfterSale, on_delete=models.PROTECT, related_name="debts")
    order_id = models.BigIntegerField()
    member_id = models.BigIntegerField()
    plan = models.CharField(max_length=60)  # whose accounts get it back
    asset = models.SmallIntegerField()  # rules/assets.py
    amount = models.BigIntegerField()
    left = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "aftersales_debt"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["member_id", "id"], name="debt_owed", condition=Q(left__gt=0)),
            models.Index(fields=["member_id", "-id"], name="debt_member"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["aftersale", "asset"], name="debt_one_per_asset"),
            models.CheckConstraint(
                condition=Q(amount__gt=0) & Q(left__gte=0) & Q(left__lte=F("amount")),
                name="debt_left_within_amount",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
