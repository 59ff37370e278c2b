"""The caller's language, from the Accept-Language header; Chinese unless English is preferred."""

from django.utils.translation.trans_real import parse_accept_lang_header

from pinwheel.plan.refusal import Language


def language_of(header: str) -> Language:
    """The first language of the header that we speak; `*` and silence mean Chinese."""
    for name, weight in parse_accept_lang_header(header.lower()) if header else ():
        if weight > 0 and name.partition("-")[0] in ("zh", "en", "*"):
            return "en" if name.startswith("en") else "zh"
    return "zh"
