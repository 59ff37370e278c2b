"""Pinwheel: group buying and reward modes, run honestly on a double-entry ledger."""

__version__ = "0.1.0"
