"""Keys with which other systems come in by the API."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class ApiKey(models.Model):
    """A scoped key. Only its hash is kept; the text is shown once, when it is made."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12, unique=True)
    secret_hash = models.CharField(max_length=64)  # sha256, hexadecimal
    scopes = ArrayField(models.CharField(max_length=30))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "api_key"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class HandledRequest(models.Model):
    """A POST that was answered: the same idempotency key gets the same answer again."""

    request_key = models.UUIDField(primary_key=True)  # caller and idempotency key, hashed
    request_print = models.BigIntegerField()
    status = models.SmallIntegerField()
    body = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "api_handled_request"

    def __str__(self) -> str:
        return str(self.request_key)
