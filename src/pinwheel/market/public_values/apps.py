from django.apps import AppConfig


class PublicValuesConfig(AppConfig):
    name = "pinwheel.market.public_values"
    label = "public_values"
