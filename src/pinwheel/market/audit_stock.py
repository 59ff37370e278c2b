"""The audit of stock: it is the sum of movements; pieces allotted are sold, left or given back."""

# Kinds of movements: catalogue/models.py; states of orders: orders/models.py.
STOCK_QUERIES: dict[str, tuple[str, str]] = {
    "stock_is_the_sum_of_movements": (
        "variant's stock is not what was received, corrected, given back and returned less allotted and sold",
        "SELECT s.id FROM catalogue_sku s LEFT JOIN (SELECT sku_id, sum(pieces) AS pieces"
        " FROM catalogue_stock_movement GROUP BY 1) m ON m.sku_id = s.id"
        " WHERE s.stock <> coalesce(m.pieces, 0)",
    ),
    "returned_pieces_are_of_refunds": (
        "piece back in stock is of no refunded after-sale whose order had it, or has no movement",
        "SELECT coalesce(r.id, m.id) FROM aftersales_restocked r"
        " FULL JOIN (SELECT * FROM catalogue_stock_movement WHERE kind = 5) m ON m.id = r.movement_id"
        " LEFT JOIN aftersales_aftersale a ON a.id = r.aftersale_id AND a.state = 4"
        " LEFT JOIN orders_order o ON o.id = a.order_id LEFT JOIN delivery_parcel p ON p.order_id = o.id"
        " WHERE r.id IS NULL OR m.id IS NULL OR a.id IS NULL OR p.order_id IS NULL OR m.pieces <> 1"
        " OR m.about <> a.id OR m.sku_id <> r.sku_id OR r.order_id <> a.order_id"
        " OR r.sku_id NOT IN (o.sku_id, p.extra_sku_id)",
    ),
    "offered_pieces_are_given_or_left": (
        "pieces allotted to goods for points are neither left, given back, nor exchanged",
        "SELECT i.id FROM pool_exchange_item i LEFT JOIN (SELECT about, sku_id, -sum(pieces) AS pieces"
        " FROM catalogue_stock_movement WHERE kind IN (1, 2) AND about <> 0 GROUP BY 1, 2) m"
        " ON m.about = i.id AND m.sku_id = i.sku_id"
        " LEFT JOIN (SELECT item_id, count(*) AS given FROM pool_exchange GROUP BY 1) e ON e.item_id = i.id"
        ' WHERE i.sku_id IS NOT NULL AND coalesce(m.pieces, 0) <> i."left" + coalesce(e.given, 0)',
    ),
    "extra_pieces_are_given_or_left": (
        "pieces of an activity's second article are not those of its joins that stand and may still be taken",
        "SELECT a.id FROM activities_activity a LEFT JOIN (SELECT about, sku_id, -sum(pieces) AS pieces"
        " FROM catalogue_stock_movement WHERE kind IN (1, 2) AND about <> 0 GROUP BY 1, 2) m"
        " ON m.about = a.id AND m.sku_id = a.extra_sku_id"
        " LEFT JOIN (SELECT activity_id, count(*) AS orders FROM orders_order"
        " WHERE state IN (0, 1, 2, 3, 6) GROUP BY 1) o ON o.activity_id = a.id"
        ' LEFT JOIN (SELECT activity_id, sum("left") AS pieces FROM activities_activity_product GROUP BY 1) p'
        " ON p.activity_id = a.id WHERE a.extra_sku_id IS NOT NULL"
        " AND coalesce(m.pieces, 0) <> coalesce(o.orders, 0) + coalesce(p.pieces, 0)",
    ),
    "parcels_have_their_extra": (
        "parcel lacks the second article of its activity, or has one that it does not give",
        "SELECT p.order_id FROM delivery_parcel p JOIN activities_activity a ON a.id = p.activity_id"
        " WHERE p.extra_sku_id <> coalesce(a.extra_sku_id, 0)",
    ),
    "allotted_pieces_are_sold_or_left": (
        "pieces allotted to an activity are neither left, given back, nor in an order that stands",
        "SELECT p.id FROM activities_activity_product p JOIN activities_activity a ON a.id = p.activity_id"
        " LEFT JOIN (SELECT about, sku_id, -sum(pieces) AS pieces FROM catalogue_stock_movement"
        " WHERE kind IN (1, 2) AND about <> 0 GROUP BY 1, 2) m ON m.about = a.id AND m.sku_id = p.sku_id"
        " LEFT JOIN (SELECT activity_id, sku_id, count(*) AS orders FROM orders_order"
        " WHERE sku_id <> 0 AND state IN (0, 1, 2, 3, 6) GROUP BY 1, 2) o"
        " ON o.activity_id = a.id AND o.sku_id = p.sku_id"
        ' WHERE p.sku_id IS NOT NULL AND a.state <> 0 AND coalesce(m.pieces, 0) <> p."left"'
        " + coalesce(o.orders, 0)",
    ),
}
