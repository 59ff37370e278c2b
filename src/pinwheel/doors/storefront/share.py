"""Links to hand on, and their QR codes."""

import io

import segno
from django.http import HttpResponse
from django.urls import reverse

from pinwheel.config.environment import environment


def share_link(name: str, number: int) -> str:
    """The full address of a page about one thing."""
    return environment().base_url.rstrip("/") + reverse(f"shop:{name}", args=[number])


def invitation_link(code: str) -> str:
    """The full address of a member's invitation."""
    return environment().base_url.rstrip("/") + reverse("shop:invitation", args=[code])


def qr_picture(text: str) -> HttpResponse:
    """A QR code as an SVG picture; it never changes for one address."""
    picture = io.BytesIO()
    segno.make(text, error="m").save(picture, kind="svg", scale=8, border=3, dark="#1f1b18", light="#fff")
    response = HttpResponse(picture.getvalue(), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=86400"
    return response
