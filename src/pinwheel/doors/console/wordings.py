"""The kinds of messages: what each says in both languages, with a preview, and where it is kept silent."""

from typing import Any

from django import forms
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from pinwheel.doors.console import text
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy
from pinwheel.doors.console.links import activity_link
from pinwheel.doors.console.lookups import activity_titles
from pinwheel.doors.console.messages import kind_word
from pinwheel.doors.console.page import Action, Facts, Notice, Page, Section, Table, ask, show
from pinwheel.doors.console.record import record
from pinwheel.doors.console.rights import needs
from pinwheel.doors.console.site import refusal_text
from pinwheel.market import ids
from pinwheel.market.activities.models import Activity
from pinwheel.market.clock import current_time
from pinwheel.market.messages.kind import Kind
from pinwheel.market.messages.kinds import BY_NAME, KINDS
from pinwheel.market.messages.models import Silence, Wording
from pinwheel.market.messages.render import LONGEST_BODY, LONGEST_TITLE, preview, texts_of
from pinwheel.market.messages.services import keep_silent, write_wording
from pinwheel.market.refusals import Refused
from pinwheel.plan.refusal import Language

SEE, CHANGE = "messaging.view_wording", "messaging.change_wording"
MOST_LISTED = 50
LANGUAGES: tuple[Language, Language] = ("zh", "en")


class WordingForm(forms.Form):
    """A text in one language; empty: the shipped one."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        required=False,
        max_length=LONGEST_TITLE,
        widget=UnfoldAdminTextInputWidget(),
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        required=False,
        max_length=LONGEST_BODY,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=gettext_lazy("Left empty, members read the shipped text."),
    )


class SilenceForm(forms.Form):
    """Where members are told of a kind."""

    is_told = forms.BooleanField(
        label=gettext_lazy("Members are told of this"), required=False, widget=UnfoldBooleanSwitchWidget()
    )
    activity = forms.CharField(
        label=gettext_lazy("Silent for this activity too"),
        required=False,
        max_length=20,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("activity id (A…); one that is silent already is told again"),
    )

    def clean_activity(self) -> int:
        typed = self.cleaned_data["activity"].strip().upper()
        if not typed:
            return 0
        number = ids.from_text(ids.ACTIVITY, typed)
        if number is None or not Activity.objects.filter(pk=number).exists():
            raise forms.ValidationError(_("There is no such activity."))
        return number


def kinds_page(request: HttpRequest) -> HttpResponse:
    """Every kind, with its text and whether it is told."""
    needs(request, SEE)
    silent = set(Silence.objects.values_list("kind", "activity_id"))
    rows = []
    for kind in KINDS:
        said = [texts_of(kind, language, newest(kind, language))[1] for language in LANGUAGES]
        some = sum(number == kind.number and bool(activity) for number, activity in silent)
        is_silent = (kind.number, 0) in silent
        label = text.label(_("silent"), "warning") if is_silent else text.label(_("told"), "success")
        where = [label, *([_("silent in activities: %d") % some] if some and not is_silent else [])]
        rows.append(
            (text.link(kind_url(kind), kind_word(kind.number)), text.sentences(said), text.lines(where))
        )
    table = Table(_("Kinds of messages"), [_("Kind"), _("Text"), _("Members")], rows)
    return show(request, Page(_("Texts of messages"), [table]))


def kind_page(request: HttpRequest, name: str) -> HttpResponse:
    """One kind: its texts, what is silent, and the ways to change both."""
    needs(request, SEE)
    kind = found_kind(name)
    sections: list[Section] = [texts_facts(kind)]
    titles = activity_titles(silent_activities(kind))
    if titles:
        rows = [(activity_link(number, title),) for number, title in titles.items()]
        sections.append(Table(_("Silent in these activities"), [_("Activity")], rows[:MOST_LISTED]))
    if not request.user.has_perm(CHANGE):
        return show(request, Page(kind_word(kind.number), sections))
    is_told = not Silence.objects.filter(kind=kind.number, activity_id=0).exists()
    form = SilenceForm(request.POST or None, initial={"is_told": is_told})
    if request.method == "POST" and form.is_valid():
        change_silence(kind, form.cleaned_data["is_told"], form.cleaned_data["activity"])
        record(request, Wording(kind=kind.number), _("Told or silent: %s") % kind.name)
        notices.success(request, _("Kept."))
        return HttpResponseRedirect(kind_url(kind))
    actions = [
        Action(_("Chinese text…"), kind_url(kind, "zh"), "translate", "primary"),
        Action(_("English text…"), kind_url(kind, "en"), "translate", "primary"),
    ]
    page = Page(kind_word(kind.number), sections, actions)
    return ask(request, page, _("Keep"), reverse("admin:message_kinds"), form=form)


def wording_page(request: HttpRequest, name: str, language: Language) -> HttpResponse:
    """A kind's text in one language: typed, seen with examples, then kept."""
    needs(request, CHANGE)
    if language not in LANGUAGES:
        raise Http404
    kind, here = found_kind(name), kind_url(found_kind(name))
    given = newest(kind, language)
    form = WordingForm(request.POST or None, initial=wording_initial(given))
    if request.method == "POST" and form.is_valid():
        title, body = form.cleaned_data["title"].strip(), form.cleaned_data["body"].strip()
        try:
            if "confirmed" in request.POST:
                return kept(request, kind, language, title, body)
            return seen(request, kind, language, title, body)
        except Refused as refused:
            form.add_error("body", refusal_text(refused))
    shipped = texts_of(kind, language, None)
    facts = Facts(
        _("Shipped text"),
        [
            (_("Title"), shipped[0]),
            (_("Text"), shipped[1]),
            (_("Places"), text.lines(text.code(f"{{{place}}}") for place in kind.places)),
        ],
    )
    return ask(request, Page(title_of(kind, language), [facts]), _("See it with examples"), here, form=form)


