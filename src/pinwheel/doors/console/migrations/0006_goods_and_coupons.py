"""Rights of coupons, categories and stock, for the roles that a shop starts with."""

from django.db import migrations

from pinwheel.doors.console.role_rights import giving

SEES = [
    "catalogue.view_category",
    "catalogue.view_sku",
    "catalogue.view_stockmovement",
    "coupons.view_coupontemplate",
    "coupons.view_coupon",
]
ROLES = {
    "运营 Operations": [
        *SEES,
        "catalogue.add_category",
        "catalogue.change_category",
        "catalogue.add_sku",
        "catalogue.change_sku",
        "catalogue.add_stockmovement",
        "coupons.add_coupontemplate",
        "coupons.change_coupontemplate",
        "coupons.add_coupongrant",
    ],
    "财务 Finance": SEES,
    "客服 Support": [*SEES, "coupons.add_coupongrant"],
    "审计 Audit": SEES,
}


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0005_simulations"),
        ("catalogue", "0004_movements_never_change"),
        ("coupons", "0002_grants_never_change"),
    ]
    operations = [migrations.RunPython(giving(ROLES), migrations.RunPython.noop)]
