"""Rights of parcels, invoices and after-sales, for the roles that a shop starts with."""

from django.db import migrations

from pinwheel.doors.console.role_rights import giving

SEES = [
    "delivery.view_delivery",
    "delivery.view_invoice",
    "aftersales.view_aftersale",
    "aftersales.view_debt",
]
ROLES = {
    "运营 Operations": [*SEES, "console.ship_order", "console.answer_aftersale"],
    "财务 Finance": [*SEES, "console.answer_aftersale"],
    "客服 Support": [*SEES, "console.answer_aftersale"],
    "审计 Audit": SEES,
}


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0007_messages"),
        ("delivery", "0001_initial"),
        ("aftersales", "0001_initial"),
    ]
    operations = [
        migrations.AlterModelOptions(
            name="right",
            options={
                "default_permissions": (),
                "managed": False,
                "permissions": [
                    ("publish_plan", "Ask for the publication of plans"),
                    ("acknowledge_plan", "Acknowledge findings about plans, or reject their publication"),
                    ("sell_activity", "Put activities on sale and stop them"),
                    ("freeze_member", "Freeze and unfreeze members"),
                    ("propose_adjustment", "Propose adjustments of balances"),
                    ("decide_adjustment", "Confirm or reject adjustments of balances"),
                    ("view_figures", "See the platform's money figures"),
                    ("enter_profit", "Enter months' profits"),
                    ("decide_profit", "Confirm or reject months' profits"),
                    ("change_sponsor", "Change members' sponsors"),
                    ("ship_order", "Ship orders and import tracking numbers"),
                    ("answer_aftersale", "Answer after-sales and refund"),
                ],
            },
        ),
        migrations.RunPython(giving(ROLES), migrations.RunPython.noop),
    ]
