from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "pinwheel.market.webhooks"
    label = "webhooks"