def seen(request: HttpRequest, kind: Kind, language: Language, title: str, body: str) -> HttpResponse:
    """The second page: what members would read. Raises: Refused."""
    example = preview(kind, language, title, body)
    sections: list[Section] = [
        Notice(_("Messages made from now on say so; those made before keep their text."), "warning"),
        Facts(_("With examples"), [(_("Title"), example.title), (_("Text"), example.body)]),
    ]
    hidden = {"confirmed": "1", "title": title, "body": body}
    back = kind_url(kind, language)
    return ask(request, Page(title_of(kind, language), sections), _("Keep this text"), back, hidden=hidden)


def kept(request: HttpRequest, kind: Kind, language: Language, title: str, body: str) -> HttpResponse:
    """Keep the text. Raises: Refused."""
    made = write_wording(kind, language, title, body, str(request.user), current_time())
    record(request, made, f"{kind.name} {language}: {title} {body}".strip())
    notices.success(request, _("Kept. Members read it from now on."))
    return HttpResponseRedirect(kind_url(kind))


def title_of(kind: Kind, language: Language) -> str:
    word = _("Chinese text") if language == "zh" else _("English text")
    return f"{kind_word(kind.number)} · {word}"


def texts_facts(kind: Kind) -> Facts:
    """Both texts in force, and who wrote them."""
    rows: list[tuple[Any, object]] = []
    for language in LANGUAGES:
        given = newest(kind, language)
        is_own = given is not None and bool(given.title or given.body)
        by = (
            f"{given.written_by} · {text.moment_text(given.written_at)}"
            if given and is_own
            else _("as delivered")
        )
        word = _("Chinese text") if language == "zh" else _("English text")
        rows.append((word, text.lines([*texts_of(kind, language, given), by])))
    return Facts(_("Texts"), rows)


def wording_initial(given: Wording | None) -> dict[str, str]:
    return {"title": given.title, "body": given.body} if given else {}


def newest(kind: Kind, language: Language) -> Wording | None:
    return Wording.objects.filter(kind=kind.number, language=language).order_by("-id").first()


def silent_activities(kind: Kind) -> list[int]:
    found = Silence.objects.filter(kind=kind.number).exclude(activity_id=0).order_by("-activity_id")
    return list(found.values_list("activity_id", flat=True))


def change_silence(kind: Kind, is_told: bool, activity_id: int) -> None:
    """Keep whether a kind is told; an activity that is named changes over."""
    keep_silent(kind.name, 0, not is_told)
    if activity_id:
        keep_silent(kind.name, activity_id, activity_id not in silent_activities(kind))


def found_kind(name: str) -> Kind:
    """Raises: Http404."""
    if name not in BY_NAME:
        raise Http404
    return BY_NAME[name]


def kind_url(kind: Kind, language: str = "") -> str:
    if language:
        return reverse("admin:message_wording", args=[kind.name, language])
    return reverse("admin:message_kind", args=[kind.name])
