"""Operators: the people who work at the console."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class Operator(AbstractUser):
    """A member of staff. Rights come from Django's groups and permissions; an operator is never a member."""


class SignInTry(models.Model):
    """A try to sign in to the console that was wrong, or is being looked at; a right one is deleted."""

    name_hash = models.CharField(max_length=64)  # staff/services.py
    at = models.DateTimeField()

    class Meta:
        db_table = "staff_sign_in_try"
        indexes = [models.Index(fields=["name_hash", "at"], name="sign_in_try_name")]

    def __str__(self) -> str:
        return self.name_hash
