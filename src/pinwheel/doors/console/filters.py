"""Filters of lists, in words."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import QuerySet
from django.http import HttpRequest

from pinwheel.doors.console.words import States, Word

Narrow = Callable[[QuerySet[Any], int], QuerySet[Any]]


def words_of(states: States) -> dict[int, Word]:
    return {state: word for state, (word, _) in states.items()}


def number_filter(
    name: Word,
    parameter: str,
    words: Mapping[int, Word],
    narrow: Narrow | None = None,
    unless_asked: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None,
) -> type[SimpleListFilter]:
    """A filter by one numbered column, or by a narrowing of its own where the column has no index.

    `unless_asked`: what a list shows while nothing is chosen and nothing is searched for.
    """
    column = parameter

    class NumberFilter(SimpleListFilter):
        title = name  # type: ignore[assignment]
        parameter_name = column

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
            return [(str(number), word) for number, word in words.items()]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            value = self.value()
            if value is None or not value.isdigit() or int(value) not in words:
                is_search = bool(request.GET.get(SEARCH_VAR))
                return unless_asked(queryset) if unless_asked and not is_search else queryset
            if narrow is not None:
                return narrow(queryset, int(value))
            return queryset.filter(**{column: int(value)})

    return NumberFilter
