"""A member's promoter page: status, invitation link, code and poster."""

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pinwheel.doors.storefront import group_selectors, promoter_selectors
from pinwheel.doors.storefront.sessions import members_only
from pinwheel.doors.storefront.share import invitation_link
from pinwheel.market.clock import current_time
from pinwheel.market.members.models import Member
from pinwheel.market.members.sponsors import invitation_code

LONGEST_NAME = 14  # characters that fit on the poster's line
QR_SIDE = 420  # the poster's units


@require_safe
@members_only
def promoter(request: HttpRequest, member: Member) -> HttpResponse:
    """Status under each plan, and what to invite others with."""
    code = invitation_code(member.pk)
    direct, indirect = promoter_selectors.team_counts(member.pk)
    context = {
        "plans": promoter_selectors.promoter_views(member.pk, current_time()),
        "missed": promoter_selectors.missed_releases(member.pk),
        "sponsor": promoter_selectors.sponsor_name(member),
        "direct": direct,
        "indirect": indirect,
        "code": code,
        "link": invitation_link(code),
        "tab": "me",
    }
    return render(request, "storefront/promoter.html", context)


@require_safe
@members_only
def poster(request: HttpRequest, member: Member) -> HttpResponse:
    """The member's poster as a picture. It carries the member's nickname: it is theirs to hand on."""
    code = invitation_code(member.pk)
    name = member.nickname
    squares = segno.make(invitation_link(code), error="m", micro=False)
    side = squares.symbol_size(border=0)[0]
    context = {
        "name": name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…",
        "initial": name[:1].upper(),
        "hue": group_selectors.hue_of(member.pk) * 30,
        "code": code,
        "link": invitation_link(code).split("://", 1)[-1],
        "squares": squares_path([bytes(row) for row in squares.matrix]),
        "scale": f"{QR_SIDE * 1000 // side / 1000:.3f}",
    }
    response = render(request, "storefront/poster.svg", context, content_type="image/svg+xml")
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    response["Cache-Control"] = "private, no-store"
    return response


def squares_path(rows: list[bytes]) -> str:
    """The dark squares of a QR code as one SVG path, a stroke for each run of them."""
    runs = []
    for y, row in enumerate(rows):
        start = None
        for x, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                runs.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
                start = None
    return "".join(runs)
