"""Which state of an after-sale may follow which. Everything else is refused."""

from pinwheel.market.aftersales.models import AfterSale
from pinwheel.market.refusals import Refused

State = AfterSale.State

MAY_FOLLOW: dict[int, frozenset[int]] = {
    State.ASKED: frozenset({State.APPROVED, State.RETURNING, State.REFUNDED, State.REFUSED, State.WITHDRAWN}),
    State.APPROVED: frozenset({State.REFUNDED, State.REFUSED}),
    State.RETURNING: frozenset({State.SENT_BACK, State.REFUSED, State.WITHDRAWN}),
    State.SENT_BACK: frozenset({State.REFUNDED, State.REFUSED}),
    State.REFUNDED: frozenset(),
    State.REFUSED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
IN_WORDS: dict[int, tuple[str, str]] = {
    State.ASKED: ("待处理", "waiting for an answer"),
    State.APPROVED: ("待复核", "waiting for a second person"),
    State.RETURNING: ("待寄回", "to be sent back"),
    State.SENT_BACK: ("已寄回", "sent back"),
    State.REFUNDED: ("已退款", "refunded"),
    State.REFUSED: ("已拒绝", "refused"),
    State.WITHDRAWN: ("已撤销", "withdrawn"),
}


def refuse_state(aftersale: AfterSale, wanted: int) -> None:
    """Raises: Refused not_allowed_now unless the state may be followed by the wanted one."""
    if wanted not in MAY_FOLLOW[aftersale.state]:
        raise Refused("not_allowed_now", {"state": IN_WORDS[aftersale.state]})
