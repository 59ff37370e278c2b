"""Payment providers behind one small interface."""

import hashlib
import hmac
from datetime import datetime
from typing import NamedTuple, Protocol
from urllib.parse import urlencode

from django.db import transaction

from pinwheel.config.environment import environment
from pinwheel.market.cashier.models import Payment, Refund, SandboxCharge, SandboxRefund
from pinwheel.market.refusals import Refused


class Callback(NamedTuple):
    """What a provider says about a payment, once its signature was found right."""

    payment_id: int
    reference: str
    amount: int  # fen
    is_paid: bool


class Provider(Protocol):
    """A payment provider."""

    name: str

    def cashier_url(self, payment: Payment) -> str:
        """Where the member pays."""
        ...

    def read_callback(self, fields: dict[str, str]) -> Callback:
        """Verify a callback. Raises: Refused bad_signature."""
        ...

    def refund(self, refund: Refund, now: datetime) -> None:
        """Send money back; doing it twice has the effect of once."""
        ...


class Sandbox:
    """A provider of our own for development: its cashier page lets one choose what happens."""

    name = "sandbox"

    def cashier_url(self, payment: Payment) -> str:
        return "/cashier/sandbox?" + urlencode(self.signed_fields(payment, "asked"))

    def signed_fields(self, payment: Payment, said: str) -> dict[str, str]:
        """What the sandbox says about a payment (`asked`, `paid`, `failed`), signed."""
        fields = {
            "payment": str(payment.pk),
            "amount": str(payment.amount),
            "reference": f"sandbox-{payment.pk}",
            "said": said,
        }
        return fields | {"signature": self.signature(fields)}

    def signature(self, fields: dict[str, str]) -> str:
        text = "&".join(f"{key}={fields[key]}" for key in sorted(fields) if key != "signature")
        key = environment().sandbox_key.get_secret_value()
        return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()

    def verified(self, fields: dict[str, str]) -> dict[str, str]:
        """Fields whose signature is right. Raises: Refused bad_signature."""
        known = ("payment", "amount", "reference", "said", "signature")
        if set(fields) != set(known) or not hmac.compare_digest(
            self.signature(fields).encode(), fields["signature"].encode()
        ):
            raise Refused("bad_signature")
        return fields

    def read_callback(self, fields: dict[str, str]) -> Callback:
        fields = self.verified(fields)
        if fields["said"] not in ("paid", "failed"):
            raise Refused("bad_signature")  # what the cashier page was asked is no callback
        return Callback(
            int(fields["payment"]), fields["reference"], int(fields["amount"]), fields["said"] == "paid"
        )

    def charge(self, payment: Payment, now: datetime) -> None:
        """Note in the sandbox's own book that the member paid."""
        SandboxCharge.objects.get_or_create(
            reference=f"sandbox-{payment.pk}",
            defaults={"payment_id": payment.pk, "amount": payment.amount, "paid_at": now},
        )

    def refund(self, refund: Refund, now: datetime) -> None:
        with transaction.atomic():
            charge, _ = SandboxCharge.objects.select_for_update().get_or_create(
                reference=f"sandbox-{refund.payment_id}",
                defaults={"payment_id": refund.payment_id, "amount": refund.payment.amount, "paid_at": now},
            )
            _, is_new = SandboxRefund.objects.get_or_create(
                refund_id=refund.pk, defaults={"reference": charge.reference, "amount": refund.amount}
            )
            if is_new:
                charge.refunded += refund.amount
                charge.save(update_fields=["refunded"])


PROVIDERS: dict[str, Provider] = {"sandbox": Sandbox()}


def provider(name: str) -> Provider:
    """An offered provider. Raises: Refused not_found."""
    if name not in PROVIDERS or name not in environment().payment_providers:
        raise Refused("not_found")
    return PROVIDERS[name]
