"""What becomes of goods: addresses, the parcel of each order that gives goods, its corrections, invoices."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

NOT_STATED = ""


class Address(models.Model):
    """Where a member receives goods. `area`: the district's code in delivery/areas.py."""

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    member_id = models.BigIntegerField()
    receiver = models.CharField(max_length=40)
    phone = models.CharField(max_length=20)  # E.164
    area = models.CharField(max_length=6)
    street = models.CharField(max_length=120)
    is_default = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "delivery_address"
        ordering = ["-id"]
        indexes = [models.Index(fields=["member_id", "-id"], name="address_member")]
        constraints = [
            models.UniqueConstraint(
                fields=["member_id"], condition=Q(is_default=True), name="address_one_default"
            ),
            models.CheckConstraint(
                condition=~Q(receiver="") & ~Q(phone="") & ~Q(street=""), name="address_told_whole"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class OrderAddress(models.Model):
    """Which address a member chose for an order. Without one, or if it is gone: the default address."""

    order_id = models.BigIntegerField(primary_key=True)
    member_id = models.BigIntegerField()
    address_id = models.BigIntegerField()

    class Meta:
        db_table = "delivery_order_address"

    def __str__(self) -> str:
        return str(self.order_id)


class Delivery(models.Model):
    """The parcel of one settled order that gives goods. Money in fen.

    Made with the settlement; where it went is copied into it when it is shipped.
    `paid` less `refunded` is what may still be refunded by after-sales.
    """

    class State(models.IntegerChoices):
        CHOOSING = 0, "choosing"  # the winner chooses among prizes
        TO_SHIP = 1, "to_ship"
        SHIPPED = 2, "shipped"
        RECEIVED = 3, "received"
        CLOSED = 4, "closed"  # refunded in full, or a voucher was chosen

    order_id = models.BigIntegerField(primary_key=True)
    member_id = models.BigIntegerField()
    activity_id = models.BigIntegerField()
    product_id = models.BigIntegerField()
    extra_sku_id = models.BigIntegerField(default=0, db_default=0)  # a piece goes with it; 0: none
    paid = models.BigIntegerField()
    refunded = models.BigIntegerField(db_default=0)
    made_at = models.DateTimeField()
    state = models.SmallIntegerField(choices=State.choices)
    is_disputed = models.BooleanField(db_default=False)  # an after-sale of it is open
    receiver = models.CharField(max_length=40, db_default=NOT_STATED)
    phone = models.CharField(max_length=20, db_default=NOT_STATED)
    province = models.CharField(max_length=30, db_default=NOT_STATED)
    city = models.CharField(max_length=30, db_default=NOT_STATED)
    district = models.CharField(max_length=30, db_default=NOT_STATED)
    street = models.CharField(max_length=120, db_default=NOT_STATED)
    carrier = models.CharField(max_length=12, db_default=NOT_STATED)  # delivery/carriers.py
    tracking_number = models.CharField(max_length=32, db_default=NOT_STATED)
    shipped_at = models.DateTimeField(null=True)
    shipped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )  # no list asks for it, and settlement would write it for every parcel
    due_at = models.DateTimeField(null=True)  # counts as received then, unless disputed
    received_at = models.DateTimeField(null=True)
    is_received_by_clock = models.BooleanField(db_default=False)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "delivery_parcel"
        ordering = ["-order_id"]
        indexes = [
            models.Index(fields=["member_id", "state", "-order_id"], name="parcel_member"),
            models.Index(fields=["state", "-order_id"], name="parcel_state"),
            models.Index(fields=["due_at"], name="parcel_due", condition=Q(state=2, is_disputed=False)),
            models.Index(
                fields=["activity_id", "refunded"], name="parcel_refunded", condition=Q(refunded__gt=0)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(refunded__gte=0) & Q(refunded__lte=F("paid")), name="parcel_refund_within_payment"
            ),
            models.CheckConstraint(
                condition=~Q(state=2)
                | (~Q(receiver="") & ~Q(carrier="") & ~Q(tracking_number="") & Q(shipped_at__isnull=False)),
                name="parcel_shipped_told_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.order_id)


class TrackingCorrection(models.Model):
    """A tracking number of a parcel that was wrong, what took its place, and who said so. Written once."""

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    parcel = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="corrections")
    old_carrier = models.CharField(max_length=12)
    old_number = models.CharField(max_length=32)
    new_carrier = models.CharField(max_length=12)
    new_number = models.CharField(max_length=32)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "delivery_tracking_correction"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(old_carrier=F("new_carrier")) | ~Q(old_number=F("new_number")),
                name="tracking_correction_changes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parcel_id} {self.new_number}"


class Invoice(models.Model):
    """What a member wants to stand on the invoice of an order."""

    class Kind(models.IntegerChoices):
        PERSON = 0, "person"
        COMPANY = 1, "company"

    order_id = models.BigIntegerField(primary_key=True)
    member_id = models.BigIntegerField()
    kind = models.SmallIntegerField(choices=Kind.choices)
    title = models.CharField(max_length=100)
    tax_number = models.CharField(max_length=20, blank=True)  # of a company
    email = models.CharField(max_length=254)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "delivery_invoice"
        ordering = ["-order_id"]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(email=""), name="invoice_told_whole"),
            models.CheckConstraint(
                condition=Q(kind=0, tax_number="") | (Q(kind=1) & ~Q(tax_number="")),
                name="invoice_tax_number_of_a_company",
            ),
        ]

    def __str__(self) -> str:
        return str(self.order_id)
