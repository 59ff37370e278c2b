"""Channels: what they send, and what they make of answers, which are those that the providers document."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected
from typing import Any
from urllib.parse import parse_qs

import pytest
import urllib3
from django.core import mail
from django.test import override_settings

from pinwheel.config.environment import Environment, WechatTemplate, environment
from pinwheel.market.clock import current_time
from pinwheel.market.members.models import Member
from pinwheel.market.messages import send, services, write
from pinwheel.market.messages.channels import base, sms, wechat
from pinwheel.market.messages.channels import mail as mail_channel
from pinwheel.market.messages.channels.base import ChannelError, Parcel
from pinwheel.market.messages.channels.mail import MailChannel
from pinwheel.market.messages.channels.sms import SmsChannel, signature
from pinwheel.market.messages.channels.wechat import WechatChannel
from pinwheel.market.messages.expand import tell_members
from pinwheel.market.messages.models import Delivery, Message
from pinwheel.market.messages.send import BACKOFF, MOST_TRIES, send_messages
from pinwheel.market.messages.services import ask_address, confirm_address, retry_delivery, set_address
from pinwheel.market.refusals import Refused
from stage import Stage

State = Delivery.State
PARCEL = Parcel(
    key="pinwheel-7",
    kind="won",
    address="+8613900000001",
    language="zh-hans",
    title="恭喜",
    body="您中奖了。",
    link="orders/O02M4TT6QN8R3F",
    places={
        "activity": "十" * 40,
        "product": "牛排",
        "amount": "99.00",
        "order": "O02M4TT6QN8R3F",
        "got": "",
    },
)
CONFIGURED = environment().model_copy(
    update={
        "message_channels": ["email", "sms", "wechat"],
        "sms_key_id": "testId",
        "sms_key_secret": environment().secret_key,
        "sms_sign_name": "拼",
        "sms_templates": {"won": "SMS_1", "paid": "SMS_2"},
        "wechat_app_id": "wx1",
        "wechat_app_secret": environment().secret_key,
        "wechat_templates": {
            "won": WechatTemplate(id="T1", fields={"thing1": "activity", "amount2": "amount"})
        },
    }
)


class Provider:
    """Plays recorded answers and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, bytes]] = []
        self.answers: list[Any] = []

    def request(self, method: str, url: str, **how: Any) -> Any:
        self.asked.append((method, url, how["body"]))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, said = answer if isinstance(answer, tuple) else (200, answer)
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        return urllib3.HTTPResponse(body, status=status)

    def body(self, number: int = -1) -> Any:
        return json.loads(self.asked[number][2])


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    found = Provider()
    monkeypatch.setattr(base, "_pool", found)
    monkeypatch.setattr(wechat, "_token", ("", 0.0))
    for module in (sms, wechat, write, services):
        monkeypatch.setattr(module, "environment", lambda: CONFIGURED)
    yield found


def test_the_signature_is_that_of_the_providers_own_example() -> None:
    parameters = {
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": "45e25e9b-0a6f-4070-8c85-2956eda1b466",
        "AccessKeyId": "testId",
        "SignatureVersion": "1.0",
        "Timestamp": "2017-07-12T02:42:19Z",
        "Format": "XML",
        "Action": "SendSms",
        "Version": "2017-05-25",
        "RegionId": "cn-hangzhou",
        "PhoneNumbers": "15300000001",
        "SignName": "阿里云短信测试专用",
        "TemplateParam": '{"customer":"test"}',
        "TemplateCode": "SMS_71390007",
        "OutId": "123",
    }
    assert signature("GET", parameters, "testSecret") == "zJDF+Lrzhj/ThnlvIToysFRq6t4="


