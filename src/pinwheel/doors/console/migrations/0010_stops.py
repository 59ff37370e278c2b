"""Rights of stopping activities with a second person, for the roles that a shop starts with."""

from django.db import migrations

from pinwheel.doors.console.role_rights import giving

SEES = ["activities.view_activitystop"]
ROLES = {
    "运营 Operations": [*SEES, "console.decide_stop"],
    "财务 Finance": [*SEES, "console.decide_stop"],
    "客服 Support": SEES,
    "审计 Audit": SEES,
}


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0009_public_values"),
        ("activities", "0005_stops"),
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
                    ("sell_activity", "Put activities on sale and propose to stop them"),
                    ("decide_stop", "Confirm or reject stops of activities"),
                    ("freeze_member", "Freeze and unfreeze members"),
                    ("propose_adjustment", "Propose adjustments of balances"),
                    ("decide_adjustment", "Confirm or reject adjustments of balances"),
                    ("view_figures", "See the platform's money figures"),
                    ("enter_profit", "Enter months' profits"),
                    ("decide_profit", "Confirm or reject months' profits"),
                    ("change_sponsor", "Change members' sponsors"),
                    ("ship_order", "Ship orders and import tracking numbers"),
                    ("answer_aftersale", "Answer after-sales and refund"),
                    ("enter_public_value", "Enter public numbers for draws"),
                ],
            },
        ),
        migrations.RunPython(giving(ROLES), migrations.RunPython.noop),
    ]
