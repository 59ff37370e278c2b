"""Operators come in: wrong passwords for one user name are limited, as those of members are."""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from pinwheel.market.members.services import PASSWORD_TRIES, TRIES_WITHIN
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import SignInTry


def begin_try(username: str, now: datetime) -> int:
    """Note a try to sign in before the password is looked at; return its number.

    Tries at the same moment are counted one by one, so that none slips past the limit; old ones are
    forgotten.

    Raises: Refused too_many_tries.
    """
    name = name_hash(username)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(12, hashtext(%s))", (name,))
        tries = SignInTry.objects.filter(name_hash=name)
        tries.filter(at__lte=now - TRIES_WITHIN).delete()
        if tries.count() >= PASSWORD_TRIES:
            raise Refused("too_many_tries", {"minutes": TRIES_WITHIN // timedelta(minutes=1)})
        return SignInTry.objects.create(name_hash=name, at=now).pk


def forget_try(number: int) -> None:
    """The password was right: this try does not count against the next ones."""
    SignInTry.objects.filter(pk=number).delete()


def name_hash(username: str) -> str:
    """A keyed hash: what is typed as a user name may be anything, a password too, and is not kept."""
    return hmac.new(
        settings.SECRET_KEY.encode(), username.strip().lower().encode(), hashlib.sha256
    ).hexdigest()
