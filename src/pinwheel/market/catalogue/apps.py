from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "pinwheel.market.catalogue"
    label = "catalogue"
