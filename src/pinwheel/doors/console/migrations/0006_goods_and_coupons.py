"""Rights of coupons, categories and stock, for the roles that a shop starts with."""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations

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


def give_rights(apps: Any, schema_editor: Any) -> None:
    """Permissions are otherwise made only after the last migration. A role that was removed stays away."""
    for label in ("catalogue", "coupons"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    permissions = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in apps.get_model("auth", "Permission").objects.select_related("content_type")
    }
    for role, names in ROLES.items():
        for group in apps.get_model("auth", "Group").objects.filter(name=role):
            group.permissions.add(*(permissions[name] for name in names))


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0005_simulations"),
        ("catalogue", "0004_movements_never_change"),
        ("coupons", "0002_grants_never_change"),
    ]
    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