def test_a_short_message_is_signed_and_referenced(provider: Provider) -> None:
    provider.answers = [
        {"Code": "OK", "Message": "OK", "BizId": "900619746936498440^0", "RequestId": "F655A8D5"}
    ]
    assert SmsChannel().send(PARCEL) == "900619746936498440^0"
    sent = {name: values[0] for name, values in parse_qs(provider.asked[0][2].decode()).items()}
    assert (sent["PhoneNumbers"], sent["TemplateCode"], sent["OutId"]) == (
        "13900000001",
        "SMS_1",
        "pinwheel-7",
    )
    places = json.loads(sent["TemplateParam"])
    assert places["product"] == "牛排" and len(places["activity"]) == 35 and "got" not in places
    given = sent.pop("Signature")
    assert given == signature("POST", sent, CONFIGURED.sms_key_secret.get_secret_value())


@pytest.mark.parametrize(
    ("code", "is_final", "wait"),
    [
        ("isv.MOBILE_NUMBER_ILLEGAL", True, 0),
        ("isv.BUSINESS_LIMIT_CONTROL", False, 3600),
        ("isv.AMOUNT_NOT_ENOUGH", False, 3600),
        ("Throttling.User", False, 60),
        ("SignatureDoesNotMatch", False, 0),
    ],
)
def test_what_the_short_message_service_refuses(
    provider: Provider, code: str, is_final: bool, wait: int
) -> None:
    provider.answers = [(400, {"Code": code, "Message": "…", "RequestId": "1"})]
    with pytest.raises(ChannelError) as error:
        SmsChannel().send(PARCEL)
    assert (error.value.reason, error.value.is_final, error.value.wait) == (code, is_final, wait)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((503, b"busy"), "http_503"),
        ((429, b""), "http_429"),
        ((200, b"<html>"), "unreadable_200"),
        ((200, b"[]"), "unreadable_200"),
        (urllib3.exceptions.ReadTimeoutError(None, "", ""), "ReadTimeoutError"),
        (urllib3.exceptions.ProtocolError("gone"), "ProtocolError"),
    ],
)
@pytest.mark.parametrize("channel", [SmsChannel, WechatChannel])
def test_a_provider_that_fails_is_tried_again(
    provider: Provider, answer: Any, reason: str, channel: Callable[[], Any]
) -> None:
    provider.answers = [answer]
    with pytest.raises(ChannelError) as error:
        channel().send(PARCEL)
    assert (error.value.reason, error.value.is_final) == (reason, False)


def test_a_subscription_message_takes_the_places_of_its_template(provider: Provider) -> None:
    sent = {"errcode": 0, "errmsg": "ok", "msgid": 2202}
    provider.answers = [{"access_token": "A1", "expires_in": 7200}, sent, sent]
    assert WechatChannel().send(PARCEL) == "2202" and WechatChannel().send(PARCEL) == "2202"
    assert [url.rsplit("/", 1)[1] for _, url, _ in provider.asked] == [
        "stable_token",
        "send?access_token=A1",
        "send?access_token=A1",
    ]
    assert provider.body(0)["force_refresh"] is False
    assert provider.body()["data"] == {"thing1": {"value": "十" * 20}, "amount2": {"value": "99.00"}}
    assert provider.body()["page"] == "orders/O02M4TT6QN8R3F"


def test_a_token_that_ended_is_renewed_once(provider: Provider) -> None:
    ended = {"errcode": 40001, "errmsg": "invalid credential, access_token is invalid or not latest"}
    provider.answers = [
        {"access_token": "A1", "expires_in": 7200},
        ended,
        {"access_token": "A2", "expires_in": 7200},
        {"errcode": 0, "errmsg": "ok", "msgid": 1},
    ]
    assert WechatChannel().send(PARCEL) == "1"
    assert provider.body(2)["force_refresh"] is True and provider.asked[3][1].endswith("access_token=A2")
    provider.answers = [ended, {"access_token": "A3", "expires_in": 7200}, ended]
    with pytest.raises(ChannelError, match="errcode_40001"):
        WechatChannel().send(PARCEL)


