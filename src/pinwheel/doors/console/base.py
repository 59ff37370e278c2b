"""What every list and page of the console has in common.

Nothing is deleted unless a page says so, nothing is done in bulk, and a list never counts a table:
it shows the newest rows and leads to older ones by where it stopped.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.text import capfirst
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator
from unfold.views import ChangeList

from pinwheel.doors.console.links import page_url
from pinwheel.doors.console.page import Action, Page, Section, show

BEFORE = "before"
LIST_PAGE = 30  # rows of a list: making one takes 2 ms
MOST = (1 << 63) - 1  # of a number in the database


def is_key(text: str) -> bool:
    """Whether a text is a number that a row can have."""
    return text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= MOST


class CursorPaginator(InfinitePaginator):  # type: ignore[misc]
    """Says which template leads to older rows; nothing is counted."""

    template_name = "console/cursor_pagination.html"


class CursorChangeList(ChangeList):  # type: ignore[misc]
    """A list, newest first, that goes on after the last key shown. Costs the same on every page."""

    newest_url = ""
    older_url = ""
    preserved_filters: str
    kept_filters = ""  # of the list, in the address of each row's page

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.title = capfirst(str(self.opts.verbose_name_plural))  # Django's would read: Select … to change
        # Django would find out anew for each row that its page may keep them.
        self.kept_filters = str(self.preserved_filters)
        self.preserved_filters = ""

    def url_for_result(self, result: Model) -> str:
        url = page_url(self.model, quote(result.pk))
        return f"{url}?{self.kept_filters}" if self.kept_filters else url

    def get_filters_params(self, params: Any = None) -> Any:
        found = super().get_filters_params(params)
        found.pop(BEFORE, None)
        return found

    def get_results(self, request: HttpRequest) -> None:
        before = request.GET.get(BEFORE, "")
        if before and not is_key(before):
            raise IncorrectLookupParameters
        rows = self.queryset.filter(pk__lt=int(before)) if before else self.queryset
        found = list(rows.defer(*self.model_admin.list_defer)[: self.list_per_page + 1])
        self.result_list = found[: self.list_per_page]
        self.model_admin.attach(self.result_list)
        if before:
            self.newest_url = self.get_query_string(remove=[BEFORE])
        if len(found) > self.list_per_page:
            self.older_url = self.get_query_string({BEFORE: self.result_list[-1].pk})
        self.paginator = CursorPaginator(self.result_list, self.list_per_page)
        self.result_count = self.full_result_count = len(self.result_list)
        self.show_full_result_count = self.show_admin_actions = False
        self.can_show_all = self.multi_page = False


class ConsoleAdmin(ModelAdmin):  # type: ignore[misc]
    """A list with pages that may be edited where a role allows it; never deleted, never in bulk."""

    actions = None
    ordering = ("-pk",)
    sortable_by = ()
    list_per_page = LIST_PAGE
    show_full_result_count = False
    list_fullwidth = True
    list_filter_submit = False
    compressed_fields = True
    empty_value_display = "–"
    change_form_outer_before_template = "console/parts/actions.html"
    list_defer: ClassVar[tuple[str, ...]] = ()  # wide columns that a list does not show
    pages: ClassVar[dict[str, str]] = {}  # pages of one object beside its own: name in the URL, method

    def get_urls(self) -> list[URLPattern]:
        meta = self.opts
        own = [
            path(
                f"<path:object_id>/{name}/",
                self.admin_site.admin_view(getattr(self, method)),
                name=f"{meta.app_label}_{meta.model_name}_{name}",
            )
            for name, method in self.pages.items()
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        context = {"page_actions": self.page_actions(request, found), **(extra_context or {})}
        response: HttpResponse = super().change_view(request, object_id, form_url, context)
        return response

    def page_actions(self, request: HttpRequest, found: Any) -> Sequence[Action]:
        """What may be done from the page of one object."""
        return ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CursorChangeList

    def attach(self, rows: Sequence[Any]) -> None:
        """Give the rows of a list page what they show of other tables, in one query per table."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        return (self.search(queryset, term) if term else queryset), False

    def search(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """The rows that a search term means, by indexed columns alone."""
        return queryset

    def found_or_none(self, request: HttpRequest, object_id: str) -> Any:
        """The object, if there is one and the operator may see it. Raises: PermissionDenied."""
        found = self.get_object(request, unquote(object_id)) if is_key(unquote(object_id)) else None
        if not self.has_view_or_change_permission(request, found):
            raise PermissionDenied
        return found

    def gone(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Back to the start with a message: there is no such thing."""
        response: HttpResponse = self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return response


class ReadOnlyAdmin(ConsoleAdmin):
    """A list whose pages are read: facts and tables in place of a form."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        return self.show_object(request, found)

    def show_object(self, request: HttpRequest, found: Any) -> HttpResponse:
        """The page of one object."""
        page = Page(self.page_title(found), self.sections(request, found), self.page_actions(request, found))
        return show(request, page, self)

    def page_title(self, found: Any) -> str:
        return str(found)

    def sections(self, request: HttpRequest, found: Any) -> Sequence[Section]:
        """What the page of one object shows."""
        raise NotImplementedError
