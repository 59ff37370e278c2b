"""Operators: the people who work at the console."""

from django.contrib.auth.models import AbstractUser


class Operator(AbstractUser):
    """A member of staff. Rights come from Django's groups and permissions; an operator is never a member."""
