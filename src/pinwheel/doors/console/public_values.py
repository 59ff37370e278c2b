"""Draws that wait for a public value, and what became known: two operators enter a number."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ReadOnlyAdmin
from pinwheel.doors.console.filters import number_filter, words_of
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy, in_chinese
from pinwheel.doors.console.links import activity_link, group_link, list_url, page_url, shop_group
from pinwheel.doors.console.lookups import activity_titles
from pinwheel.doors.console.page import Action, Facts, Notice, Page, Section, Table, ask
from pinwheel.doors.console.public_value_forms import NumberForm, SecondNumberForm
from pinwheel.doors.console.record import record
from pinwheel.doors.console.site import SITE, refusal_text
from pinwheel.doors.console.words import ENTRY_STATES, PUBLIC_VALUE_KINDS, PUBLIC_VALUE_STATES
from pinwheel.market import ids
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.clock import current_time
from pinwheel.market.public_values.entering import (
    Told,
    confirm_for_all,
    enter_for_all,
    enter_number,
    open_entry,
)
from pinwheel.market.public_values.models import NumberEntry, PublicValue
from pinwheel.market.public_values.settling import settle_known
from pinwheel.market.refusals import Refused

Kind, State = PublicValue.Kind, PublicValue.State


@admin.register(PublicValue, site=SITE)
class PublicValueAdmin(ReadOnlyAdmin):
    """Every public value that a group waited for, the newest group first."""

    list_display = ("group", "activity", "waits_for", "state_word", "frozen", "due", "known")
    list_filter = (number_filter(gettext_lazy("state"), "state", words_of(PUBLIC_VALUE_STATES)),)
    search_fields = ("group_id",)
    search_help_text = gettext_lazy("group id (G…) or activity id (A…)")
    pages = {"enter": "enter_page", "confirm": "confirm_page"}

    def attach(self, rows: Sequence[Any]) -> None:
        titles = activity_titles(value.activity_id for value in rows)
        for value in rows:
            value.activity_title = titles.get(value.activity_id, "")

    def search(self, queryset: Any, term: str) -> Any:
        group, activity = ids.from_text(ids.GROUP, term.upper()), ids.from_text(ids.ACTIVITY, term.upper())
        if group is not None:
            return queryset.filter(pk=group)
        return queryset.filter(activity_id=activity) if activity is not None else queryset.none()

    def page_title(self, found: PublicValue) -> str:
        return f"{_('Public value')} · {ids.to_text(ids.GROUP, found.pk)}"

    def sections(self, request: HttpRequest, found: PublicValue) -> Sequence[Section]:
        sections: list[Section] = [value_facts(found)]
        notice = standing(found, request.user.pk)
        if found.kind == Kind.PUBLIC_NUMBER:
            sections.append(entries_of(found))
        return [notice, *sections] if notice else sections

    def page_actions(self, request: HttpRequest, found: PublicValue) -> Sequence[Action]:
        actions = []
        if may_enter_now(request, found):
            first = open_entry(found.pk)
            if first is None:
                url = page_url(PublicValue, found.pk, "enter")
                actions.append(Action(_("Enter the number…"), url, "edit", "primary"))
            elif first.operator_id != request.user.pk:
                url = page_url(PublicValue, found.pk, "confirm")
                actions.append(Action(_("Enter it as the second person…"), url, "task_alt", "primary"))
        actions.append(Action(_("Open in the shop"), shop_group(found.pk), "storefront"))
        actions.append(Action(_("All that wait"), list_url(PublicValue, "state=0"), "list"))
        return actions

    def enter_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Enter a number with its source; a second operator has to enter the same."""
        return self.number_page(request, object_id, NumberForm(request.POST or None))

    def confirm_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Enter the same number without seeing it; then it counts and the group is drawn."""
        return self.number_page(request, object_id, SecondNumberForm(request.POST or None))

    def number_page(self, request: HttpRequest, object_id: str, form: forms.Form) -> HttpResponse:
        """Ask for a number; a refusal stays on the page, but for one that ends both entries."""
        if not request.user.has_perm("console.enter_public_value"):
            raise PermissionDenied
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        here = page_url(PublicValue, found.pk)
        is_first = isinstance(form, NumberForm)
        if request.method == "POST" and form.is_valid():
            try:
                said = take_number(request, found, form.cleaned_data, is_first)
            except Refused as refused:
                if refused.code in ("number_invalid", "source_missing", "not_after_freeze"):
                    form.add_error(None, refusal_text(refused))
                else:
                    messages.error(request, refusal_text(refused))
                    return HttpResponseRedirect(here)
            else:
                messages.success(request, said)
                return HttpResponseRedirect(here)
        sections: list[Section] = [Notice(notice_of(is_first), "warning"), value_facts(found)]
        page = Page(_("Enter the public number") if is_first else _("Enter the number again"), sections)
        return ask(request, page, _("Enter"), here, self, form)

    @admin.display(description=gettext_lazy("Group"))
    def group(self, value: PublicValue) -> SafeString:
        return text.code(ids.to_text(ids.GROUP, value.group_id))

    @admin.display(description=gettext_lazy("Activity"))
    def activity(self, value: Any) -> SafeString:
        return activity_link(value.activity_id, value.activity_title)

    @admin.display(description=gettext_lazy("Waits for"))
    def waits_for(self, value: PublicValue) -> object:
        return what_it_waits_for(value)

    @admin.display(description=gettext_lazy("State"))
    def state_word(self, value: PublicValue) -> SafeString:
        return text.state_label(PUBLIC_VALUE_STATES, value.state)

    @admin.display(description=gettext_lazy("List frozen"))
    def frozen(self, value: PublicValue) -> SafeString:
        return text.moment_cell(value.frozen_at)

    @admin.display(description=gettext_lazy("At the latest"))
    def due(self, value: PublicValue) -> SafeString:
        return text.moment_cell(value.due_at)

    @admin.display(description=gettext_lazy("Known"))
    def known(self, value: PublicValue) -> SafeString:
        return text.moment_cell(value.known_at)


def waiting_values(now: datetime) -> list[tuple[object, object]]:
    """For the overview: numbers to be entered, and rounds of the beacon that cannot be had."""
    waiting = PublicValue.objects.filter(state=State.WAITING)
    numbers = waiting.filter(kind=Kind.PUBLIC_NUMBER).count()
    failing = waiting.filter(kind=Kind.DRAND, tries__gt=0).count()
    first = waiting.order_by("due_at").values_list("due_at", flat=True).first()
    rows: list[tuple[object, object]] = []
    if numbers or failing:
        word = text.label(_("draws waiting"), "warning")
        said = _("numbers to enter: %(numbers)d, rounds not had: %(failing)d; refunded from %(due)s on")
        told = {"numbers": numbers, "failing": failing, "due": text.moment_text(first)}
        rows.append((word, text.link(list_url(PublicValue, "state=0"), said % told)))
    return rows


def take_number(request: HttpRequest, found: PublicValue, data: dict[str, Any], is_first: bool) -> str:
    """Hand the form to the service, and say what came of it. Raises: Refused."""
    now = current_time()
    operator: Any = request.user
    if is_first:
        told = Told(data["source"], data["reference"], data["published_at"])
        enter = enter_for_all if data["for_all"] else enter_one
        groups = enter(found.pk, data["number"], told, operator, now)
        record(request, found, _("Entered a public number, groups: %d") % groups)
        said = _("Entered for %d group(s). It counts when another operator has entered the same number.")
        return said % groups
    try:
        groups = confirm_for_all(found.pk, data["number"], operator, now)
    except Refused as refused:
        if refused.code == "numbers_differ":
            record(request, found, _("Entered another number than the first operator"))
        raise
    record(request, found, _("Entered the same public number as the first operator, groups: %d") % groups)
    settle_known(now)
    return _("Both numbers agree: %d group(s) are drawn with it.") % groups


def enter_one(group_id: int, digits: str, told: Told, operator: Any, now: datetime) -> int:
    """The first entry for one group alone. Raises: as `enter_number`."""
    enter_number(group_id, digits, told, operator, now)
    return 1


def may_enter_now(request: HttpRequest, found: PublicValue) -> bool:
    """Whether this operator may enter a number for a group that waits for one."""
    is_open = found.state == State.WAITING and found.due_at > current_time()
    has_right = bool(request.user.has_perm("console.enter_public_value"))
    return has_right and is_open and found.kind == Kind.PUBLIC_NUMBER


def notice_of(is_first: bool) -> str:
    if is_first:
        return _(
            "Enter the number of the first event after the list was frozen, exactly as it was published. "
            "Another operator has to enter the same by themselves; it can never be changed afterwards."
        )
    return _(
        "Look the number up yourself at its source. If it is the same as the first operator's, the group is "
        "drawn with it at once; if not, neither counts."
    )


def standing(found: PublicValue, operator_id: int | None) -> Notice | None:
    """What stands in the way, or what comes next."""
    if found.state != State.WAITING:
        return None
    if found.kind == Kind.DRAND:
        said = _("The round is fetched by itself; a try in vain is repeated.")
        return Notice(f"{said} {found.failure}".strip(), "warning" if found.tries else "info")
    first = open_entry(found.pk)
    if first is None:
        return Notice(_("No number is entered yet."), "warning")
    if first.operator_id == operator_id:
        return Notice(_("You have entered a number; another operator has to enter the same."), "info")
    return Notice(_("One operator has entered a number; a second one has to enter the same."), "warning")


def event_of(value: PublicValue) -> str:
    """The public event of the plan, in the operator's language."""
    version: int = Activity.objects.values_list("plan_version_id", flat=True).get(pk=value.activity_id)
    draw = terms_of(version).plan.draw
    event = draw.public_event if draw else None
    return "" if event is None else event.zh if in_chinese() else event.en


