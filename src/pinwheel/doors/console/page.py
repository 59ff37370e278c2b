"""Pages of the console that show facts and tables, and pages that ask before something is done."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.template.response import TemplateResponse

from pinwheel.doors.console.words import Word


@dataclass(frozen=True)
class Facts:
    """A list of facts: (what, value)."""

    title: Word
    rows: Sequence[tuple[Word, object]]
    template: ClassVar[str] = "console/parts/facts.html"


@dataclass(frozen=True)
class Table:
    """A table. `right`: columns (from 0) of figures; `more`: a link below it, (text, URL)."""

    title: Word
    headers: Sequence[Word]
    rows: Sequence[Sequence[object]]
    right: Sequence[int] = ()
    more: tuple[Word, str] | None = None
    note: Word = ""
    template: ClassVar[str] = "console/parts/table.html"


@dataclass(frozen=True)
class Source:
    """Text as it was written, in fixed width."""

    title: Word
    text: str
    template: ClassVar[str] = "console/parts/source.html"


@dataclass(frozen=True)
class Prose:
    """Sentences under a title; (heading, sentences) pairs, side by side where there are several columns."""

    title: Word
    columns: Sequence[tuple[str, Sequence[tuple[str, Sequence[str]]]]]  # language, sections
    template: ClassVar[str] = "console/parts/prose.html"


@dataclass(frozen=True)
class Notice:
    """One sentence that stands out. `colour`: info, success, warning or error."""

    text: Word
    colour: str = "info"
    template: ClassVar[str] = "console/parts/notice.html"


@dataclass(frozen=True)
class Picture:
    """A picture as SVG text of our own making, with a line below."""

    title: Word
    svg: str
    caption: object
    template: ClassVar[str] = "console/parts/picture.html"


@dataclass(frozen=True)
class Finding:
    """One thing that was found: its code, its grade as a label, its place, and what there is to say."""

    code: str
    label: object
    place: str
    lines: Sequence[tuple[Word, object]]


@dataclass(frozen=True)
class Findings:
    """Findings, one below the other, with a note at the end."""

    title: Word
    entries: Sequence[Finding]
    note: Word
    template: ClassVar[str] = "console/parts/findings.html"


@dataclass(frozen=True)
class Action:
    """A button that leads to another page. `colour`: primary, default or danger."""

    title: Word
    url: str
    icon: str = ""
    colour: str = "default"


Section = Facts | Table | Source | Prose | Notice | Picture | Findings


@dataclass
class Page:
    """What a page shows."""

    title: str
    sections: Sequence[Section] = ()
    actions: Sequence[Action] = ()
    more: dict[str, Any] = field(default_factory=dict)


def show(
    request: HttpRequest,
    page: Page,
    model_admin: Any = None,
    template: str = "console/page.html",
    status: int = 200,
) -> TemplateResponse:
    """Render a page inside the console."""
    from pinwheel.doors.console.site import SITE

    request.current_app = SITE.name
    context = {
        **SITE.each_context(request),
        "title": page.title,
        "sections": page.sections,
        "page_actions": page.actions,
        **page.more,
    }
    if model_admin is not None:
        context["model_admin"] = model_admin
    return TemplateResponse(request, template, context, status=status)


def ask(
    request: HttpRequest,
    page: Page,
    button: Word,
    back: str,
    model_admin: Any = None,
    form: forms.BaseForm | None = None,
    is_danger: bool = False,
    hidden: dict[str, str] | None = None,
) -> TemplateResponse:
    """Render a page that says what is about to happen and does it by a POST to itself."""
    page.more |= {
        "form": form,
        "button": button,
        "back": back,
        "is_danger": is_danger,
        "hidden": hidden or {},
    }
    status = 400 if form is not None and form.is_bound and not form.is_valid() else 200
    return show(request, page, model_admin, "console/ask.html", status)
