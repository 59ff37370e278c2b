"""Short messages through Alibaba Cloud (阿里云短信), action SendSms of version 2017-05-25.

The signature is the RPC style of its open API: every parameter sorted and percent-encoded, HMAC-SHA1 under
the key's secret and an ampersand. It knows no idempotency key: `OutId` only comes back in its receipts.
"""

import base64
import hashlib
import hmac
import json
import uuid
from datetime import UTC, datetime
from urllib.parse import quote

from pinwheel.config.environment import environment
from pinwheel.market.messages.channels.base import ChannelError, Parcel, answer_of, ask

ADDRESS = "https://dysmsapi.aliyuncs.com/"
LONGEST_PLACE = 35  # characters that a variable of a template may have
# Codes after which trying again cannot help: the number, the member's own refusal, the template.
FINAL = (
    "isv.MOBILE_NUMBER_ILLEGAL",
    "isv.MOBILE_COUNT_OVER_LIMIT",
    "isv.BLACK_KEY_CONTROL_LIMIT",
    "isv.SMS_TEMPLATE_ILLEGAL",
    "isv.SMS_SIGNATURE_ILLEGAL",
    "isv.TEMPLATE_MISSING_PARAMETERS",
    "isv.INVALID_PARAMETERS",
    "isv.PARAM_LENGTH_LIMIT",
)
WAITS = {"isv.BUSINESS_LIMIT_CONTROL": 3600, "isv.DAY_LIMIT_CONTROL": 6 * 3600, "isv.AMOUNT_NOT_ENOUGH": 3600}


class SmsChannel:
    """Sends the places of a message to a template that the provider has approved."""

    def send(self, parcel: Parcel) -> str:
        settings = environment()
        if settings.sms_key_id is None or settings.sms_key_secret is None:
            raise ChannelError("not_configured")
        places = {name: text[:LONGEST_PLACE] for name, text in parcel.places.items() if text}
        parameters = {
            "Action": "SendSms",
            "Version": "2017-05-25",
            "RegionId": "cn-hangzhou",
            "Format": "JSON",
            "AccessKeyId": settings.sms_key_id,
            "SignatureMethod": "HMAC-SHA1",
            "SignatureVersion": "1.0",
            "SignatureNonce": str(uuid.uuid4()),
            "Timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "PhoneNumbers": parcel.address.removeprefix("+86").removeprefix("+"),
            "SignName": settings.sms_sign_name or "",
            "TemplateCode": settings.sms_templates[parcel.kind],
            "TemplateParam": json.dumps(places, ensure_ascii=False),
            "OutId": parcel.key,
        }
        secret = settings.sms_key_secret.get_secret_value()
        body = query_of({**parameters, "Signature": signature("POST", parameters, secret)})
        response = ask(
            "POST",
            ADDRESS,
            body=body.encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        return reference_of(answer_of(response))


def reference_of(answer: dict[str, object]) -> str:
    """The provider's number of the message. Raises: ChannelError with the provider's code."""
    code = str(answer.get("Code", ""))
    if code == "OK":
        return str(answer.get("BizId", ""))
    if code.startswith("Throttling"):
        raise ChannelError(code, wait=60)
    raise ChannelError(code or "unreadable", is_final=code in FINAL, wait=WAITS.get(code, 0))


def signature(method: str, parameters: dict[str, str], secret: str) -> str:
    """The RPC signature of a request's parameters."""
    to_sign = f"{method}&{encoded('/')}&{encoded(query_of(parameters))}"
    digest = hmac.new(f"{secret}&".encode(), to_sign.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def query_of(parameters: dict[str, str]) -> str:
    """Sorted and percent-encoded, as it is signed and sent."""
    return "&".join(f"{encoded(name)}={encoded(parameters[name])}" for name in sorted(parameters))


def encoded(text: str) -> str:
    return quote(text, safe="-_.~")
