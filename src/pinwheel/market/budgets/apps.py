from django.apps import AppConfig


class BudgetsConfig(AppConfig):
    name = "pinwheel.market.budgets"
    label = "budgets"
