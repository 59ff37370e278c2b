"""Rights of messages and webhooks, for the roles that a shop starts with."""

from django.db import migrations

from pinwheel.doors.console.role_rights import giving

SEE = ["messaging.view_message", "messaging.view_delivery", "messaging.view_wording"]
ROLES = {
    "运营 Operations": [*SEE, "messaging.change_delivery", "messaging.change_wording"],
    "财务 Finance": SEE,
    "客服 Support": [*SEE, "messaging.change_delivery"],
    "审计 Audit": [*SEE, "webhooks.view_endpoint", "webhooks.view_hookdelivery"],
}


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0006_goods_and_coupons"),
        ("messaging", "0001_initial"),
        ("webhooks", "0001_initial"),
    ]
    operations = [migrations.RunPython(giving(ROLES), migrations.RunPython.noop)]
