from django.apps import AppConfig


class PrizesConfig(AppConfig):
    name = "pinwheel.market.prizes"
    label = "prizes"
