"""Everything that the console shows, registered by being imported."""

from pinwheel.doors.console import (
    activities,
    adjustments,
    api_keys,
    cashier,
    exchange_goods,
    groups,
    log,
    members,
    operators,
    orders,
    plan_drafts,
    plan_versions,
    pool_lists,
    products,
    profits,
    runs,
)
from pinwheel.doors.console.site import SITE

__all__ = [
    "SITE",
    "activities",
    "adjustments",
    "api_keys",
    "cashier",
    "exchange_goods",
    "groups",
    "log",
    "members",
    "operators",
    "orders",
    "plan_drafts",
    "plan_versions",
    "pool_lists",
    "products",
    "profits",
    "runs",
]
