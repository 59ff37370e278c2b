"""Goods for points: where they go is kept with the exchange; shipped, received, told, each once."""

import csv
import io
from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.db import transaction

from delivery_stage import HOME, operator
from pinwheel.config.environment import environment
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.audit import query_check
from pinwheel.market.catalogue.models import Sku
from pinwheel.market.catalogue.stock import receive as receive_stock
from pinwheel.market.delivery.addresses import AddressText, add_address, change_address, delete_address
from pinwheel.market.delivery.exports import to_ship_lines
from pinwheel.market.delivery.files import read_file
from pinwheel.market.delivery.imports import REFUSED, TAKEN, TAKEN_BEFORE, import_rows
from pinwheel.market.delivery.models import Address
from pinwheel.market.due import next_due, run_due
from pinwheel.market.ids import EXCHANGE, new_id, to_text
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.messages.expand import tell_members
from pinwheel.market.messages.kinds import BY_NAME
from pinwheel.market.messages.models import Message
from pinwheel.market.messages.render import shown
from pinwheel.market.pool.exchanging import exchange, set_left
from pinwheel.market.pool.models import Exchange, ExchangeItem, ExchangeParcel
from pinwheel.market.pool.parcels import MAY_FOLLOW, receive_exchange, ship_exchange
from pinwheel.market.refusals import Refused
from pinwheel.rules.assets import CONSUMER_POINTS
from stage import Stage, findings

pytestmark = pytest.mark.usefixtures("shared_database")
State = ExchangeParcel.State
OFFICE = AddressText("韩梅梅", "13900139000", "310101", "南京路 2 号")
NUMBER = "SF1234567"


class Mall:
    """A shop with a red cup for points; the first member has two addresses, the second none."""

    def __init__(self) -> None:
        self.stage = Stage("ordinary-group", members=2)
        self.now = self.stage.now
        self.member, self.homeless = self.stage.members
        adjust_balances(self.stage.members, CONSUMER_POINTS, [50_000] * 2, 0, self.now)
        self.home = add_address(self.member, HOME, True, self.now)
        self.office = add_address(self.member, OFFICE, False, self.now)
        cup = self.stage.make_product()
        red = Sku.objects.create(
            id=new_id(self.now), product=cup, code=f"CUP-{cup.pk}", options_zh="红", price=500
        )
        receive_stock(red.pk, 9, "", None, self.now)
        self.item = ExchangeItem.objects.create(plan="", product=cup, sku=red, points=1_000, left=0)
        set_left(self.item, 9, None, self.now)
        self.name = cup.name_zh

    def had(self, member: int | None = None, **options: object) -> int:
        """The number of a new exchange."""
        key = options.pop("key", None) or uuid4()
        return exchange(self.item.pk, 1_000, member or self.member, key, self.now, **options).pk


@pytest.fixture
def mall() -> Mall:
    return Mall()


def parcel(number: int) -> ExchangeParcel:
    return ExchangeParcel.objects.get(pk=number)


def code_of(service, *arguments) -> str:
    with pytest.raises(Refused) as found:
        service(*arguments)
    return found.value.code


def test_the_address_stays_as_it_was_with_the_exchange(mall):
    number, other = mall.had(), mall.had(address_id=mall.office.pk)
    change_address(mall.member, mall.home.pk, HOME._replace(street="别处 9 号"), True)
    delete_address(mall.member, mall.office.pk)
    ship_exchange(number, "sf", NUMBER, operator(), mall.now)
    found = parcel(number)
    assert (found.receiver, found.phone, found.street) == ("李雷", "+8613800138000", "长安街 1 号")
    assert (found.province, found.district) == ("北京市", "东城区")
    assert (parcel(other).receiver, parcel(other).street) == ("韩梅梅", "南京路 2 号")
    assert findings(["draws_hold"]) == []


def test_an_address_of_somebody_else_is_refused_and_nothing_moves(mall):
    theirs = add_address(mall.homeless, HOME, True, mall.now)
    before = Exchange.objects.count()
    for number in (theirs.pk, 0):
        with pytest.raises(Refused) as found:
            mall.had(address_id=number)
        assert found.value.code == "address_missing"
    assert Exchange.objects.count() == before


def test_without_an_address_it_waits_for_the_default_one(mall):
    number = mall.had(mall.homeless)
    assert parcel(number).receiver == ""
    assert code_of(ship_exchange, number, "sf", NUMBER, operator(), mall.now) == "address_missing"
    assert parcel(number).state == State.TO_SHIP
    add_address(mall.homeless, OFFICE, True, mall.now)
    ship_exchange(number, "sf", NUMBER, operator(), mall.now)
    assert parcel(number).receiver == "韩梅梅"


def test_every_step_that_the_table_does_not_name_is_refused(mall):
    assert {
        State.TO_SHIP: {State.SHIPPED},
        State.SHIPPED: {State.RECEIVED},
        State.RECEIVED: set(),
    } == MAY_FOLLOW
    number, clerk = mall.had(), operator()
    assert code_of(receive_exchange, number, mall.member, mall.now) == "not_allowed_now"
    assert code_of(ship_exchange, 1, "sf", NUMBER, clerk, mall.now) == "not_found"
    assert code_of(ship_exchange, number, "x", NUMBER, clerk, mall.now) == "unknown_carrier"
    assert code_of(ship_exchange, number, "sf", "?", clerk, mall.now) == "bad_tracking_number"
    ship_exchange(number, "sf", NUMBER, clerk, mall.now)
    assert code_of(ship_exchange, number, "sf", "SF7654321", clerk, mall.now) == "not_allowed_now"
    assert code_of(receive_exchange, number, mall.homeless, mall.now) == "not_found"
    receive_exchange(number, mall.member, mall.now)
    assert code_of(ship_exchange, number, "sf", NUMBER, clerk, mall.now) == "not_allowed_now"
    assert parcel(number).tracking_number == NUMBER


