"""After-sales: asked for by the member, answered by an operator, refunded with what the order gave reversed.

Every step locks the parcel first, so that shipping, receipt and after-sales of one order take turns.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pinwheel.config.environment import environment
from pinwheel.ledger.accounts import plan_accounts
from pinwheel.ledger.post import post, raw_cursor
from pinwheel.ledger.wallets import lock_wallets
from pinwheel.market.activities.models import Activity
from pinwheel.market.aftersales.models import AfterSale
from pinwheel.market.aftersales.refund import decide_reversals, refund_transfers, ways_back, write_debts
from pinwheel.market.aftersales.restock import lock_pieces, put_in_stock
from pinwheel.market.aftersales.states import refuse_state
from pinwheel.market.aftersales.telling import tell_answer
from pinwheel.market.cashier.refunds import request_aftersale_refunds
from pinwheel.market.delivery import services as delivery
from pinwheel.market.delivery.carriers import read_carrier, read_tracking_number
from pinwheel.market.delivery.models import Delivery
from pinwheel.market.delivery.states import IN_WORDS as PARCEL_IN_WORDS
from pinwheel.market.delivery.states import refuse_disputed
from pinwheel.market.ids import new_id
from pinwheel.market.orders.models import Order
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator
from pinwheel.plan.amounts import format_amount

State, Kind, Parcel = AfterSale.State, AfterSale.Kind, Delivery.State
LONGEST_REASON = 200
KINDS_ALLOWED: dict[int, tuple[int, ...]] = {  # by the state of the parcel
    Parcel.CHOOSING: (),
    Parcel.TO_SHIP: (Kind.REFUND_ONLY,),
    Parcel.SHIPPED: (Kind.REFUND_ONLY, Kind.RETURN_AND_REFUND),
    Parcel.RECEIVED: (Kind.REFUND_ONLY, Kind.RETURN_AND_REFUND),
    Parcel.CLOSED: (),
}


def ask(
    order_id: int,
    member_id: int,
    kind: int,
    amount: int | None,
    reason: str,
    request_key: UUID,
    now: datetime,
) -> AfterSale:
    """Ask for `amount` fen back, or for all that is left; the same request twice has the effect of once.

    Raises: Refused not_found, idempotency_conflict, reason_missing, not_allowed_now, aftersale_open,
        refund_too_large.
    """
    said = stated(reason)
    with transaction.atomic():
        parcel = delivery.lock_parcel(order_id)
        if parcel.member_id != member_id:
            raise Refused("not_found")
        done = AfterSale.objects.filter(request_key=request_key).first()
        if done is not None:
            return replayed(done, order_id, kind, amount, said)
        refuse_disputed(parcel)
        left = parcel.paid - parcel.refunded
        if kind not in KINDS_ALLOWED[parcel.state] or left == 0:
            raise Refused("not_allowed_now", {"state": PARCEL_IN_WORDS[parcel.state]})
        wanted = left if amount is None else amount
        if not 0 < wanted <= left:
            raise Refused("refund_too_large", {"left": format_amount(left)})

        # After this point it must succeed.
        aftersale = AfterSale.objects.create(
            id=new_id(now),
            order_id=order_id,
            member_id=member_id,
            kind=kind,
            amount=wanted,
            reason=said,
            parcel_state=parcel.state,
            needs_second_person=wanted > environment().refund_alone_up_to * 100,
            request_key=request_key,
            asked_at=now,
        )
        parcel.is_disputed = True
        parcel.save(update_fields=["is_disputed"])
    return aftersale


def replayed(done: AfterSale, order_id: int, kind: int, amount: int | None, reason: str) -> AfterSale:
    """What the key stands for. Raises: Refused idempotency_conflict."""
    if (done.order_id, done.kind, done.reason) != (order_id, kind, reason) or amount not in (
        None,
        done.amount,
    ):
        raise Refused("idempotency_conflict")
    return done


def stated(reason: str) -> str:
    """Raises: Refused reason_missing."""
    text = " ".join(reason.split())
    if not 0 < len(text) <= LONGEST_REASON:
        raise Refused("reason_missing", {"longest": LONGEST_REASON})
    return text


def locked(aftersale_id: int) -> tuple[Delivery, AfterSale]:
    """The parcel and its after-sale, both locked, in this order. Raises: Refused not_found."""
    order_id = AfterSale.objects.filter(pk=aftersale_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise Refused("not_found")
    parcel = delivery.lock_parcel(order_id)
    return parcel, lock_aftersale(aftersale_id)


def lock_aftersale(aftersale_id: int) -> AfterSale:
    return AfterSale.objects.select_for_update(no_key=True).get(pk=aftersale_id)


def approve(
    aftersale_id: int, operator: Operator, now: datetime, kept_off_sale: Collection[int] = ()
) -> AfterSale:
    """Agree. A return waits for the goods, a large refund for a second person, any other is refunded now.

    `kept_off_sale`: as for a refund.

    Raises: Refused not_found, not_allowed_now, refund_too_large.
    """
    with transaction.atomic():
        parcel, aftersale = locked(aftersale_id)
        is_return = aftersale.kind == Kind.RETURN_AND_REFUND
        refuse_state(aftersale, State.RETURNING if is_return else State.APPROVED)
        aftersale.approved_by, aftersale.approved_at = operator, now
        if is_return or aftersale.needs_second_person:
            aftersale.state = State.RETURNING if is_return else State.APPROVED
            aftersale.save(update_fields=["approved_by", "approved_at", "state"])
            tell_answer(parcel, aftersale, now)
        else:
            pay_back(parcel, aftersale, operator, now, kept_off_sale)
    return aftersale


def send_back(
    aftersale_id: int, member_id: int, carrier: str, tracking_number: str, now: datetime
) -> AfterSale:
    """The member says by what the goods come back; the same twice has the effect of once.

    Raises: Refused unknown_carrier, bad_tracking_number, not_found, not_allowed_now.
    """
    code, number = read_carrier(carrier), read_tracking_number(tracking_number)
    with transaction.atomic():
        _, aftersale = locked(aftersale_id)
        refuse_other_member(aftersale, member_id)
        if (aftersale.state, aftersale.carrier, aftersale.tracking_number) == (State.SENT_BACK, code, number):
            return aftersale
        refuse_state(aftersale, State.SENT_BACK)
        aftersale.carrier, aftersale.tracking_number = code, number
        aftersale.state, aftersale.sent_back_at = State.SENT_BACK, now
        aftersale.save(update_fields=["carrier", "tracking_number", "state", "sent_back_at"])
    return aftersale


def refund(
    aftersale_id: int, operator: Operator, now: datetime, kept_off_sale: Collection[int] = ()
) -> AfterSale:
    """The goods have arrived, or a second person agrees: the money goes back, the pieces into stock.

    `kept_off_sale`: variants whose piece does not go back on sale, as it is damaged or did not come.

    Raises: Refused not_found, not_allowed_now, same_person, refund_too_large.
    """
    with transaction.atomic():
        parcel, aftersale = locked(aftersale_id)
        if aftersale.state == State.ASKED:
            raise Refused("not_allowed_now", {"state": ("待处理", "waiting for an answer")})
        refuse_state(aftersale, State.REFUNDED)
        if aftersale.needs_second_person and aftersale.approved_by_id == operator.pk:
            raise Refused("same_person")
        pay_back(parcel, aftersale, operator, now, kept_off_sale)
    return aftersale


def pay_back(
    parcel: Delivery, aftersale: AfterSale, operator: Operator, now: datetime, kept_off_sale: Collection[int]
) -> None:
    """Refund, reverse and restock, in the caller's transaction. Raises: Refused refund_too_large."""
    order = Order.objects.get(pk=aftersale.order_id)
    plan: str = Activity.objects.values_list("plan_version__name", flat=True).get(pk=order.activity_id)
    left = parcel.paid - parcel.refunded
    if aftersale.amount > left:
        raise Refused("refund_too_large", {"left": format_amount(left)})
    pieces = lock_pieces(parcel, aftersale, order.sku_id, kept_off_sale)
    cursor, accounts = raw_cursor(), plan_accounts(plan)
    wallets = lock_wallets(cursor, [order.member_id])
    ways = ways_back(order, parcel.refunded, aftersale.amount)
    reversals = decide_reversals(order, parcel, ways, wallets)

    # After this point it must succeed.
    transfers = refund_transfers(accounts, order, ways, reversals)
    aftersale.batch = post(cursor, now, transfers, wallets)
    aftersale.state, aftersale.ended_by, aftersale.ended_at = State.REFUNDED, operator, now
    aftersale.save()
    write_debts(aftersale, plan, reversals, now)
    put_in_stock(aftersale, pieces, operator, now)
    parcel.refunded += aftersale.amount
    if parcel.refunded == parcel.paid:
        parcel.state, parcel.closed_at = Parcel.CLOSED, now
    settle_dispute(parcel, now)
    outside = [(way.part, way.amount) for way in ways if way.route == Order.Route.EXTERNAL]
    request_aftersale_refunds(cursor, aftersale.pk, order.pk, outside, now)
    tell_answer(parcel, aftersale, now)


