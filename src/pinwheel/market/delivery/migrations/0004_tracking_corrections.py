"""Tracking numbers that were wrong, and what took their place; written once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pinwheel.ledger.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0003_parcel_indexes"),
        ("ledger", "0002_transfers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TrackingCorrection",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("old_carrier", models.CharField(max_length=12)),
                ("old_number", models.CharField(max_length=32)),
                ("new_carrier", models.CharField(max_length=12)),
                ("new_number", models.CharField(max_length=32)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "parcel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="delivery.delivery",
                    ),
                ),
            ],
            options={
                "db_table": "delivery_tracking_correction",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("old_carrier", models.F("new_carrier")), _negated=True),
                            models.Q(("old_number", models.F("new_number")), _negated=True),
                            _connector="OR",
                        ),
                        name="tracking_correction_changes",
                    )
                ],
            },
        ),
        *append_only("delivery_tracking_correction"),
    ]