def what_it_waits_for(value: PublicValue) -> object:
    """The round of the beacon, or the name of the event."""
    if value.kind == Kind.DRAND:
        return _("drand beacon, round %s") % value.round
    return event_of(value)


def value_facts(value: PublicValue) -> Facts:
    """What is waited for until when, and what is known."""
    titles = activity_titles([value.activity_id])
    rows: list[tuple[Any, object]] = [
        (_("State"), text.state_label(PUBLIC_VALUE_STATES, value.state)),
        (_("Group"), group_link(value.group_id)),
        (_("Activity"), activity_link(value.activity_id, titles.get(value.activity_id, ""))),
        (_("Kind"), PUBLIC_VALUE_KINDS[value.kind]),
        (_("Waits for"), what_it_waits_for(value)),
        (_("List frozen"), text.moment_cell(value.frozen_at)),
        (_("Hash of the list"), text.code(bytes(value.list_hash).hex())),
        (_("At the latest"), text.moment_cell(value.due_at)),
    ]
    if value.tries:
        said = _("%(tries)s tries in vain, the last at %(at)s: %(why)s")
        told = {"tries": value.tries, "at": text.moment_text(value.tried_at), "why": value.failure or "–"}
        rows.append((_("Fetching"), said % told))
    if value.value is not None:
        rows += known_rows(value)
    return Facts(_("Public value"), rows)


