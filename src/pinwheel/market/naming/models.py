"""Names that an operator gave to assets for display; their names in code never change."""

from django.db import models
from django.db.models import Q


class AssetName(models.Model):
    """What members read for an asset, in both languages."""

    asset = models.SmallIntegerField(primary_key=True)  # rules/assets.py
    zh = models.CharField(max_length=20)
    en = models.CharField(max_length=40)

    class Meta:
        db_table = "naming_asset_name"
        constraints = [
            models.CheckConstraint(condition=Q(asset__gte=0, asset__lte=5), name="asset_name_known"),
            models.CheckConstraint(condition=~Q(zh="") & ~Q(en=""), name="asset_name_not_empty"),
        ]

    def __str__(self) -> str:
        return self.zh
