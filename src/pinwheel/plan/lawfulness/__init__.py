"""The rule pack `cn-mainland`: what publishing a plan checks. No legal advice.

`lawfulness` looks at a plan, `lawfulness_of_document` at a raw document that also has sections which the
plan format does not load yet. Source: lawfulness page.
"""

from pinwheel.plan.lawfulness.articles import Article
from pinwheel.plan.lawfulness.facts import Facts, TopUp
from pinwheel.plan.lawfulness.findings import Finding, Level, Said
from pinwheel.plan.lawfulness.pack import PACK, RULES, Rule, lawfulness, lawfulness_of_document

__all__ = [
    "PACK",
    "RULES",
    "Article",
    "Facts",
    "Finding",
    "Level",
    "Rule",
    "Said",
    "TopUp",
    "lawfulness",
    "lawfulness_of_document",
]
