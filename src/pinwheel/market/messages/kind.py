"""What a kind of message is."""

from typing import NamedTuple

from pinwheel.plan.words import Phrase


class Kind(NamedTuple):
    """A kind of message.

    `places`: what its text may name. `page`: where it leads in the shop; `{order}` is the order it is about.
    `is_urgent`: goes to a phone by short message unless the member says no. `is_advertising`: goes nowhere
    but to the inbox unless the member says yes.
    """

    number: int
    name: str
    label: Phrase
    title: Phrase
    body: Phrase
    places: tuple[str, ...]
    page: str
    is_urgent: bool = False
    is_advertising: bool = False


ORDER_PAGE = "/orders/{order}"
OF_ORDER = ("activity", "product", "amount", "order")
