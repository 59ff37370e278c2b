"""Stock moves from products to their variants: a product with stock gets its one variant; prices get a first."""

from typing import Any

from django.db import migrations

WHY = "库存自商品转入规格 stock moved from the product to its variant"


def move(apps: Any, schema_editor: Any) -> None:
    models = {
        name: apps.get_model("catalogue", name) for name in ("Product", "Sku", "StockMovement", "PriceChange")
    }
    for product in models["Product"].objects.order_by("id"):
        models["PriceChange"].objects.create(
            id=product.pk, product=product, price=product.price, at=product.created_at
        )
        if not product.stock:
            continue
        sku = models["Sku"].objects.create(
            id=product.pk,
            product=product,
            code=product.code,
            price=product.price,
            cost=product.cost,
            stock=product.stock,
        )
        models["StockMovement"].objects.create(
            id=product.pk, sku=sku, kind=4, pieces=product.stock, reason=WHY, at=product.created_at
        )


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_categories_and_stock")]
    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
