"""Coupons: their templates, given to members with a reason, and every coupon that a member has."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ConsoleAdmin
from pinwheel.doors.console.coupon_forms import GiveForm, TemplateForm
from pinwheel.doors.console.filters import number_filter, words_of
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy, in_chinese
from pinwheel.doors.console.links import list_url, member_link, order_link, page_url
from pinwheel.doors.console.page import Action, Facts, Page, Section, ask
from pinwheel.doors.console.pool_lists import OfMembers
from pinwheel.doors.console.record import record
from pinwheel.doors.console.site import SITE, refusal_text
from pinwheel.doors.console.words import COUPON_SCOPES, COUPON_SOURCES, COUPON_STATES
from pinwheel.market.clock import current_time
from pinwheel.market.coupons.models import Coupon, CouponGrant, CouponTemplate
from pinwheel.market.coupons.services import grant_coupons
from pinwheel.market.ids import new_id
from pinwheel.market.refusals import Refused


@admin.register(CouponTemplate, site=SITE)
class CouponTemplateAdmin(ConsoleAdmin):
    """Templates, newest first. What a plan gives is read only; of the others the terms stay as made."""

    form = TemplateForm
    list_display = ("named", "worth", "scope_word", "given_figure", "state_word", "plan")
    list_select_related = ("plan_version",)
    search_fields = ("title_zh",)
    search_help_text = gettext_lazy("title")
    pages = {"give": "give_page"}

    def search(self, queryset: Any, term: str) -> Any:
        return queryset.filter(title_zh__contains=term) | queryset.filter(title_en__icontains=term)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        if obj is None:
            return TemplateForm.MAKING
        return (*self.get_readonly_fields(request, obj), *TemplateForm.CHANGING)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("named", "worth", "scope_word", "given_figure", "plan") if obj is not None else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.plan_version_id is None)

    def save_model(self, request: HttpRequest, obj: CouponTemplate, form: Any, change: bool) -> None:
        """What members take meanwhile is counted in the row: only what the form has is written."""
        if change:
            obj.save(update_fields=list(TemplateForm.CHANGING))
            return
        now = current_time()
        obj.pk, obj.created_at = new_id(now), now
        super().save_model(request, obj, form, change)

    def page_actions(self, request: HttpRequest, found: CouponTemplate) -> Sequence[Action]:
        actions = []
        may_give = request.user.has_perm("coupons.add_coupongrant")
        if may_give and found.is_active and found.plan_version_id is None:
            url = page_url(CouponTemplate, found.pk, "give")
            actions.append(Action(_("Give to members…"), url, "card_giftcard", "primary"))
        if request.user.has_perm("coupons.view_coupon"):
            actions.append(Action(_("Its coupons"), list_url(Coupon, f"template_id={found.pk}"), "sell"))
        return actions

    def give_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give one coupon each to members, with a reason."""
        if not request.user.has_perm("coupons.add_coupongrant"):
            raise PermissionDenied
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        form = GiveForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and self.give(request, found, form):
            return HttpResponseRedirect(page_url(CouponTemplate, found.pk))
        page = Page(_("Give “%s”") % title_of(found), [template_facts(found)])
        return ask(request, page, _("Give"), page_url(CouponTemplate, found.pk), self, form)

    def give(self, request: HttpRequest, found: CouponTemplate, form: forms.Form) -> bool:
        """Give what the form says; a refusal becomes an error of the form."""
        members, reason = form.cleaned_data["members"], form.cleaned_data["reason"]
        try:
            given = grant_coupons(found.pk, members, reason, request.user, current_time())  # type: ignore[arg-type]
        except Refused as refused:
            form.add_error(None, refusal_text(refused))
            return False
        said = _("Given to %(count)d members: %(reason)s") % {"count": len(given), "reason": reason}
        record(request, found, said)
        messages.success(request, said)
        return True

    @admin.display(description=gettext_lazy("Coupon"))
    def named(self, template: CouponTemplate) -> str:
        return title_of(template)

    @admin.display(description=gettext_lazy("Worth"))
    def worth(self, template: CouponTemplate) -> str:
        return worth_of(template)

    @admin.display(description=gettext_lazy("For"))
    def scope_word(self, template: CouponTemplate) -> object:
        return COUPON_SCOPES[template.scope]

    @admin.display(description=gettext_lazy("Given of"))
    def given_figure(self, template: CouponTemplate) -> SafeString:
        if template.plan_version_id:  # a plan's results give it, and nobody counts them here
            return text.figure(text.NOTHING)
        total = "∞" if template.total is None else f"{template.total:,}"
        return text.figure(f"{template.given:,} / {total}")

    @admin.display(description=gettext_lazy("State"))
    def state_word(self, template: CouponTemplate) -> SafeString:
        if not template.is_active:
            return text.label(_("no longer given out"), "default")
        return (
            text.label(_("members take it"), "success")
            if template.is_public
            else text.label(_("given out"), "info")
        )

    @admin.display(description=gettext_lazy("Plan"))
    def plan(self, template: CouponTemplate) -> object:
        return text.code(str(template.plan_version)) if template.plan_version_id else text.NOTHING


