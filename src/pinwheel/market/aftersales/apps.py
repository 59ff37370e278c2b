from django.apps import AppConfig


class AftersalesConfig(AppConfig):
    name = "pinwheel.market.aftersales"
    label = "aftersales"
