"""Prizes that the winner chooses: one of several products, or a voucher."""

from django.db import models
from django.db.models import Q

from pinwheel.market.activities.models import Activity
from pinwheel.market.catalogue.models import Product


class PrizeProduct(models.Model):
    """A product on an activity's list of prizes to choose from."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="prizes")
    product = models.ForeignKey(Product, on_delete=models.PROTECT)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "prizes_product"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "product"], name="prize_product_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.activity} · {self.product}"


class PrizeChoice(models.Model):
    """What the holder of a winning order takes. Made with the settlement; open until chosen or lapsed."""

    class State(models.IntegerChoices):
        OPEN = 0, "open"
        PRODUCT = 1, "product"
        VOUCHER = 2, "voucher"
        LAPSED = 3, "lapsed"  # not chosen in time: the product ordered

    order_id = models.BigIntegerField(primary_key=True)
    member_id = models.BigIntegerField()
    activity_id = models.BigIntegerField()
    product_id = models.BigIntegerField()  # the one ordered, then the one chosen
    voucher_value = models.BigIntegerField()  # fen; 0: none may be chosen
    choose_from = models.SmallIntegerField()  # products on the list, at the most
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.SmallIntegerField(choices=State.choices, default=State.OPEN)
    chosen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "prizes_choice"
        indexes = [
            models.Index(fields=["member_id", "-made_at"], name="prize_choice_member"),
            models.Index(fields=["due_at"], name="prize_choice_due", condition=Q(state=0)),
        ]

    def __str__(self) -> str:
        return str(self.order_id)


class Voucher(models.Model):
    """A voucher that a winner took instead of goods. Its value in fen."""

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    order_id = models.BigIntegerField(unique=True)
    member_id = models.BigIntegerField()
    value = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "prizes_voucher"
        indexes = [models.Index(fields=["member_id", "-id"], name="voucher_member")]
        constraints = [models.CheckConstraint(condition=Q(value__gt=0), name="voucher_value_positive")]

    def __str__(self) -> str:
        return str(self.id)
