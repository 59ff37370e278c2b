"""Reading the shop's pages: their text, and the fields of their forms."""

from html.parser import HTMLParser

from django.http import HttpResponse


class Reader(HTMLParser):
    """Collects texts, and the named fields with their values."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.fields: dict[str, str] = {}
        self.spoken: list[str] = []  # texts in attributes that people hear or see
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag in ("script", "style"):
            self._silent += 1
        is_sent = found.get("type") not in ("radio", "checkbox") or "checked" in found
        if tag == "input" and found.get("name") and is_sent:
            self.fields[str(found["name"])] = found.get("value") or ""
        self.spoken += [str(found[name]) for name in ("aria-label", "alt", "title") if found.get(name)]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._silent:
            self.texts.append(" ".join(data.split()))


def read(response: HttpResponse) -> Reader:
    reader = Reader()
    reader.feed(response.content.decode())
    return reader


def text_of(response: HttpResponse) -> str:
    return " ".join(read(response).texts)


def fields_of(response: HttpResponse) -> dict[str, str]:
    """The fields of a page's forms, as a browser would send them."""
    found = read(response).fields
    found.pop("csrfmiddlewaretoken", None)
    return found
