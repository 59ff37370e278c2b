"""The console's own words. They stand in the catalogue under a context, so that neither Django's words nor
the shop's for the same English text take their place: an order here is 订单, in Django a sequence.
"""

from typing import TYPE_CHECKING

from django.utils.translation import get_language, pgettext, pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

CONTEXT = "console"


def gettext(message: str) -> str:
    """The words in the operator's language."""
    return pgettext(CONTEXT, message)


def gettext_lazy(message: str) -> "_StrPromise":
    """The words in the language of whoever reads them later."""
    return pgettext_lazy(CONTEXT, message)


def in_chinese() -> bool:
    """Whether the operator reads Chinese."""
    return (get_language() or "zh").startswith("zh")