@admin.register(Coupon, site=SITE)
class CouponAdmin(OfMembers):
    """Members' coupons, newest first."""

    list_display = ("number", "made", "member", "named", "worth", "state_word", "used_by")
    list_select_related = ("template",)
    list_filter = (number_filter(gettext_lazy("state"), "state", words_of(COUPON_STATES)),)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "template_id" or super().lookup_allowed(lookup, value, request)

    def page_title(self, found: Coupon) -> str:
        return f"{_('Coupon')} {found.pk}"

    def sections(self, request: HttpRequest, found: Coupon) -> Sequence[Section]:
        self.attach([found])
        grant = CouponGrant.objects.filter(pk=found.pk).select_related("operator").first()
        rows = [
            (_("Member"), self.member(found)),
            (_("Coupon"), text.link(page_url(CouponTemplate, found.template_id), title_of(found.template))),
            (_("Worth"), worth_of(found.template)),
            (_("State"), text.state_label(COUPON_STATES, found.state)),
            (_("From"), COUPON_SOURCES[found.source]),
            (_("Given"), text.moment_cell(found.given_at)),
            (
                _("Valid until"),
                text.NOTHING if found.template.is_link else text.moment_cell(found.expires_at),
            ),
            (_("Used by"), order_link(found.order_id) if found.order_id else text.NOTHING),
            (_("Given by the result of"), order_link(found.about) if found.about else text.NOTHING),
        ]
        if grant is not None:
            rows += [(_("Given by"), str(grant.operator)), (_("Reason"), grant.reason)]
        return [Facts(_("Coupon"), rows)]

    @admin.display(description=gettext_lazy("Number"))
    def number(self, coupon: Coupon) -> SafeString:
        return text.code(str(coupon.pk))

    @admin.display(description=gettext_lazy("Time"))
    def made(self, row: Any) -> SafeString:
        return text.moment_cell(row.given_at)

    @admin.display(description=gettext_lazy("Member"))
    def member(self, row: Any) -> SafeString:
        return member_link(row.member_id, row.member_name)

    @admin.display(description=gettext_lazy("Coupon"))
    def named(self, coupon: Coupon) -> str:
        return title_of(coupon.template)

    @admin.display(description=gettext_lazy("Worth"))
    def worth(self, coupon: Coupon) -> str:
        return worth_of(coupon.template)

    @admin.display(description=gettext_lazy("State"))
    def state_word(self, coupon: Coupon) -> SafeString:
        return text.state_label(COUPON_STATES, coupon.state)

    @admin.display(description=gettext_lazy("Used by"))
    def used_by(self, coupon: Coupon) -> object:
        return order_link(coupon.order_id) if coupon.order_id else text.NOTHING


def title_of(template: CouponTemplate) -> str:
    """A template's title in the operator's language."""
    return template.title_zh if in_chinese() else template.title_en


def worth_of(template: CouponTemplate) -> str:
    """What it takes off which price, or where its link leads."""
    if template.is_link:
        return template.link
    facts = {
        "discount": text.amount_text(template.discount),
        "threshold": text.amount_text(template.threshold),
    }
    return _("%(discount)s off %(threshold)s") % facts


def template_facts(template: CouponTemplate) -> Facts:
    """What a coupon says, before it is given."""
    rows = [
        (_("Coupon"), title_of(template)),
        (_("Worth"), worth_of(template)),
        (_("For"), COUPON_SCOPES[template.scope]),
        (_("Given so far"), text.count(template.given)),
        (_("There are"), text.count(template.total) if template.total is not None else _("no limit")),
    ]
    return Facts(_("Coupon"), rows)