@pytest.mark.parametrize(
    ("number", "reason", "is_final"),
    [(43101, "member_refused", True), (40003, "bad_openid", True), (45009, "errcode_45009", False)],
)
def test_what_wechat_refuses(provider: Provider, number: int, reason: str, is_final: bool) -> None:
    provider.answers = [{"access_token": "A1", "expires_in": 7200}, {"errcode": number, "errmsg": "…"}]
    with pytest.raises(ChannelError) as error:
        WechatChannel().send(PARCEL)
    assert (error.value.reason, error.value.is_final) == (reason, is_final)


def test_a_wechat_that_gives_no_token(provider: Provider) -> None:
    provider.answers = [{"errcode": 40125, "errmsg": "invalid appsecret"}]
    with pytest.raises(ChannelError, match="token_40125"):
        WechatChannel().send(PARCEL)


@override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")
def test_mail_carries_the_same_id_in_every_try() -> None:
    mail.outbox = []
    for _ in range(2):
        MailChannel().send(PARCEL)
    assert {sent.extra_headers["Message-ID"] for sent in mail.outbox} == {"<pinwheel-7@127.0.0.1>"}
    assert mail.outbox[0].body == "您中奖了。\n\norders/O02M4TT6QN8R3F"


@pytest.mark.parametrize(
    ("error", "reason", "is_final"),
    [
        (SMTPRecipientsRefused({"a@b.c": (550, b"no such user")}), "recipient_refused", True),
        (SMTPRecipientsRefused({"a@b.c": (450, b"greylisted")}), "recipient_refused", False),
        (SMTPResponseException(421, b"too many"), "smtp_421", False),
        (SMTPServerDisconnected("gone"), "SMTPServerDisconnected", False),
        (ConnectionRefusedError(), "ConnectionRefusedError", False),
    ],
)
def test_what_a_mail_server_refuses(
    monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str, is_final: bool
) -> None:
    def fails(self: Any) -> None:
        raise error

    monkeypatch.setattr(mail_channel.EmailMessage, "send", fails)
    with pytest.raises(ChannelError) as refused:
        MailChannel().send(PARCEL)
    assert (refused.value.reason, refused.value.is_final) == (reason, is_final)


# From delivery to channel


@pytest.mark.database
def test_a_delivery_is_tried_until_it_is_taken(database: str, provider: Provider) -> None:
    stage = one_paid()
    busy = (503, b"")
    provider.answers = [busy, {"Code": "isv.BUSINESS_LIMIT_CONTROL"}, {"Code": "OK", "BizId": "1"}]
    assert send_messages(lambda: stage.now) == 0
    assert send_messages(lambda: stage.now) == 0 and len(provider.asked) == 1
    stage.now += timedelta(seconds=BACKOFF[0])
    assert send_messages(lambda: stage.now) == 0
    row = Delivery.objects.get(channel=4)
    assert (row.state, row.tries, row.reason) == (State.WAITING, 2, "isv.BUSINESS_LIMIT_CONTROL")
    assert row.next_try_at == stage.now + timedelta(seconds=3600)
    stage.now = row.next_try_at
    assert send_messages(lambda: stage.now) == 1
    row.refresh_from_db()
    assert (row.state, row.reference, row.sent_at) == (State.SENT, "1", stage.now)


@pytest.mark.database
def test_a_delivery_is_given_up_and_sent_by_hand(database: str, provider: Provider) -> None:
    stage = one_paid()
    for _ in range(MOST_TRIES):
        provider.answers = [(500, b"")]
        send_messages(lambda: stage.now)
        stage.now = max(stage.now, Delivery.objects.get(channel=4).next_try_at)
    row = Delivery.objects.get(channel=4)
    assert (row.state, row.tries, row.reason) == (State.FAILED, MOST_TRIES, "http_500")
    assert retry_delivery(row.pk, stage.now) and not retry_delivery(row.pk, stage.now)
    provider.answers = [{"Code": "isv.MOBILE_NUMBER_ILLEGAL"}]
    send_messages(lambda: stage.now)
    row.refresh_from_db()
    assert (row.state, row.tries) == (State.FAILED, 1)  # no use in trying again


