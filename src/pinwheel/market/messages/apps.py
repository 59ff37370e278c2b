from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "pinwheel.market.messages"
    label = "messaging"  # Django's own messages have the other name
