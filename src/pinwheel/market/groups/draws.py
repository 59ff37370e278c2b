"""Making a draw: from the revealed seed and the frozen list of orders to the order of the seats."""

from collections.abc import Callable

from pinwheel.market.groups.opening import draw_id, unseal
from pinwheel.market.groups.seats import Drawn, OpenGroup
from pinwheel.market.ids import ORDER, to_text
from pinwheel.rules.draw import draw_seed, drawn_order, list_hash

# Given a group's draw id, its seed and its order ids by seat: the seat offsets in drawn order.
DrawMaker = Callable[[str, bytes, list[int]], list[int]]


def draw_v1(draw: str, server_seed: bytes, order_ids: list[int], public_bytes: bytes = b"") -> list[int]:
    """Protocol draw-v1; no public bytes: an instant draw. Source: page draw.md, steps 2 to 5."""
    seats_by_text = sorted(range(len(order_ids)), key=order_ids.__getitem__)  # texts sort as their numbers
    texts = [to_text(ORDER, order_ids[seat]) for seat in seats_by_text]
    seed = draw_seed(draw, server_seed, list_hash(texts), public_bytes)
    return [seats_by_text[position] for position in drawn_order(seed, len(texts))]


def make_draw(activity_id: int, group: OpenGroup, has_draw: bool, maker: DrawMaker = draw_v1) -> Drawn:
    """Reveal a filled group's seed and draw it, if its plan draws at all."""
    draw = draw_id(activity_id, group.draw_number)
    seed = unseal(group.sealed_seed, draw)
    order = maker(draw, seed, [order.id for order in group.orders]) if has_draw else []
    return Drawn(group, seed, order)
