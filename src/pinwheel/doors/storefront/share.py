"""Links to hand on, and their QR codes."""

import io
import re
from typing import Any, NamedTuple

import segno
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from pinwheel.config.environment import environment
from pinwheel.doors.storefront.group_selectors import masked
from pinwheel.doors.storefront.sessions import member_of
from pinwheel.market.ids import ALPHABET
from pinwheel.market.members.models import Member
from pinwheel.market.members.sponsors import invitation_code, sponsor_of_code

INVITED_BY = "i"  # in addresses: the code of who handed the link on
SESSION_CODE = "invited_by"  # the session's note of the code that somebody came with
CODE = re.compile(rf"[{ALPHABET}]{{1,12}}")


def share_link(name: str, number: int, code: str = "") -> str:
    """The full address of a page about one thing; with the invitation code of who hands it on."""
    address = environment().base_url.rstrip("/") + reverse(f"shop:{name}", args=[number])
    return f"{address}?{INVITED_BY}={code}" if code else address


def own_code(member: Member | None) -> str:
    """The invitation code of who is signed in; empty for nobody."""
    return invitation_code(member.pk) if member else ""


def clean_code(text: str) -> str:
    """The code that was typed, or that ends a pasted link; empty if it can be none."""
    code = text.strip().rstrip("/").rsplit("/", 1)[-1].rsplit("=", 1)[-1].upper()
    return code if CODE.fullmatch(code) else ""


class Inviter(NamedTuple):
    """Whose link was followed: the name as others see it, and the code that leads to the invitation."""

    name: str
    code: str


def remember_code(request: HttpRequest) -> Inviter | None:
    """Note the code that a link carries, for guests until they register, and for members without a sponsor.

    It binds nobody: a member is told who invites, and accepts on the page of the invitation or does not.
    """
    code, member = clean_code(request.GET.get(INVITED_BY, "")), member_of(request)
    sponsor = sponsor_of_code(code) if code else None
    if sponsor is None or (member and (member.sponsor_id is not None or member.pk == sponsor.pk)):
        return None
    request.session[SESSION_CODE] = code
    return Inviter(masked(sponsor.nickname), code) if member else None


def shared(request: HttpRequest, name: str, number: int) -> dict[str, Any]:
    """What a page says of its link: with the code of who is signed in, the poster's page, and who invites."""
    inviter = remember_code(request)
    code = own_code(member_of(request))
    tail = f"?{INVITED_BY}={code}" if code else ""
    return {
        "share_link": share_link(name, number, code),
        "qr": reverse(f"shop:{name}-qr", args=[number]) + tail,
        "poster": reverse(f"shop:{name}-poster", args=[number]),
        "inviter": inviter,
    }


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
