"""Giving points for goods: dividend points of a plan's pool, or consumer points and cash in the points mall.
Where the goods go is copied with the exchange.

Once per request key. The item is locked first, then the member's wallet: nothing is given twice or oversold.
"""

from collections import Counter
from datetime import datetime
from uuid import UUID

import numpy as np
from django.db import IntegrityError, transaction
from django.db.models import F

from pinwheel.ledger.accounts import platform_account
from pinwheel.ledger.post import TRANSFER, post, raw_cursor
from pinwheel.ledger.wallets import LockedWallets, lock_wallets
from pinwheel.market.catalogue import stock
from pinwheel.market.ids import new_id
from pinwheel.market.pool.calendar import pool_calendar, pool_terms
from pinwheel.market.pool.models import Exchange, ExchangeItem
from pinwheel.market.pool.parcels import address_for, make_parcel
from pinwheel.market.pool.services import Cursor, post_points, refuse_member, refuse_too_few
from pinwheel.market.refusals import Refused
from pinwheel.plan.amounts import format_amount
from pinwheel.rules.assets import CASH
from pinwheel.rules.dividends import OPEN
from pinwheel.rules.reasons import EXCHANGE, MALL_CASH, MALL_POINTS

MALL = "mall"  # the platform's account: points and cash that the mall took


def exchange(
    item_id: int,
    points: int,
    member_id: int,
    request_key: UUID,
    now: datetime,
    cash: int = 0,
    address_id: int | None = None,
) -> Exchange:
    """Give points, and cash where the item asks for it, for one piece of goods.

    Args:
        points: hundredths, as they were shown to the member; cash: fen, likewise.
        address_id: where the goods go; None: the default address, or none until they are shipped.
    Raises: Refused not_found, sold_out, price_changed, address_missing, member_frozen, exchange_closed,
        exchange_limit, insufficient_points, insufficient_balance, idempotency_conflict; nothing moved then.
    """
    mall = platform_account("", MALL)
    try:
        with transaction.atomic():
            return exchange_in_transaction(
                item_id, points, member_id, request_key, now, cash, address_id, mall
            )
    except IntegrityError:
        return exchanged(Exchange.objects.get(request_key=request_key), item_id, points, member_id, cash)


def exchange_in_transaction(
    item_id: int,
    points: int,
    member_id: int,
    request_key: UUID,
    now: datetime,
    cash: int,
    address_id: int | None,
    mall: int,
) -> Exchange:
    item = ExchangeItem.objects.select_for_update(of=("self",)).filter(pk=item_id, is_shown=True).first()
    # Under the lock: the same request at the same time has taken its piece by now.
    done = Exchange.objects.filter(request_key=request_key).first()
    if done is not None:
        return exchanged(done, item_id, points, member_id, cash)
    if item is None:
        raise Refused("not_found")
    terms = None if item.is_of_mall else pool_terms(item.plan, now)
    if item.left == 0:
        raise Refused("sold_out")
    if (points, cash) != (item.points, item.cash):
        raise Refused("price_changed", {"points": price_text(item)})
    address = address_for(member_id, address_id)
    cursor = raw_cursor()
    wallets = lock_wallets(cursor, [member_id])
    refuse_member(member_id)
    if terms is not None:
        calendar = pool_calendar(terms[1], now)
        if calendar.phase != OPEN:
            raise Refused("exchange_closed", {"next": calendar.opens.isoformat()})
    refuse_more(item, member_id)
    refuse_too_few(item.points, int(wallets.balances[0, item.asset]))
    refuse_poor(item.cash, int(wallets.balances[0, CASH]))

    # After this point it must succeed.
    ExchangeItem.objects.filter(pk=item.pk).update(left=F("left") - 1)
    number = new_id(now)
    if terms is not None:
        batch = post_points(cursor, terms[0], wallets, EXCHANGE, item.points, number, now)
    else:
        batch = post_mall(cursor, mall, wallets, item, number, now)
    made = Exchange.objects.create(
        id=number,
        item=item,
        member_id=member_id,
        points=item.points,
        cash=item.cash,
        at=now,
        request_key=request_key,
        batch=batch,
    )
    make_parcel(made, address)
    return made


def price_text(item: ExchangeItem) -> str:
    """What an item costs, as a refusal says it."""
    points = format_amount(item.points)
    return f"{points} + ¥{format_amount(item.cash)}" if item.cash else points


def refuse_more(item: ExchangeItem, member_id: int) -> None:
    """Raises: Refused exchange_limit. The member's wallet is locked, so the count stands."""
    if item.per_member is None:
        return
    if Exchange.objects.filter(item=item, member_id=member_id).count() >= item.per_member:
        raise Refused("exchange_limit", {"limit": item.per_member})


def refuse_poor(needed: int, held: int) -> None:
    """Raises: Refused insufficient_balance."""
    if held < needed:
        raise Refused("insufficient_balance", {"needed": format_amount(needed), "held": format_amount(held)})


def post_mall(
    cursor: Cursor, mall: int, wallets: LockedWallets, item: ExchangeItem, about: int, now: datetime
) -> int:
    """The points and the cash of an exchange in the mall, from the member to the mall; return the batch."""
    member = int(wallets.members[0])
    lines = [(member, mall, item.asset, item.points, MALL_POINTS, about)]
    if item.cash:
        lines.append((member, mall, CASH, item.cash, MALL_CASH, about))
    return post(cursor, now, np.array(lines, dtype=TRANSFER), wallets)


def exchanged(done: Exchange, item_id: int, points: int, member_id: int, cash: int) -> Exchange:
    """The exchange that the key stands for. Raises: Refused idempotency_conflict."""
    if (done.item_id, done.points, done.member_id, done.cash) != (item_id, points, member_id, cash):
        raise Refused("idempotency_conflict")
    return done


def set_left(item: ExchangeItem, wanted: int, shown: int | None, now: datetime) -> None:
    """Set how many pieces an item has left; of a variant they come out of its stock, or go back to it.

    Args:
        shown: what was shown when it was decided; None: the item is new.
    Raises: Refused stock_short, invalid where members took some meanwhile.
    """
    with transaction.atomic():
        locked = ExchangeItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
        if shown is not None and locked.left != shown:
            raise Refused("invalid", {"what": tuple(one.format(left=locked.left) for one in LEFT_CHANGED)})
        change = wanted - (locked.left if shown is not None else 0)
        if locked.sku_id is not None and change > 0:
            stock.allot(Counter({locked.sku_id: change}), locked.pk, now)
        elif locked.sku_id is not None and change < 0:
            stock.give_back(Counter({locked.sku_id: -change}), locked.pk, now)
        ExchangeItem.objects.filter(pk=locked.pk).update(left=wanted)


LEFT_CHANGED = (
    "库存在此期间变为 {left} 件，请重新查看后再改。",
    "The stock has become {left} meanwhile; look again before changing it.",
)
