"""Public identifiers in addresses: a text that is none of its kind is simply not found."""

from django.urls import register_converter

from pinwheel.market.ids import ACTIVITY, ALPHABET, GROUP, ORDER, TEXT_LENGTH, from_text, to_text


class PublicId:
    """Reads and writes the identifiers of one kind."""

    kind = ""
    regex = ""

    def to_python(self, text: str) -> int:
        number = from_text(self.kind, text)
        if number is None:
            raise ValueError("not an identifier of this kind")
        return number

    def to_url(self, number: int) -> str:
        return to_text(self.kind, number)


def register_public_ids() -> None:
    """Make `<activity:…>`, `<group:…>` and `<order:…>` known to addresses."""
    for name, kind in (("activity", ACTIVITY), ("group", GROUP), ("order", ORDER)):
        of_kind = {"kind": kind, "regex": f"{kind}[{ALPHABET}]{{{TEXT_LENGTH}}}"}
        register_converter(type(f"{name.title()}Id", (PublicId,), of_kind), name)
