from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "pinwheel.doors.api"
    label = "api"
