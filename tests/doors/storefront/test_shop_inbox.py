"""The inbox: messages, what is unread, and what a member wants to hear."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.urls import resolve
from shop_html import text_of
from shop_stage import filled, member, members, on_sale

from pinwheel.config.environment import environment
from pinwheel.doors.storefront import inbox_settings
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.clock import current_time
from pinwheel.market.members.models import Member
from pinwheel.market.messages import services, write
from pinwheel.market.messages.events import tell
from pinwheel.market.messages.expand import tell_members
from pinwheel.market.messages.kinds import BY_NAME, CHANNELS, KINDS
from pinwheel.market.messages.models import Message, Wish

pytestmark = pytest.mark.database
ClientOf = Callable[..., Client]


@pytest.fixture
def channels(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = environment().model_copy(
        update={
            "message_channels": ["email", "sms"],
            "sms_templates": {"won": "SMS_1", "announcement": "SMS_2"},
        }
    )
    for module in (services, write, inbox_settings):
        monkeypatch.setattr(module, "environment", lambda: changed)


def told(count: int = 1) -> Member:
    """A member who was told of so many shipments."""
    found, now = member(), current_time()
    for number in range(count):
        facts = {"product": f"tea {number}", "carrier": "SF", "tracking": "1"}
        tell(raw_cursor(), "shipped", [found.pk], number + 1, now, facts)
    tell_members(now)
    return found


def test_a_member_reads_what_happened(database: str, client_of: ClientOf, language: str) -> None:
    ids = members(3)
    filled(on_sale("ordinary-group"), *ids)
    tell_members(current_time())
    client = client_of(Member.objects.get(pk=ids[0]), language)
    page = text_of(client.get("/messages"))
    assert ("拼团成功" if language == "zh-hans" else "Your group is full") in page
    assert ("全部已读" if language == "zh-hans" else "Mark all as read") in page
    assert 'class="badge">2<' in client.get("/").content.decode()
    newest = Message.objects.filter(member_id=ids[0]).order_by("-id")[0]
    answer = client.post(f"/messages/{newest.pk}/open")
    assert answer.status_code == 302 and answer.url.startswith("/orders/O")
    assert client.get(answer.url).status_code == 200
    assert 'class="badge">1<' in client.get("/").content.decode()
    assert client.post("/messages/read").url == "/messages"
    assert 'class="badge"' not in client.get("/").content.decode()
    assert ("全部已读" if language == "zh-hans" else "Mark all as read") not in text_of(
        client.get("/messages")
    )


def test_nobody_reads_the_messages_of_others(database: str, client_of: ClientOf) -> None:
    [message] = Message.objects.filter(member_id=told().pk)
    other = client_of(member())
    assert other.post(f"/messages/{message.pk}/open").status_code == 404
    message.refresh_from_db()
    assert message.read_at is None
    for url in ("/messages", "/messages/settings"):
        assert client_of().get(url).url.startswith("/login")
    assert client_of().post("/messages/read").url.startswith("/login")
    assert client_of(member()).get(f"/messages/{message.pk}/open").status_code == 405


def test_pages_and_the_empty_inbox(database: str, client_of: ClientOf) -> None:
    client = client_of(told(25))
    first = text_of(client.get("/messages"))
    assert "tea 24" in first and "tea 5 " in first and "tea 4 " not in first
    oldest_shown = Message.objects.order_by("-id")[19].pk
    second = text_of(client.get(f"/messages?before={oldest_shown}"))
    assert "tea 4 " in second and "tea 0 " in second and "tea 5 " not in second
    assert client.get("/messages?before=x").status_code == 404
    assert "No messages yet." in text_of(client_of(member()).get("/messages"))


def test_many_unread_are_counted_to_a_limit(database: str, client_of: ClientOf) -> None:
    assert 'class="badge">99+<' in client_of(told(101)).get("/me").content.decode()


def test_nothing_is_looked_up_for_a_visitor(database: str, client_of: ClientOf) -> None:
    answer = client_of().get("/")
    assert 'class="badge"' not in answer.content.decode() and not answer.cookies.get("sessionid")


def test_wishes_are_kept_and_advertising_is_quiet(database: str, client_of: ClientOf, channels: None) -> None:
    found = member()
    client = client_of(found)
    page = client.get("/messages/settings").content.decode()
    assert 'value="won:sms" checked' in page and 'value="announcement:sms">' in page
    assert 'value="won:email" checked' in page and "paid:sms" not in page  # no template of it
    client.post("/messages/settings", {"on": ["won:email", "announcement:sms", "nothing:sms"]})
    said = {(wish.kind, wish.channel): wish.is_on for wish in Wish.objects.filter(member_id=found.pk)}
    assert said[BY_NAME["won"].number, CHANNELS["sms"]] is False
    assert said[BY_NAME["announcement"].number, CHANNELS["sms"]] is True
    assert (BY_NAME["won"].number, CHANNELS["email"]) not in said
    page = client.get("/messages/settings").content.decode()
    assert 'value="won:sms">' in page and 'value="announcement:sms" checked' in page


@override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")
def test_an_address_is_confirmed_by_a_button(database: str, client_of: ClientOf, channels: None) -> None:
    mail.outbox = []
    client = client_of(member())
    refused = client.post("/messages/settings", {"email": "nobody"})
    assert refused.status_code == 422 and "valid e-mail address" in text_of(refused)
    assert client.post("/messages/settings", {"email": "a@example.com"}).status_code == 302
    assert "Not confirmed yet" in text_of(client.get("/messages/settings"))
    url = "/messages/address/" + mail.outbox[0].body.split("/messages/address/")[1].split()[0]
    assert client_of().get(url).status_code == 200
    assert "Not confirmed yet" in text_of(client.get("/messages/settings"))  # looking is not confirming
    client_of().post(url)
    assert "Confirmed." in text_of(client.get("/messages/settings"))
    assert "too old" in text_of(client.post("/messages/address/x", follow=True))
    client.post("/messages/settings", {"email": ""})
    assert "Confirmed." not in text_of(client.get("/messages/settings"))


def test_without_channels_there_is_nothing_to_choose(database: str, client_of: ClientOf) -> None:
    assert "nothing to choose" in text_of(client_of(member()).get("/messages/settings"))


def test_every_kind_leads_to_a_page_that_there_is() -> None:
    for kind in KINDS:
        assert resolve(kind.page.format(order="O02M4TT6QN8R3F")).namespace == "shop", kind.name


def test_a_title_of_a_member_is_text(database: str, client_of: ClientOf) -> None:
    found, now = member(), current_time()
    tell(raw_cursor(), "announcement", [found.pk], 1, now, {"headline": "<b>x</b>", "text": "{amount} & {"})
    tell_members(now)
    page = client_of(found).get("/messages").content.decode()
    assert "&lt;b&gt;x&lt;/b&gt;" in page and "{amount} &amp; {" in page
