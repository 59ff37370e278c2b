"""Pieces that came back on sale; written once."""

import django.db.models.deletion
from django.db import migrations, models

from pinwheel.ledger.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("aftersales", "0002_kept_for_good"),
        ("catalogue", "0005_returned_pieces"),
    ]

    operations = [
        migrations.CreateModel(
            name="Restocked",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order_id", models.BigIntegerField()),
                (
                    "aftersale",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restocked",
                        to="aftersales.aftersale",
                    ),
                ),
                (
                    "movement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restocked",
                        to="catalogue.stockmovement",
                    ),
                ),
                (
                    "sku",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalogue.sku"
                    ),
                ),
            ],
            options={
                "db_table": "aftersales_restocked",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("order_id", "sku"), name="restocked_once_an_order")
                ],
            },
        ),
        *append_only("aftersales_restocked"),
    ]
