"""A short name for people, in both languages."""

from pinwheel.plan import values
from pinwheel.plan.base import Part


class Title(Part):
    """A short name for people, in both languages."""

    zh: values.ShortText
    en: values.ShortText
