from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "pinwheel.market.staff"
    label = "staff"