def settle_dispute(parcel: Delivery, now: datetime) -> None:
    """The parcel goes on; one on its way counts as received after the whole time again."""
    parcel.is_disputed = False
    parcel.due_at = delivery.receipt_due(now) if parcel.state == Parcel.SHIPPED else None
    parcel.save(update_fields=["refunded", "state", "closed_at", "is_disputed", "due_at"])


def refuse(aftersale_id: int, operator: Operator, reason: str, now: datetime) -> AfterSale:
    """Turn down, with a reason for the member to read.

    Raises: Refused reason_missing, not_found, not_allowed_now.
    """
    said = stated(reason)
    with transaction.atomic():
        parcel, aftersale = locked(aftersale_id)
        refuse_state(aftersale, State.REFUSED)
        aftersale.state, aftersale.answer = State.REFUSED, said
        aftersale.ended_by, aftersale.ended_at = operator, now
        aftersale.save(update_fields=["state", "answer", "ended_by", "ended_at"])
        settle_dispute(parcel, now)
        tell_answer(parcel, aftersale, now)
    return aftersale


def withdraw(aftersale_id: int, member_id: int, now: datetime) -> AfterSale:
    """The member no longer wants it; saying so twice has the effect of once.

    Raises: Refused not_found, not_allowed_now.
    """
    with transaction.atomic():
        parcel, aftersale = locked(aftersale_id)
        refuse_other_member(aftersale, member_id)
        if aftersale.state == State.WITHDRAWN:
            return aftersale
        refuse_state(aftersale, State.WITHDRAWN)
        aftersale.state, aftersale.ended_at = State.WITHDRAWN, now
        aftersale.save(update_fields=["state", "ended_at"])
        settle_dispute(parcel, now)
    return aftersale


def refuse_other_member(aftersale: AfterSale, member_id: int) -> None:
    """Raises: Refused not_found."""
    if aftersale.member_id != member_id:
        raise Refused("not_found")
