from django.apps import AppConfig


class PresaleConfig(AppConfig):
    name = "pinwheel.market.presale"
    label = "presale"
