from django.apps import AppConfig


class AdjustmentsConfig(AppConfig):
    name = "pinwheel.market.adjustments"
    label = "adjustments"
