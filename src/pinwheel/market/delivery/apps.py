from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "pinwheel.market.delivery"
    label = "delivery"
