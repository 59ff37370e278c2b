from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "pinwheel.doors.console"
    label = "console"

    def ready(self) -> None:
        from pinwheel.doors.console.nouns import name_nouns

        name_nouns()
