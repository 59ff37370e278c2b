"""The catalogue: categories, products with their variants, pictures, stock movements, reference prices."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Category(models.Model):
    """A category of products; two levels: one with a parent has no children."""

    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "catalogue_category"
        ordering = ["position", "id"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name_zh


class Product(models.Model):
    """One product. Money in fen. Its stock is that of its variants; without any, no stock is counted.

    Attributes:
        about_zh, about_en: one line; detail_zh, detail_en: the whole text, plain.
        is_prize: it lies in the warehouse of draw products (抽奖商品), apart from the ordinary ones.
        is_on_shelf: members see it in the catalogue, and it can be put into new activities.
    """

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    code = models.SlugField(max_length=60, unique=True)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.PROTECT)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    about_zh = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    detail_zh = models.TextField(blank=True)
    detail_en = models.TextField(blank=True)
    price = models.BigIntegerField()
    cost = models.BigIntegerField(default=0)
    is_prize = models.BooleanField(default=False)
    is_on_shelf = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "catalogue_product"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(price__gt=0), name="product_price_positive"),
            models.CheckConstraint(condition=Q(cost__gte=0), name="product_cost_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name_zh


class ProductPicture(models.Model):
    """A picture of a product, shown in the order of `position`."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="pictures")
    image = models.ImageField(upload_to="products/")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "catalogue_product_picture"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.image.name)


class Sku(models.Model):
    """A variant of a product that is kept in stock (SKU). Money in fen, stock in pieces not allotted.

    Attributes:
        options_zh, options_en: what tells it from the others, as `红 / L`; empty where it is the only one.
        stock: changed only with a movement (stock.py), its row locked.
    """

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="skus")
    code = models.SlugField(max_length=60, unique=True)
    options_zh = models.CharField(max_length=80, blank=True)
    options_en = models.CharField(max_length=80, blank=True)
    price = models.BigIntegerField()
    cost = models.BigIntegerField(default=0)
    stock = models.BigIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "catalogue_sku"
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(price__gt=0), name="sku_price_positive"),
            models.CheckConstraint(condition=Q(cost__gte=0), name="sku_cost_not_negative"),
            models.CheckConstraint(condition=Q(stock__gte=0), name="sku_stock_not_negative"),
            models.UniqueConstraint(fields=["product", "options_zh"], name="sku_options_unique"),
        ]

    def __str__(self) -> str:
        return self.code


class StockMovement(models.Model):
    """A change of a variant's stock. Kept for good; the sum of them is the stock.

    Attributes:
        pieces: signed.
        about: the activity or the offer of the mall that pieces went to or came back from, or the after-sale
            with which a member sent them back; 0: none.
    """

    class Kind(models.IntegerChoices):
        RECEIVED = 0, "received"
        ALLOTTED = 1, "allotted"
        GIVEN_BACK = 2, "given_back"
        SOLD = 3, "sold"
        CORRECTED = 4, "corrected"
        RETURNED = 5, "returned"

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="movements")
    kind = models.SmallIntegerField(choices=Kind.choices)
    pieces = models.BigIntegerField()
    about = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        db_table = "catalogue_stock_movement"
        ordering = ["-id"]
        indexes = [models.Index(fields=["sku", "-id"], name="stock_movement_sku")]
        constraints = [
            models.CheckConstraint(condition=~Q(pieces=0), name="stock_movement_not_zero"),
            models.CheckConstraint(
                condition=Q(kind__in=(0, 2, 5), pieces__gt=0) | Q(kind__in=(1, 3), pieces__lt=0) | Q(kind=4),
                name="stock_movement_direction",
            ),
            models.CheckConstraint(condition=~Q(kind=4) | ~Q(reason=""), name="stock_correction_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.pieces:+}"


class PriceChange(models.Model):
    """The price of a product from a moment on. Kept for good: what a reference price is checked against."""

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="prices")
    price = models.BigIntegerField()  # fen
    at = models.DateTimeField()

    class Meta:
        db_table = "catalogue_price_change"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["product", "-at"], name="price_change_product")]
        constraints = [models.CheckConstraint(condition=Q(price__gt=0), name="price_change_positive")]

    def __str__(self) -> str:
        return f"{self.product} {self.price}"