def test_the_same_said_twice_is_once_and_told_once(mall):
    number, clerk = mall.had(), operator()
    later = mall.now + timedelta(hours=1)
    first = ship_exchange(number, "sf", NUMBER, clerk, mall.now)
    again = ship_exchange(number, "SF Express", NUMBER.lower(), clerk, later)
    assert again.shipped_at == first.shipped_at == mall.now
    received = [receive_exchange(number, mall.member, at).received_at for at in (mall.now, later)]
    assert received == [mall.now, mall.now]
    for _ in range(2):
        tell_members(later)
    kind = BY_NAME["exchange_shipped"].number
    [told] = shown(list(Message.objects.filter(member_id=mall.member, kind=kind)), "zh")
    assert told.body == f"{mall.name} 已发货，顺丰速运：{NUMBER}。" and told.page == "/exchanges"


def test_the_clock_receives_after_the_days_of_parcels(mall):
    number, waiting = mall.had(), mall.had()
    ship_exchange(number, "sf", NUMBER, operator(), mall.now)
    due = mall.now + timedelta(days=environment().receipt_after_days)
    assert parcel(number).due_at == due and next_due() <= due
    run_due(due - timedelta(seconds=1))
    assert parcel(number).state == State.SHIPPED
    for _ in range(2):
        run_due(due)
    found = parcel(number)
    assert (found.state, found.received_at, found.is_received_by_clock) == (State.RECEIVED, due, True)
    assert parcel(waiting).state == State.TO_SHIP
    assert findings(["draws_hold"]) == []


def test_the_database_keeps_them_and_lets_no_state_go_back(mall):
    number = mall.had()
    ship_exchange(number, "sf", NUMBER, operator(), mall.now)
    for statement in (
        "DELETE FROM pool_exchange_parcel WHERE exchange_id = %s",
        "UPDATE pool_exchange_parcel SET state = 1 WHERE exchange_id = %s",
        "UPDATE pool_exchange_parcel SET street = 'x' WHERE exchange_id = %s",
        "UPDATE pool_exchange_parcel SET member_id = 1 WHERE exchange_id = %s",
        "UPDATE pool_exchange_parcel SET state = 3, due_at = NULL WHERE exchange_id = %s",
        "UPDATE pool_exchange_parcel SET tracking_number = '' WHERE exchange_id = %s",
        "INSERT INTO pool_exchange_parcel (exchange_id, member_id, made_at, state) VALUES (%s, 1, now(), 1)",
    ):
        with pytest.raises(Exception, match=r"kept|violates"), transaction.atomic():
            raw_cursor().execute(statement, (number,))
    with pytest.raises(Exception, match="kept"), transaction.atomic():
        raw_cursor().execute("TRUNCATE pool_exchange_parcel")


def test_what_is_to_be_shipped_comes_back_as_an_import(mall):
    number, homeless = mall.had(), mall.had(mall.homeless)
    clerk, name = operator(), to_text(EXCHANGE, number)
    rows = csv.DictReader(io.StringIO("".join(to_ship_lines()).removeprefix("\ufeff")))
    ours = {row["订单号 Order"]: row for row in rows}
    assert ours[name]["商品 Product"] == f"{mall.name} (红)"
    assert (ours[name]["收货人 Receiver"], ours[name]["电话 Phone"]) == ("李雷", "13800138000")
    assert (ours[name]["区县 District"], ours[name]["详细地址 Street"]) == ("东城区", "长安街 1 号")
    assert ours[to_text(EXCHANGE, homeless)]["收货人 Receiver"] == ""
    Address.objects.filter(member_id=mall.homeless).delete()
    lines = [
        "订单号,快递公司,快递单号",
        *(f"{one},顺丰,{NUMBER}" for one in (name, to_text(EXCHANGE, homeless))),
    ]
    data = "\n".join(lines).encode()
    for first in (TAKEN, TAKEN_BEFORE):
        found = import_rows(read_file(data), clerk, mall.now)
        assert [one.result for one in found] == [first, REFUSED]
        assert found[1].refusal.code == "address_missing"
    assert name not in "".join(to_ship_lines())


class Undo(Exception):
    """Takes the earlier time back."""


def test_exchanges_made_before_there_were_parcels_can_be_shipped(mall):
    number, homeless = mall.had(address_id=mall.office.pk), mall.had(mall.homeless)
    earlier = import_module("pinwheel.market.pool.migrations.0004_exchange_parcels").EARLIER
    with pytest.raises(Undo), transaction.atomic():
        cursor = raw_cursor()
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM pool_exchange_parcel")
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute(earlier)
        assert ExchangeParcel.objects.count() == Exchange.objects.count()
        ship_exchange(number, "sf", NUMBER, operator(), mall.now)
        assert parcel(number).street == "长安街 1 号"  # the default one: where it went is not known
        assert code_of(ship_exchange, homeless, "sf", NUMBER, operator(), mall.now) == "address_missing"
        for name in ("exchanges_have_their_parcel", "exchange_parcels_have_their_moments"):
            assert list(query_check(name)(cursor)) == []
        raise Undo
