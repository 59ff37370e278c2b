"""The four roles that a shop starts with. An operator in charge may change them or add others."""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations

SEES = [
    "catalogue.view_product",
    "catalogue.view_productpicture",
    "plans.view_plandraft",
    "plans.view_planversion",
    "activities.view_activity",
    "groups.view_group",
    "orders.view_order",
    "cashier.view_payment",
    "cashier.view_refund",
    "members.view_member",
]
SEES_MONEY = [
    "ledger.view_wallet",
    "ledger.view_transfer",
    "ledger.view_batch",
    "ledger.view_platformaccount",
    "ledger.view_platformbalance",
    "ledger.view_lane",
    "adjustments.view_adjustmentproposal",
    "console.view_figures",
]
ROLES = {
    "运营 Operations": [
        *SEES,
        "catalogue.add_product",
        "catalogue.change_product",
        "catalogue.delete_product",
        "catalogue.add_productpicture",
        "catalogue.change_productpicture",
        "catalogue.delete_productpicture",
        "plans.add_plandraft",
        "plans.change_plandraft",
        "plans.delete_plandraft",
        "activities.add_activity",
        "activities.change_activity",
        "console.publish_plan",
        "console.sell_activity",
        "console.view_figures",
    ],
    "财务 Finance": [*SEES, *SEES_MONEY, "console.propose_adjustment", "console.decide_adjustment"],
    "客服 Support": [
        *SEES,
        "ledger.view_wallet",
        "adjustments.view_adjustmentproposal",
        "console.propose_adjustment",
        "console.freeze_member",
    ],
    "审计 Audit": [
        *SEES,
        *SEES_MONEY,
        "admin.view_logentry",
        "staff.view_operator",
        "auth.view_group",
        "api.view_apikey",
    ],
}


def make_roles(apps: Any, schema_editor: Any) -> None:
    """Permissions are otherwise made only after the last migration, which is too late to grant them."""
    labels = {name.split(".")[0] for names in ROLES.values() for name in names}
    for label in sorted(labels):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    permissions = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in apps.get_model("auth", "Permission").objects.select_related("content_type")
    }
    for role, names in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=role)
        group.permissions.set([permissions[name] for name in names])


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("staff", "0001_initial"),
        ("ledger", "0001_initial"),
        ("members", "0001_initial"),
        ("adjustments", "0001_initial"),
        ("catalogue", "0001_initial"),
        ("plans", "0002_initial"),
        ("activities", "0002_initial"),
        ("orders", "0001_initial"),
        ("groups", "0001_initial"),
        ("cashier", "0001_initial"),
        ("api", "0001_initial"),
    ]
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
