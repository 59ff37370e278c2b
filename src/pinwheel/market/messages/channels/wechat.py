"""Subscription messages of a WeChat mini program (订阅消息). It knows no idempotency key.

The token comes from `stable_token`, which gives every process the same one until it ends, and is asked for
again when WeChat says that it has ended.
"""

import json
import threading
import time

from pinwheel.config.environment import environment
from pinwheel.market.messages.channels.base import ChannelError, Parcel, answer_of, ask

ADDRESS = "https://api.weixin.qq.com"
TOKEN_ENDED = (40001, 40014, 42001)
FINAL = {
    40003: "bad_openid",
    40037: "bad_template",
    43101: "member_refused",
    47003: "bad_template_fields",
    43107: "member_refused",
}
WAITS = {45009: 3600, 45011: 60, -1: 10}
# What a field of a template may hold, by the letters in front of its number.
LONGEST_OF_FIELD = {"thing": 20, "phrase": 5, "character_string": 32, "letter": 32, "number": 32}
EARLY = 120  # seconds before its end at which a token is asked for again

_lock = threading.Lock()
_token: tuple[str, float] = ("", 0)  # the token and when it is asked for again


class WechatChannel:
    """Sends the places of a message to a template that WeChat has approved."""

    def send(self, parcel: Parcel) -> str:
        template = environment().wechat_templates[parcel.kind]
        document: dict[str, object] = {
            "touser": parcel.address,
            "template_id": template.id,
            "page": parcel.link,
            "lang": "zh_CN" if parcel.language.startswith("zh") else "en_US",
            "data": {
                field: {"value": cut_for(field, parcel.places.get(place, ""))}
                for field, place in template.fields.items()
            },
        }
        answer = self.post(document, fresh=False)
        if number_of(answer) in TOKEN_ENDED:
            answer = self.post(document, fresh=True)
        return reference_of(answer)

    def post(self, document: dict[str, object], fresh: bool) -> dict[str, object]:
        """Send it under the token at hand, or under a fresh one."""
        url = f"{ADDRESS}/cgi-bin/message/subscribe/send?access_token={token(fresh)}"
        body = json.dumps(document, ensure_ascii=False).encode()
        return answer_of(ask("POST", url, body=body, headers={"Content-Type": "application/json"}))


def token(fresh: bool) -> str:
    """The access token. Raises: ChannelError."""
    global _token
    with _lock:
        if not fresh and _token[0] and time.monotonic() < _token[1]:
            return _token[0]
        settings = environment()
        if settings.wechat_app_id is None or settings.wechat_app_secret is None:
            raise ChannelError("not_configured")
        body = {
            "grant_type": "client_credential",
            "appid": settings.wechat_app_id,
            "secret": settings.wechat_app_secret.get_secret_value(),
            "force_refresh": fresh,
        }
        answer = answer_of(
            ask(
                "POST",
                f"{ADDRESS}/cgi-bin/stable_token",
                body=json.dumps(body).encode(),
                headers={"Content-Type": "application/json"},
            )
        )
        found = answer.get("access_token")
        if not isinstance(found, str) or not found:
            raise ChannelError(
                f"token_{answer.get('errcode', 'missing')}", wait=WAITS.get(number_of(answer), 0)
            )
        life = answer.get("expires_in")
        _token = (found, time.monotonic() + max((life if isinstance(life, int) else 0) - EARLY, 0))
        return found


def reference_of(answer: dict[str, object]) -> str:
    """WeChat's number of the message. Raises: ChannelError."""
    number = number_of(answer)
    if number == 0:
        return str(answer.get("msgid", ""))
    raise ChannelError(
        FINAL.get(number, f"errcode_{number}"), is_final=number in FINAL, wait=WAITS.get(number, 0)
    )


def number_of(answer: dict[str, object]) -> int:
    number = answer.get("errcode", 0)
    return number if isinstance(number, int) else 0


def cut_for(field: str, text: str) -> str:
    """A text short enough for its field; WeChat takes no empty one."""
    return text[: LONGEST_OF_FIELD.get(field.rstrip("0123456789"), 32)] or "-"
