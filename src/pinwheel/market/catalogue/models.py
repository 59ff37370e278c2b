"""Products: what a group is about."""

from django.db import models


class Product(models.Model):
    """One product. Money in fen; stock in pieces."""

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    code = models.SlugField(max_length=60, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    about_zh = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    price = models.BigIntegerField()
    cost = models.BigIntegerField(default=0)
    stock = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "catalogue_product"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(price__gt=0), name="product_price_positive"),
            models.CheckConstraint(condition=models.Q(cost__gte=0), name="product_cost_not_negative"),
            models.CheckConstraint(condition=models.Q(stock__gte=0), name="product_stock_not_negative"),
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
