from django.apps import AppConfig


class CouponsConfig(AppConfig):
    name = "pinwheel.market.coupons"
    label = "coupons"
