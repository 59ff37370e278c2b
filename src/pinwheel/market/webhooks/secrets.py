"""The secrets of endpoints: they follow from the shop's own secret and are kept nowhere."""

import base64
import hashlib
import hmac
from datetime import datetime

from django.conf import settings

from pinwheel.market.webhooks.models import Endpoint

PREFIX = "whsec_"


def secret_of(endpoint_id: int, number: int) -> str:
    """The secret of an endpoint after so many rotations, in the form of Standard Webhooks."""
    said = f"pinwheel.webhooks:{endpoint_id}:{number}".encode()
    raw = hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).digest()
    return PREFIX + base64.b64encode(raw).decode()


def secrets_of(endpoint: Endpoint, now: datetime) -> list[str]:
    """The secrets to sign with, the newest first; for a while after a rotation the old one too."""
    numbers = [endpoint.secret_number]
    if endpoint.old_secret_until is not None and now < endpoint.old_secret_until:
        numbers.append(endpoint.secret_number - 1)
    return [secret_of(endpoint.pk, number) for number in numbers]
