"""What members are told of their after-sales: to send the goods back, that money goes back, or why not."""

from datetime import datetime

from pinwheel.ledger.post import raw_cursor
from pinwheel.market.aftersales.models import AfterSale
from pinwheel.market.delivery.models import Delivery
from pinwheel.market.delivery.telling import goods_of
from pinwheel.market.ids import new_id
from pinwheel.market.messages.events import tell
from pinwheel.plan.amounts import format_amount

State = AfterSale.State


def tell_answer(parcel: Delivery, aftersale: AfterSale, now: datetime) -> None:
    """Tell the member what an operator answered; nothing while a second person has to look at it."""
    amount = format_amount(aftersale.amount)
    answers = {
        State.RETURNING: (
            "同意退货，请寄回商品，并在订单页填写快递单号。",
            "the return is agreed. Please send the goods back and enter the number on the order's page.",
        ),
        State.REFUNDED: (f"{amount} 元已按原路退回。", f"{amount} yuan go back the way they came."),
        State.REFUSED: (f"未通过：{aftersale.answer}", f"your request was refused: {aftersale.answer}"),
    }
    answer = answers.get(State(aftersale.state))
    if answer is not None:
        facts = goods_of(parcel) | {"answer": answer}
        tell(raw_cursor(), "after_sale", [aftersale.member_id], new_id(now), now, facts)