def one_paid() -> Stage:
    """A member who is told by short message that a payment has come."""
    stage = Stage("ordinary-group", members=1)
    services.wish(stage.members[0], [(services.BY_NAME["paid"], "sms", True)])
    stage.join(stage.members[0])
    tell_members(stage.now)
    return stage


@pytest.mark.database
@override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")
def test_an_address_is_confirmed_before_anything_goes_there(database: str, provider: Provider) -> None:
    mail.outbox = []
    stage = Stage("ordinary-group", members=1)
    member, now = Member.objects.get(pk=stage.members[0]), current_time()
    for wrong in ("nobody", "a@b", "a@b.c\nBcc: d@e.f"):
        with pytest.raises(Refused):
            ask_address(member.pk, wrong, "en", now)
    ask_address(member.pk, "one@example.com", "en", now)
    with pytest.raises(Refused, match="wait 2"):
        ask_address(member.pk, "two@example.com", "en", now)
    stage.join(member.pk)
    tell_members(stage.now)
    assert not Delivery.objects.exists()
    token = mail.outbox[0].body.split("/messages/address/")[1].split()[0]
    assert not confirm_address(token + "x", now)
    assert confirm_address(token, now)
    stage.join(member.pk)
    tell_members(stage.now)
    assert send_messages(lambda: stage.now) == 1
    assert mail.outbox[1].to == ["one@example.com"]
    ask_address(member.pk, "", "en", now)
    stage.join(member.pk)
    tell_members(stage.now)
    assert (Delivery.objects.count(), Message.objects.count()) == (1, 3)
    assert not confirm_address(token, now)


@pytest.mark.database
def test_who_has_gone_or_refuses_is_skipped(database: str, provider: Provider) -> None:
    stage = Stage("draw-on-fill", members=10)
    for member in stage.members:
        set_address(member, "wechat", f"openid-{member}", stage.now)
        stage.join(member)
    stage.settle()
    tell_members(stage.now)
    [row] = Delivery.objects.filter(channel=3)
    Delivery.objects.exclude(pk=row.pk).delete()
    provider.answers = [
        {"access_token": "A1", "expires_in": 7200},
        {"errcode": 43101, "errmsg": "user refuse"},
    ]
    assert send_messages(lambda: stage.now) == 0
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.SKIPPED, "member_refused")
    Delivery.objects.filter(pk=row.pk).update(state=State.WAITING, next_try_at=stage.now)
    set_address(row.member_id, "wechat", "", stage.now)
    send_messages(lambda: stage.now)
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.SKIPPED, "no_address")
    with pytest.raises(Refused):
        set_address(row.member_id, "sms", "1", stage.now)


@pytest.mark.database
def test_a_try_that_outlives_its_lease_undoes_nothing(database: str, provider: Provider) -> None:
    stage = one_paid()
    [slow] = [row for row in send.claim(stage.now) if row.channel == 4]
    stage.now += send.LEASE
    provider.answers = [{"Code": "OK", "BizId": "2"}]
    assert send_messages(lambda: stage.now) == 1
    send.write_results([send.Result(slow, error=ChannelError("late"))], stage.now)
    assert Delivery.objects.get(channel=4).state == State.SENT


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"PINWHEEL_MESSAGE_CHANNELS": "pigeon"}, "pigeon is no channel; allowed are console, email"),
        ({"PINWHEEL_MESSAGE_CHANNELS": "sms"}, "needs PINWHEEL_SMS_KEY_ID"),
        ({"PINWHEEL_MESSAGE_CHANNELS": "email"}, "needs PINWHEEL_MAIL_SERVER"),
        ({"PINWHEEL_SMS_TEMPLATES": '{"nothing": "SMS_1"}'}, "nothing is no kind of message"),
        (
            {"PINWHEEL_WECHAT_TEMPLATES": '{"paid": {"id": "T", "fields": {"thing1": "got"}}}'},
            "paid has no place got; allowed are activity",
        ),
    ],
)
def test_settings_that_cannot_work_are_refused_at_start(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], says: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=says):
        Environment()
