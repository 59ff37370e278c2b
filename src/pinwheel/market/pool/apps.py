from django.apps import AppConfig


class PoolConfig(AppConfig):
    name = "pinwheel.market.pool"
    label = "pool"
