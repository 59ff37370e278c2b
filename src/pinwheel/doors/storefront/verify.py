"""A page on which anybody checks the evidence of any draw, in their own browser."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    return render(request, "storefront/verify.html", {"tab": "home"})
