"""The operation log: who did what to which thing, and why. Kept by Django's admin log."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Model
from django.http import HttpRequest


def record(request: HttpRequest, thing: Model, said: str) -> None:
    """Write one line about a thing to the operation log."""
    LogEntry.objects.log_actions(
        user_id=int(request.user.pk or 0),
        queryset=[thing],
        action_flag=CHANGE,
        change_message=said,
        single_object=True,
    )
