from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "pinwheel.market.groups"
    label = "groups"
