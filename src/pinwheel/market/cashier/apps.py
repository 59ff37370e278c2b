from django.apps import AppConfig


class CashierConfig(AppConfig):
    name = "pinwheel.market.cashier"
    label = "cashier"
