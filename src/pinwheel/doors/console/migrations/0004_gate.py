"""Rights of the publishing gate, for the roles that a shop starts with."""

from django.db import migrations

from pinwheel.doors.console.role_rights import giving

ROLES = {
    "运营 Operations": ["plans.view_publishrequest", "console.acknowledge_plan"],
    "财务 Finance": ["plans.view_publishrequest", "console.acknowledge_plan"],
    "客服 Support": ["plans.view_publishrequest"],
    "审计 Audit": ["plans.view_publishrequest"],
}


class Migration(migrations.Migration):
    dependencies = [("console", "0003_pool_and_days"), ("plans", "0006_gate_is_kept")]
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
                ],
            },
        ),
        migrations.RunPython(giving(ROLES), migrations.RunPython.noop),
    ]
