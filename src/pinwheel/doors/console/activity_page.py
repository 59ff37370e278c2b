"""What the page of an activity shows: its terms, its address in the shop, its products and latest groups."""

import segno

from pinwheel.doors.console import text
from pinwheel.doors.console.activity_budget import budget
from pinwheel.doors.console.activity_forms import most_prizes
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import in_chinese
from pinwheel.doors.console.links import group_link, list_url, page_url, shop_activity
from pinwheel.doors.console.page import Facts, Picture, Section, Table
from pinwheel.doors.console.words import ACTIVITY_STATES, GROUP_STATES
from pinwheel.market import ids
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.groups.models import Group
from pinwheel.market.plans.models import PlanVersion
from pinwheel.market.prizes.models import PrizeProduct

LATEST = 20


def activity_sections(activity: Activity) -> list[Section]:
    """Everything about an activity on one page."""
    sections: list[Section] = [activity_facts(activity)]
    if activity.state != Activity.State.DRAFT:
        sections.append(qr_code(activity))
    return [*sections, *budget(activity), offers(activity), *prizes(activity), latest_groups(activity)]


def activity_facts(activity: Activity) -> Facts:
    version = activity.plan_version
    return Facts(
        _("Activity"),
        [
            (_("State"), text.state_label(ACTIVITY_STATES, activity.state)),
            (_("Public id"), text.code(ids.to_text(ids.ACTIVITY, activity.pk))),
            (_("Title (Chinese)"), activity.title_zh),
            (_("Title (English)"), activity.title_en),
            (_("Published plan"), text.link(page_url(PlanVersion, version.pk), version)),
            (_("Price"), text.amount(activity.price)),
            (_("Coupons can be used"), _("yes") if activity.takes_coupons else _("no")),
            (_("Starts"), text.moment_cell(activity.starts_at)),
            (_("Ends"), text.moment_cell(activity.ends_at)),
        ],
    )


def qr_code(activity: Activity) -> Picture:
    """The way to the activity's page in the shop."""
    address = shop_activity(activity.pk)
    svg = segno.make(address, error="m").svg_inline(scale=4, border=2, omitsize=True)
    return Picture(_("In the shop"), svg, text.link(address, address))


def offers(activity: Activity) -> Table:
    rows = [
        (
            offer.product.name_zh if in_chinese() else offer.product.name_en,
            text.code(offer.sku.code if offer.sku else offer.product.code),
            text.amount(offer.sku.price if offer.sku else offer.product.price),
            text.count(offer.left) if offer.left is not None else _("without limit"),
        )
        for offer in activity.offers.select_related("product", "sku")
    ]
    return Table(
        _("Products"), [_("Product"), _("Code"), _("Shop price"), _("Joins left")], rows, right=[2, 3]
    )


def prizes(activity: Activity) -> list[Section]:
    """What winners choose from; nothing where the plan lets them choose nothing."""
    if not most_prizes(terms_of(activity.plan_version_id).plan):
        return []
    listed = PrizeProduct.objects.filter(activity=activity).select_related("product")
    rows = [
        (
            prize.product.name_zh if in_chinese() else prize.product.name_en,
            text.code(prize.product.code),
            text.amount(prize.product.price),
        )
        for prize in listed
    ]
    headers = [_("Product"), _("Code"), _("Shop price")]
    note = "" if rows else _("No list: winners choose among the activity's products.")
    return [Table(_("Prizes to choose from"), headers, rows, right=[2], note=note)]


def latest_groups(activity: Activity) -> Table:
    """The groups in which somebody sits or sat, newest first."""
    groups = Group.objects.filter(activity_id=activity.pk, taken__gt=0).order_by("-draw_number")[:LATEST]
    rows = [
        (
            group_link(group.pk),
            text.count(group.draw_number),
            text.state_label(GROUP_STATES, group.state),
            text.figure(f"{group.taken} / {group.size}"),
            text.moment_cell(group.opened_at),
            text.moment_cell(group.finished_at),
        )
        for group in groups
    ]
    return Table(
        _("Latest groups"),
        [_("Group"), _("Draw no."), _("State"), _("Seats"), _("Opened"), _("Finished")],
        rows,
        right=[1, 3],
        more=(_("All its groups"), list_url(Group, f"activity_id={activity.pk}")),
    )
