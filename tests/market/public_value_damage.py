"""Damage to public values; test_public_values.py does it, test_audit.py counts it."""

# (statement, the check that must find it), once a group was drawn, and while it waits.
DRAWN_DAMAGE = [
    ("UPDATE public_values_value SET value = '508'", "draws_hold"),
    ("UPDATE public_values_value SET value = '508'", "public_values_hold"),
    ("UPDATE public_values_value SET list_hash = sha256('x')", "public_values_hold"),
    ("UPDATE public_values_entry SET digits = '508' WHERE source = ''", "public_values_hold"),
    (
        "UPDATE public_values_value SET confirmed_by_id = NULL, state = 3, value = NULL, known_at = NULL",
        "public_values_have_their_groups",
    ),
    ("DELETE FROM public_values_value", "groups_were_drawn_with_their_value"),
]
DRAWN_DAMAGE += [("UPDATE public_values_value SET bars = '{1,0,0}'", "public_values_hold")]
WAITING_DAMAGE = [
    ("DELETE FROM public_values_value", "full_groups_wait_for_something"),
    ("UPDATE groups_group SET drawn_order = '{1,2,3}' WHERE state = 1", "waiting_groups_have_no_outcome"),
    ("UPDATE orders_order SET outcome = 0 WHERE seat = 1", "waiting_groups_have_no_outcome"),
    ("UPDATE groups_group SET state = 3 WHERE state = 1", "public_values_have_their_groups"),
    ("UPDATE public_values_value SET round = round + 1", "public_values_hold"),
]