def known_rows(value: PublicValue) -> list[tuple[Any, object]]:
    """A value that is known, with all that speaks for it."""
    reference = value.reference
    is_link = reference.startswith(("https://", "http://"))
    rows: list[tuple[Any, object]] = [
        (_("Value"), text.code(value.number or bytes(value.value or b"").hex())),
        (_("Source"), value.source),
        (_("Made public"), moment(value.published_at)),
        (_("Known"), moment(value.known_at)),
    ]
    if value.kind == Kind.DRAND:
        rows.append((_("Signature"), text.code(bytes(value.signature or b"").hex())))
        return rows
    rows.append((_("Web address or issue number"), text.link(reference, reference) if is_link else reference))
    rows.append((_("Entered by"), str(value.entered_by)))
    rows.append((_("Confirmed by"), str(value.confirmed_by)))
    return rows


def moment(at: datetime | None) -> SafeString:
    return text.moment_cell(at)


def entries_of(value: PublicValue) -> Table:
    """Who has entered a number and when; the digits are shown only where they count."""
    found = NumberEntry.objects.filter(group_id=value.group_id).select_related("operator").order_by("id")
    rows = [
        (
            text.moment_cell(entry.entered_at),
            str(entry.operator),
            text.state_label(ENTRY_STATES, entry.state),
            text.lines([entry.source, entry.reference]) if entry.source else text.NOTHING,
            text.code(entry.digits) if entry.state == NumberEntry.State.MATCHED else text.NOTHING,
        )
        for entry in found
    ]
    headers = [_("Entered"), _("Entered by"), _("State"), _("Source"), _("Digits")]
    note = _("Digits are shown only once two entries agree.")
    return Table(_("Entries"), headers, rows, note=note)
