from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "pinwheel.market.activities"
    label = "activities"
