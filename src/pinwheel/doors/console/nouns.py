"""What the console calls each kind of thing. The rooms' models carry no words: words belong to doors."""

from django.apps import apps
from django.utils.functional import Promise

from pinwheel.doors.console.language import gettext_lazy as _

Words = tuple[str | Promise, str | Promise]  # one, several

ROOMS: dict[str, str | Promise] = {
    "catalogue": _("Products"),
    "plans": _("Plans"),
    "activities": _("Activities"),
    "groups": _("Groups and draws"),
    "public_values": _("Groups and draws"),
    "orders": _("Orders"),
    "cashier": _("Cashier"),
    "members": _("Members"),
    "adjustments": _("Adjustments"),
    "days": _("Days and points"),
    "pool": _("Days and points"),
    "promoters": _("Members"),
    "prizes": _("Activities"),
    "coupons": _("Coupons"),
    "delivery": _("Parcels"),
    "aftersales": _("After-sales"),
    "naming": _("Asset names"),
    "messaging": _("Messages"),
    "webhooks": _("Webhooks"),
    "ledger": _("Ledger"),
    "staff": _("Operators"),
    "auth": _("Roles"),
    "api": _("API"),
    "admin": _("Operation log"),
    "console": _("Console"),
}

NOUNS: dict[str, Words] = {
    "catalogue.Product": (_("product"), _("products")),
    "catalogue.ProductPicture": (_("picture"), _("pictures")),
    "catalogue.Category": (_("category"), _("categories")),
    "catalogue.Sku": (_("variant"), _("variants")),
    "catalogue.StockMovement": (_("stock movement"), _("stock movements")),
    "catalogue.PriceChange": (_("price"), _("prices")),
    "coupons.CouponTemplate": (_("coupon template"), _("coupon templates")),
    "coupons.Coupon": (_("coupon"), _("coupons")),
    "coupons.CouponUse": (_("use of a coupon"), _("uses of coupons")),
    "coupons.CouponGrant": (_("coupon given by hand"), _("coupons given by hand")),
    "plans.PlanDraft": (_("plan draft"), _("plan drafts")),
    "plans.PublishRequest": (_("publish request"), _("publish requests")),
    "plans.PlanVersion": (_("published plan"), _("published plans")),
    "plans.Simulation": (_("simulation"), _("simulations")),
    "activities.Activity": (_("activity"), _("activities")),
    "activities.ActivityStop": (_("stop of an activity"), _("stops of activities")),
    "activities.ActivityProduct": (_("product of an activity"), _("products of an activity")),
    "groups.Group": (_("group"), _("groups")),
    "public_values.PublicValue": (_("draw with a public value"), _("draws with a public value")),
    "public_values.NumberEntry": (_("entry of a public number"), _("entries of public numbers")),
    "orders.Order": (_("order"), _("orders")),
    "cashier.Payment": (_("payment"), _("payments")),
    "cashier.Refund": (_("refund"), _("refunds")),
    "members.Member": (_("member"), _("members")),
    "adjustments.AdjustmentProposal": (_("adjustment"), _("adjustments")),
    "members.SponsorChange": (_("change of a sponsor"), _("changes of sponsors")),
    "groups.WinCounter": (_("win counter"), _("win counters")),
    "promoters.Promoter": (_("promoter"), _("promoters")),
    "prizes.PrizeProduct": (_("prize to choose from"), _("prizes to choose from")),
    "prizes.PrizeChoice": (_("choice of a prize"), _("choices of prizes")),
    "prizes.Voucher": (_("voucher"), _("vouchers")),
    "delivery.Delivery": (_("parcel"), _("parcels")),
    "delivery.Address": (_("address"), _("addresses")),
    "delivery.OrderAddress": (_("address of an order"), _("addresses of orders")),
    "delivery.Invoice": (_("invoice"), _("invoices")),
    "aftersales.AfterSale": (_("after-sale"), _("after-sales")),
    "aftersales.Debt": (_("debt of a reversal"), _("debts of reversals")),
    "days.DayRun": (_("run of the day"), _("days' runs")),
    "pool.Profit": (_("month's profit"), _("months' profits")),
    "pool.PoolShare": (_("points in a pool"), _("points in pools")),
    "pool.PoolMove": (_("move of points"), _("moves of points")),
    "pool.ExchangeItem": (_("goods for points"), _("goods for points")),
    "pool.Exchange": (_("exchange"), _("exchanges")),
    "pool.ExchangeParcel": (_("parcel for points"), _("parcels for points")),
    "naming.AssetName": (_("asset name"), _("asset names")),
    "messaging.Message": (_("message"), _("messages")),
    "messaging.Delivery": (_("delivery of a message"), _("deliveries of messages")),
    "messaging.Wording": (_("text of messages"), _("texts of messages")),
    "webhooks.Endpoint": (_("webhook endpoint"), _("webhook endpoints")),
    "webhooks.HookDelivery": (_("webhook delivery"), _("webhook deliveries")),
    "ledger.Wallet": (_("wallet"), _("wallets")),
    "ledger.Transfer": (_("transfer"), _("transfers")),
    "ledger.Batch": (_("batch"), _("batches")),
    "ledger.Lane": (_("hash chain"), _("hash chains")),
    "ledger.PlatformAccount": (_("platform account"), _("platform accounts")),
    "ledger.PlatformBalance": (_("platform balance"), _("platform balances")),
    "staff.Operator": (_("operator"), _("operators")),
    "auth.Group": (_("role"), _("roles")),
    "api.ApiKey": (_("API key"), _("API keys")),
    "admin.LogEntry": (_("log entry"), _("operation log")),
    "console.Right": (_("console"), _("console")),
}


def name_nouns() -> None:
    """Give the models and rooms their words. Migrations look at the models' own text and see none of it."""
    for label, words in NOUNS.items():
        meta = apps.get_model(label)._meta
        meta.verbose_name, meta.verbose_name_plural = words
    for label, word in ROOMS.items():
        apps.get_app_config(label).verbose_name = word  # type: ignore[assignment]
