"""Pieces that members sent back are a kind of movement."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0004_movements_never_change"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="stockmovement",
            name="stock_movement_direction",
        ),
        migrations.AlterField(
            model_name="stockmovement",
            name="kind",
            field=models.SmallIntegerField(
                choices=[
                    (0, "received"),
                    (1, "allotted"),
                    (2, "given_back"),
                    (3, "sold"),
                    (4, "corrected"),
                    (5, "returned"),
                ]
            ),
        ),
        migrations.AddConstraint(
            model_name="stockmovement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", (0, 2, 5)), ("pieces__gt", 0)),
                    models.Q(("kind__in", (1, 3)), ("pieces__lt", 0)),
                    ("kind", 4),
                    _connector="OR",
                ),
                name="stock_movement_direction",
            ),
        ),
    ]
