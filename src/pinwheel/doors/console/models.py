"""Rights that are not simply seeing, adding or changing a kind of thing. No table stands behind them."""

from django.db import models


class Right(models.Model):
    """Carries the console's own permissions; Django's roles (groups) grant them."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
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
        ]
