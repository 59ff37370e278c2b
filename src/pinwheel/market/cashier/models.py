"""Payments from outside, and refunds that go back by the same route."""

from django.db import models


class Payment(models.Model):
    """One payment asked of a provider for one part of an order. Money in fen."""

    class Part(models.IntegerChoices):
        JOIN = 0, "join"  # the whole price, or a presale's deposit
        BALANCE = 1, "balance"  # the rest of a presale's price

    class State(models.IntegerChoices):
        PENDING = 0, "pending"
        PAID = 1, "paid"
        FAILED = 2, "failed"

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    order_id = models.BigIntegerField()
    part = models.SmallIntegerField(choices=Part.choices, default=Part.JOIN, db_default=0)
    provider = models.CharField(max_length=20)
    provider_reference = models.CharField(max_length=64, blank=True)
    amount = models.BigIntegerField()
    state = models.SmallIntegerField(choices=State.choices, default=State.PENDING)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cashier_payment"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payment_positive"),
            models.UniqueConstraint(fields=["order_id", "part"], name="payment_of_a_part_once"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Refund(models.Model):
    """Money that goes back to where it came from; sent by a job until the provider has taken it."""

    class State(models.IntegerChoices):
        WAITING = 0, "waiting"
        DONE = 1, "done"

    # The order's id, of a later refund the after-sale's, of a balance that is not taken its payment's.
    id = models.BigIntegerField(primary_key=True)
    # Of an after-sale's refund that goes back by two payments: of the second the after-sale's id; else 0.
    second_of = models.BigIntegerField(default=0, db_default=0)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()
    state = models.SmallIntegerField(choices=State.choices, default=State.WAITING)
    tries = models.IntegerField(default=0)  # that failed
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cashier_refund"
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_positive")]
        indexes = [
            models.Index(fields=["tries", "id"], name="refund_waiting", condition=models.Q(state=0)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class SandboxRefund(models.Model):
    """A refund in the sandbox's own book, by its number: asked for twice it is one."""

    refund_id = models.BigIntegerField(primary_key=True)
    reference = models.CharField(max_length=64)
    amount = models.BigIntegerField()

    class Meta:
        db_table = "cashier_sandbox_refund"

    def __str__(self) -> str:
        return str(self.refund_id)


class SandboxCharge(models.Model):
    """The sandbox provider's own book: what its cashier page was asked to charge and did."""

    reference = models.CharField(max_length=64, primary_key=True)
    payment_id = models.BigIntegerField()
    amount = models.BigIntegerField()
    paid_at = models.DateTimeField(null=True)
    refunded = models.BigIntegerField(default=0)

    class Meta:
        db_table = "cashier_sandbox_charge"

    def __str__(self) -> str:
        return self.reference
