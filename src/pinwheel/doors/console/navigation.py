"""The sidebar: groups in the order of an operator's day."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from pinwheel.doors.console.language import gettext as _

Item = dict[str, Any]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar of the operator who asks; what a role may not see is left out."""
    return [
        {"title": "", "items": [item(_("Overview"), "dashboard", "admin:index", exactly=request)]},
        {"title": _("Selling"), "separator": True, "items": selling()},
        {
            "title": _("Running"),
            "separator": True,
            "items": running(),
        },
        {
            "title": _("Members"),
            "separator": True,
            "items": [
                seen(_("Members"), "person", "members.member"),
                seen(_("Adjustments"), "balance", "adjustments.adjustmentproposal"),
                item(_("Win counters"), "counter_3", "admin:win_counters", "groups.view_wincounter"),
                item(_("Promoters"), "diversity_3", "admin:promoters", "promoters.view_promoter"),
            ],
        },
        {"title": _("Messages"), "separator": True, "items": told()},
        {"title": _("Days and points"), "separator": True, "items": days_and_points()},
        {"title": _("Ledger"), "separator": True, "items": ledger(request)},
        {
            "title": _("System"),
            "separator": True,
            "items": [
                item(_("Asset names"), "label", "admin:asset_names", "naming.view_assetname"),
                seen(_("Operators"), "badge", "staff.operator"),
                seen(_("Roles"), "admin_panel_settings", "auth.group"),
                seen(_("API keys"), "key", "api.apikey"),
                seen(_("Webhooks"), "webhook", "webhooks.endpoint"),
                seen(_("Webhook deliveries"), "outbox", "webhooks.hookdelivery"),
                seen(_("Operation log"), "history", "admin.logentry"),
            ],
        },
    ]


def running() -> list[Item]:
    """Groups, orders, and what follows from them."""
    return [
        seen(_("Groups and draws"), "groups", "groups.group"),
        seen(_("Draws awaiting a value"), "hourglass_top", "public_values.publicvalue"),
        seen(_("Orders"), "receipt_long", "orders.order"),
        seen(_("Parcels"), "local_shipping", "delivery.delivery"),
        item(
            _("Parcels for points"),
            "redeem",
            "admin:pool_exchangeparcel_changelist",
            "delivery.view_delivery",
        ),
        item(_("Import tracking numbers"), "upload", "admin:parcel_import", "console.ship_order"),
        seen(_("After-sales"), "assignment_return", "aftersales.aftersale"),
        seen(_("Debts of reversals"), "money_off", "aftersales.debt"),
        seen(_("Invoices"), "request_quote", "delivery.invoice"),
        seen(_("Payments"), "payments", "cashier.payment"),
        seen(_("Refunds"), "undo", "cashier.refund"),
    ]


def selling() -> list[Item]:
    """What is sold, by which plans and when."""
    return [
        seen(_("Products"), "inventory_2", "catalogue.product"),
        seen(_("Categories"), "category", "catalogue.category"),
        seen(_("Stock movements"), "swap_vert", "catalogue.stockmovement"),
        seen(_("Plan drafts"), "edit_document", "plans.plandraft"),
        seen(_("Publish requests"), "approval", "plans.publishrequest"),
        seen(_("Published plans"), "verified", "plans.planversion"),
        seen(_("Simulations"), "science", "plans.simulation"),
        seen(_("Activities"), "campaign", "activities.activity"),
        item(_("New activity"), "add_circle", "admin:activity_new", "activities.add_activity"),
        seen(_("Stops of activities"), "stop_circle", "activities.activitystop"),
        seen(_("Coupon templates"), "confirmation_number", "coupons.coupontemplate"),
        seen(_("Coupons"), "sell", "coupons.coupon"),
    ]


def told() -> list[Item]:
    """What members are told, and how it reaches them."""
    return [
        seen(_("Messages"), "mail", "messaging.message"),
        seen(_("Deliveries of messages"), "outgoing_mail", "messaging.delivery"),
        item(_("Texts of messages"), "edit_note", "admin:message_kinds", "messaging.view_wording"),
    ]


def days_and_points() -> list[Item]:
    """What business days bring, and the pools of points."""
    return [
        seen(_("Days' runs"), "today", "days.dayrun"),
        item(_("Pool settlement"), "savings", "admin:pool_plans", "pool.view_profit"),
        seen(_("Moves of points"), "swap_horiz", "pool.poolmove"),
        seen(_("Goods for points"), "redeem", "pool.exchangeitem"),
        seen(_("Exchanges"), "shopping_bag", "pool.exchange"),
    ]


def ledger(request: HttpRequest) -> list[Item]:
    """The books, and what recomputes them."""
    return [
        item(_("Explorer"), "search", "admin:ledger_explorer", "ledger.view_transfer", request),
        item(_("Accounts"), "account_balance", "admin:ledger_accounts", "ledger.view_platformbalance"),
        item(_("Batches"), "link", "admin:ledger_batches", "ledger.view_batch"),
        item(_("Audit"), "fact_check", "admin:ledger_audit", "ledger.view_lane"),
    ]


def seen(title: str, icon: str, model: str) -> Item:
    """A list, for those who may see it."""
    room, name = model.split(".")
    return item(title, icon, f"admin:{room}_{name}_changelist", f"{room}.view_{name}")


def item(title: str, icon: str, view: str, permission: str = "", exactly: HttpRequest | None = None) -> Item:
    """One entry. `exactly`: the entry is marked only on its own page, given the page that is shown."""
    url = reverse(view)
    entry: Item = {"title": title, "icon": icon, "link": url}
    if permission:
        entry["permission"] = may(permission)
    if exactly is not None:
        entry["active"] = exactly.path == url
    return entry


def may(permission: str) -> Callable[[HttpRequest], bool]:
    def holds(request: HttpRequest) -> bool:
        return bool(request.user.has_perm(permission))

    return holds
