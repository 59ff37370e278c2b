from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "pinwheel.market.members"
    label = "members"
