"""Stock of variants (SKU): changed under the row's lock, with a movement that is kept for good.

Pieces that an activity or an offer of the mall is to sell are allotted to it: they leave the stock, so two of
them can never sell the same piece. What they did not sell comes back.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F

from pinwheel.market.catalogue.models import Sku, StockMovement
from pinwheel.market.ids import new_id
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator

Kind = StockMovement.Kind
LONGEST_REASON = 300
MOST_PIECES = 1_000_000_000


def lock_skus(ids: Collection[int]) -> dict[int, Sku]:
    """Variants, locked in ascending order: after the offers that pieces go to or come from."""
    return {
        sku.pk: sku for sku in Sku.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("id")
    }


def allot(pieces: Mapping[int, int], about: int, now: datetime) -> None:
    """Take pieces out of stock for an activity or an offer, by variant. Must run in a transaction.

    Raises: Refused stock_short, not_found; nothing was taken then.
    """
    skus = lock_skus(pieces)
    for sku_id, count in sorted(pieces.items()):
        refuse_short(skus.get(sku_id), count)

    # After this point it must succeed.
    for sku_id, count in sorted(pieces.items()):
        write_movement(sku_id, Kind.ALLOTTED, -count, now, about)


def give_back(pieces: Mapping[int, int], about: int, now: datetime) -> None:
    """Pieces that an activity or an offer did not sell are in stock again. Must run in a transaction."""
    lock_skus(pieces)
    for sku_id, count in sorted(pieces.items()):
        write_movement(sku_id, Kind.GIVEN_BACK, count, now, about)


def receive(sku_id: int, pieces: int, reason: str, operator: Operator | None, now: datetime) -> None:
    """Pieces have come in. Raises: Refused not_found, amount_out_of_range."""
    change_by_hand(sku_id, Kind.RECEIVED, pieces, reason, operator, now)


def correct(sku_id: int, pieces: int, reason: str, operator: Operator | None, now: datetime) -> None:
    """The stock was counted and is other than written; `pieces` signed.

    Raises: Refused not_found, reason_missing, stock_short, amount_out_of_range.
    """
    if not reason.strip():
        raise Refused("reason_missing", {"longest": LONGEST_REASON})
    change_by_hand(sku_id, Kind.CORRECTED, pieces, reason, operator, now)


def change_by_hand(
    sku_id: int, kind: StockMovement.Kind, pieces: int, reason: str, operator: Operator | None, now: datetime
) -> None:
    """An operator's change of a variant's stock. Raises: Refused."""
    why = " ".join(reason.split())
    if len(why) > LONGEST_REASON:
        raise Refused("reason_missing", {"longest": LONGEST_REASON})
    if pieces == 0 or abs(pieces) > MOST_PIECES or (kind == Kind.RECEIVED and pieces < 0):
        raise Refused("amount_out_of_range", {"most": f"{MOST_PIECES:,}"})
    with transaction.atomic():
        refuse_short(lock_skus([sku_id]).get(sku_id), -pieces)
        write_movement(sku_id, kind, pieces, now, reason=why, operator=operator)


def refuse_short(sku: Sku | None, wanted: int) -> None:
    """Raises: Refused not_found, stock_short where a locked variant has fewer pieces than wanted."""
    if sku is None:
        raise Refused("not_found")
    if sku.stock < wanted:
        raise Refused("stock_short", {"code": sku.code, "wanted": wanted, "stock": sku.stock})


def write_movement(
    sku_id: int,
    kind: StockMovement.Kind,
    pieces: int,
    now: datetime,
    about: int = 0,
    reason: str = "",
    operator: Operator | None = None,
) -> None:
    """Change the stock of a locked variant, if there is anything to change, and keep the movement."""
    if pieces:
        move(sku_id, kind, pieces, now, about, reason, operator)


def move(
    sku_id: int,
    kind: StockMovement.Kind,
    pieces: int,
    now: datetime,
    about: int = 0,
    reason: str = "",
    operator: Operator | None = None,
) -> StockMovement:
    """Change the stock of a locked variant by pieces that are not 0, and return the movement."""
    Sku.objects.filter(pk=sku_id).update(stock=F("stock") + pieces)
    return StockMovement.objects.create(
        id=new_id(now),
        sku_id=sku_id,
        kind=kind,
        pieces=pieces,
        about=about,
        reason=reason,
        operator=operator,
        at=now,
    )
