"""Why an adjustment is turned down; codes and sentences stand in market/refusals.py."""

from pinwheel.market.refusals import Refused


class AdjustmentRefused(Refused):
    """An adjustment was turned down and nothing changed."""
