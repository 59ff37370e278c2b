from django.apps import AppConfig


class NamingConfig(AppConfig):
    name = "pinwheel.market.naming"
    label = "naming"
