from django.apps import AppConfig


class DaysConfig(AppConfig):
    name = "pinwheel.market.days"
    label = "days"
