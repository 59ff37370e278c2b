"""Plans: drafts that an operator edits and versions that never change."""

from django.conf import settings
from django.db import models


class PlanDraft(models.Model):
    """A plan file in work. Publishing makes a `PlanVersion` of it."""

    name = models.SlugField(max_length=60, unique=True)  # the plan's id
    source = models.TextField()  # YAML as the operator wrote it
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "plans_draft"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PlanVersion(models.Model):
    """A published plan: immutable (the database refuses changes), found by its hash."""

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    name = models.SlugField(max_length=60)  # the plan's id
    version = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)  # sha256 of canonical, hexadecimal
    canonical = models.TextField()  # canonical JSON, see plan/canonical.py
    source = models.TextField()  # the YAML it came from
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)

    class Meta:
        db_table = "plans_version"
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="plan_version_unique"),
            models.UniqueConstraint(fields=["name", "hash"], name="plan_hash_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"
