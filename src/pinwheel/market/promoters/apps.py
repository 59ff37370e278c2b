from django.apps import AppConfig


class PromotersConfig(AppConfig):
    name = "pinwheel.market.promoters"
    label = "promoters"
