"""Stock of a product is gone, its variants have it; movements and prices are kept for good."""

from django.db import migrations

from pinwheel.ledger.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_stock_of_variants"), ("ledger", "0002_transfers")]
    operations = [
        migrations.RemoveConstraint(model_name="product", name="product_stock_not_negative"),
        migrations.RemoveField(model_name="product", name="stock"),
        *append_only("catalogue_stock_movement"),
        *append_only("catalogue_price_change"),
    ]
