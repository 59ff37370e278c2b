"""The operation log: who did what when. Read only, kept for good."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.http import HttpRequest
from django.utils.safestring import SafeString

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ReadOnlyAdmin
from pinwheel.doors.console.filters import number_filter, words_of
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy
from pinwheel.doors.console.page import Facts, Section
from pinwheel.doors.console.site import SITE
from pinwheel.doors.console.words import States

ACTIONS: States = {
    ADDITION: (gettext_lazy("added"), "success"),
    CHANGE: (gettext_lazy("changed"), "info"),
    DELETION: (gettext_lazy("deleted"), "danger"),
}


@admin.register(LogEntry, site=SITE)
class LogAdmin(ReadOnlyAdmin):
    """Everything done in the console, newest first."""

    list_display = ("at", "who", "did", "kind", "thing", "said")
    list_filter = (number_filter(gettext_lazy("action"), "action_flag", words_of(ACTIONS)),)
    list_select_related = ("user", "content_type")
    search_fields = ("user",)
    search_help_text = gettext_lazy("operator's user name")

    def search(self, queryset: Any, term: str) -> Any:
        return queryset.filter(user__username__iexact=term)

    def page_title(self, found: LogEntry) -> str:
        return text.moment_text(found.action_time)

    def sections(self, request: HttpRequest, found: LogEntry) -> Sequence[Section]:
        address = found.get_admin_url()
        rows = [
            (_("Time"), text.moment_cell(found.action_time)),
            (_("Operator"), str(found.user)),
            (_("Action"), text.state_label(ACTIONS, found.action_flag)),
            (_("Kind"), kind_of(found)),
            (_("Thing"), text.link(address, found.object_repr) if address else found.object_repr),
            (_("What was said"), found.get_change_message() or text.NOTHING),
        ]
        return [Facts(_("Log entry"), rows)]

    @admin.display(description=gettext_lazy("Time"))
    def at(self, entry: LogEntry) -> SafeString:
        return text.moment_cell(entry.action_time)

    @admin.display(description=gettext_lazy("Operator"))
    def who(self, entry: LogEntry) -> str:
        return str(entry.user)

    @admin.display(description=gettext_lazy("Action"))
    def did(self, entry: LogEntry) -> SafeString:
        return text.state_label(ACTIONS, entry.action_flag)

    @admin.display(description=gettext_lazy("Kind"))
    def kind(self, entry: LogEntry) -> str:
        return kind_of(entry)

    @admin.display(description=gettext_lazy("Thing"))
    def thing(self, entry: LogEntry) -> str:
        return entry.object_repr

    @admin.display(description=gettext_lazy("What was said"))
    def said(self, entry: LogEntry) -> str:
        return entry.get_change_message()


def kind_of(entry: LogEntry) -> str:
    return str(entry.content_type.name) if entry.content_type else text.NOTHING
