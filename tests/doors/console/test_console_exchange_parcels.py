"""Goods for points in the console: listed, shipped by who may, logged, and taken from a file."""

from uuid import uuid4

import pytest
from console_shop import page
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from delivery_stage import HOME
from pinwheel.doors.console.links import list_url
from pinwheel.market.delivery.addresses import add_address
from pinwheel.market.ids import EXCHANGE, to_text
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.pool.exchanging import exchange
from pinwheel.market.pool.models import Exchange, ExchangeItem, ExchangeParcel
from pinwheel.rules.assets import CONSUMER_POINTS
from stage import Stage

pytestmark = pytest.mark.database
SAID = {"carrier": "sf", "tracking_number": "SF1234567"}


@pytest.fixture
def had(staff):
    """The staff, and two parcels for points: of a member with an address, and of one without."""
    stage = Stage("ordinary-group", members=2)
    add_address(stage.members[0], HOME, True, stage.now)
    adjust_balances(stage.members, CONSUMER_POINTS, [1_000] * 2, 0, stage.now)
    item = ExchangeItem.objects.create(plan="", product=stage.products[0], points=1_000, left=2)
    given = [exchange(item.pk, 1_000, member, uuid4(), stage.now).pk for member in stage.members]
    return staff, [ExchangeParcel.objects.get(pk=number) for number in given]


def test_one_is_shipped_by_who_may_and_logged_once(had):
    staff, [parcel, _] = had
    path = page(parcel, "ship")
    for role in ("finance", "support", "audit"):
        client = staff.client(role)
        assert client.post(path, SAID).status_code == 403
        assert client.get(page(parcel)).status_code == 200
        assert path not in client.get(page(parcel)).content.decode()
    client = staff.client("operations")
    assert path in client.get(page(parcel)).content.decode()
    assert "长安街 1 号" in client.get(path).content.decode()
    refused = client.post(path, SAID | {"tracking_number": "?"})
    assert refused.status_code == 400
    for _ in range(2):
        assert client.post(path, SAID).status_code == 302
    parcel.refresh_from_db()
    assert (parcel.state, parcel.shipped_by) == (ExchangeParcel.State.SHIPPED, staff["operations"])
    assert {"SF1234567" in entry.change_message for entry in LogEntry.objects.all()} == {True}
    again = client.post(path, SAID | {"carrier": "jd"})
    assert again.status_code == 400 and "the state is “shipped”" in again.content.decode()
    parcel.refresh_from_db()
    assert parcel.carrier == "sf"


def test_without_an_address_it_is_refused_on_the_form(had):
    staff, [_, homeless] = had
    client = staff.client("operations", "zh-hans")
    assert (
        "还没有地址" in client.get(page(homeless)).content.decode()
        or "地址" in client.get(page(homeless)).content.decode()
    )
    answer = client.post(page(homeless, "ship"), SAID).content.decode()
    assert "没有收货地址，须由会员先填写或选择。" in answer
    homeless.refresh_from_db()
    assert homeless.state == ExchangeParcel.State.TO_SHIP and not LogEntry.objects.exists()


def test_the_list_shows_what_is_to_be_shipped(had, language):
    staff, parcels = had
    client = staff.client("operations", language)
    client.post(page(parcels[0], "ship"), SAID)
    waiting, gone = (to_text(EXCHANGE, parcel.pk) for parcel in reversed(parcels))
    listed = client.get(list_url(ExchangeParcel, "state=1")).content.decode()
    assert waiting in listed and gone not in listed
    found = client.get(list_url(ExchangeParcel, f"q={gone}")).content.decode()
    assert "SF1234567" in found and waiting not in found
    assert page(parcels[1]) in client.get(page(Exchange.objects.get(pk=parcels[1].pk))).content.decode()
    assert list_url(ExchangeParcel, "state=1") in client.get(reverse("admin:index")).content.decode()


def test_a_file_of_tracking_numbers_names_goods_for_points(had):
    staff, [parcel, _] = had
    data = f"order,carrier,tracking number\n{to_text(EXCHANGE, parcel.pk)},sf,SF1234567\n".encode()
    client = staff.client("operations")
    answer = client.post(reverse("admin:parcel_import"), {"file": SimpleUploadedFile("a.csv", data)})
    assert page(parcel) in answer.content.decode()
    parcel.refresh_from_db()
    assert parcel.tracking_number == "SF1234567"
