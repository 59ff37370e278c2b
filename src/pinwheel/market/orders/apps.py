from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "pinwheel.market.orders"
    label = "orders"
