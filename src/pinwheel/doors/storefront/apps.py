from django.apps import AppConfig


class StorefrontConfig(AppConfig):
    name = "pinwheel.doors.storefront"
    label = "storefront"
