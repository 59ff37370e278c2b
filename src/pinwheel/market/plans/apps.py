from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "pinwheel.market.plans"
    label = "plans"
