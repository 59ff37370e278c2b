"""The form by which operators sign in: too many wrong passwords for one user name are refused unread."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from unfold.forms import AuthenticationForm

from pinwheel.market.clock import current_time
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.services import begin_try, forget_try

TOO_MANY = "too_many_tries"


class SignInForm(AuthenticationForm):  # type: ignore[misc]
    """User name and password of an operator."""

    def clean(self) -> dict[str, Any]:
        """Raises: ValidationError where the user name was tried too often, or the password is wrong."""
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not (name and password):
            return super().clean()  # type: ignore[no-any-return]
        try:
            number = begin_try(name, current_time())
        except Refused as refused:
            raise ValidationError(refused.sentence(get_language() or "zh"), code=TOO_MANY) from None
        data: dict[str, Any] = super().clean()
        forget_try(number)
        return data


def with_status(response: HttpResponseBase) -> HttpResponseBase:
    """The answer to a sign-in; one that was refused unread says so to programs as well."""
    form = response.context_data.get("form") if isinstance(response, TemplateResponse) else None  # type: ignore[union-attr]
    if form is not None and form.is_bound and form.has_error("__all__", TOO_MANY):
        response.status_code = 429
    return response
