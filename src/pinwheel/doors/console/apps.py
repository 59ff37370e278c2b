from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "pinwheel.doors.console"
    label = "console"
