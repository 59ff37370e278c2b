from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "pinwheel.ledger"
    label = "ledger"
