"""Messages, their texts, and webhooks at the console."""

import pytest
from console_shop import Shop, page
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from test_console_pages import said

from pinwheel.doors.api.keys import make_key
from pinwheel.market.clock import current_time
from pinwheel.market.ids import ACTIVITY, to_text
from pinwheel.market.messages.models import Delivery, Silence, Wording
from pinwheel.market.webhooks.models import Endpoint, HookDelivery
from stage import Stage

pytestmark = pytest.mark.database


def test_lists_are_filtered_and_searched(shop: Shop) -> None:
    client = shop.staff.client("support")
    url = reverse("admin:messaging_message_changelist")
    text = said(client.get(url, {"kind": "1"}).content.decode())
    assert "have arrived" in text and "back the way they came" not in text
    assert "Nothing" not in said(client.get(url, {"q": "M0000000000000"}).content.decode())
    url = reverse("admin:messaging_delivery_changelist")
    assert len(client.get(url, {"state": "2"}).context_data["cl"].result_list) == 1
    assert len(client.get(url, {"channel": "2"}).context_data["cl"].result_list) == 1
    url = reverse("admin:webhooks_hookdelivery_changelist")
    number = str(Endpoint.objects.get().pk)
    for term, found in ((number, 1), ("1", 0), ("x", 0)):
        rows = shop.staff.client("audit").get(url, {"q": term}).context_data["cl"].result_list
        assert len(rows) == found


def test_the_overview_shows_what_was_not_sent(shop: Shop) -> None:
    text = said(shop.staff.client("boss").get(reverse("admin:index")).content.decode())
    for words in (
        "could not be sent: 1",
        "events given up: 1",
        "it does not answer: https://mall.example/hooks",
    ):
        assert words in text
    assert "events given up" not in said(
        shop.staff.client("support").get(reverse("admin:index")).content.decode()
    )


def test_a_failed_delivery_is_sent_once_more(shop: Shop) -> None:
    failed = Delivery.objects.get(state=Delivery.State.FAILED)
    client = shop.staff.client("support")
    assert "Send once more" in client.get(page(failed)).content.decode()
    assert client.post(page(failed, "retry")).url == page(failed)
    failed.refresh_from_db()
    assert (failed.state, failed.tries) == (Delivery.State.WAITING, 0)
    assert LogEntry.objects.filter(change_message="Sent once more.").exists()
    Delivery.objects.filter(pk=failed.pk).update(state=Delivery.State.FAILED)


def test_an_event_is_sent_once_more_and_its_answer_is_text(shop: Shop) -> None:
    given_up = HookDelivery.objects.get()
    html = shop.staff.client("audit").get(page(given_up)).content.decode()
    assert "&lt;b&gt;no&lt;/b&gt;" in html and "endpoint.test" in html
    shop.staff.client("boss").post(page(given_up, "replay"))
    given_up.refresh_from_db()
    assert (given_up.state, given_up.replays) == (HookDelivery.State.WAITING, 1)
    HookDelivery.objects.update(state=HookDelivery.State.FAILED)


def test_a_text_is_seen_before_it_is_kept(staff) -> None:
    client = staff.client("operations")
    url = reverse("admin:message_wording", args=["won", "en"])
    refused = client.post(url, {"title": "", "body": "You won {colour}"})
    assert "{colour} is no place" in said(refused.content.decode()) or "colour is no place" in said(
        refused.content.decode()
    )
    preview = client.post(url, {"title": "Hurray", "body": "{product} is yours"})
    assert "steak is yours" in said(preview.content.decode()) and not Wording.objects.exists()
    client.post(url, {"title": "Hurray", "body": "{product} is yours", "confirmed": "1"})
    wording = Wording.objects.get()
    assert (wording.title, wording.body, wording.written_by) == ("Hurray", "{product} is yours", "operations")
    assert "Hurray" in said(client.get(reverse("admin:message_kind", args=["won"])).content.decode())
    assert client.get(reverse("admin:message_kind", args=["nothing"])).status_code == 404
    assert staff.client("support").get(url).status_code == 403


def test_a_kind_is_kept_silent_and_told_again(staff) -> None:
    stage, client = Stage("ordinary-group"), staff.client("operations")
    url = reverse("admin:message_kind", args=["paid"])
    client.post(url, {"activity": ""})
    assert list(Silence.objects.values_list("kind", "activity_id")) == [(1, 0)]
    activity = to_text(ACTIVITY, stage.activity.pk)
    for silent in (True, False):
        client.post(url, {"is_told": "on", "activity": activity.lower()})
        assert Silence.objects.filter(activity_id=stage.activity.pk).exists() == silent
    assert "no such activity" in said(client.post(url, {"activity": "A1"}).content.decode())
    assert staff.client("support").post(url, {"is_told": "", "activity": ""}).status_code == 200
    assert not Silence.objects.exists()


def test_an_endpoint_is_made_changed_tried_and_given_another_secret(staff) -> None:
    make_key("mall", ["webhooks:write"], current_time())
    client = staff.client("boss")
    add = reverse("admin:webhooks_endpoint_add")
    wrong = client.post(add, {"client": "mall", "url": "https://10.0.0.1/", "types": ["order.paid"]})
    assert "private network" in said(wrong.content.decode()) and not Endpoint.objects.exists()
    wrong = client.post(add, {"client": "nobody", "url": "https://mall.example/", "types": ["order.paid"]})
    assert wrong.status_code == 400
    made = client.post(add, {"client": "mall", "url": "https://mall.example/", "types": ["order.paid"]})
    endpoint = Endpoint.objects.get()
    shown = client.get(made.url)
    assert "whsec_" in shown.content.decode() and "no-store" in shown["Cache-Control"]
    client.post(page(endpoint, "secret"))
    client.post(page(endpoint, "test"))
    client.post(page(endpoint, "edit"), {"url": endpoint.url, "types": ["group.settled"], "is_enabled": ""})
    endpoint.refresh_from_db()
    assert (endpoint.secret_number, endpoint.types) == (2, ["group.settled"])
    assert (endpoint.is_enabled, endpoint.disabled_reason) == (False, "switched_off")
    assert HookDelivery.objects.count() == 1
    assert "whsec_" not in staff.client("audit").get(page(endpoint)).content.decode()
