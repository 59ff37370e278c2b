"""Operators and their roles. Only an operator in charge (superuser) changes either; nobody is deleted."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, Permission
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ConsoleAdmin
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy
from pinwheel.doors.console.nouns import NOUNS
from pinwheel.doors.console.site import SITE
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator

YOURSELF = (
    "不能停用自己的账号，也不能取消自己的负责人身份；请由另一位负责人处理。",
    "You cannot deactivate yourself or stop being in charge; another operator in charge must.",
)
DOINGS = {
    "view": gettext_lazy("see %s"),
    "add": gettext_lazy("add %s"),
    "change": gettext_lazy("change %s"),
    "delete": gettext_lazy("delete %s"),
}
RIGHTS = {
    "publish_plan": gettext_lazy("publish plans"),
    "acknowledge_plan": gettext_lazy("acknowledge what the law warns of"),
    "sell_activity": gettext_lazy("put activities on sale and stop them"),
    "freeze_member": gettext_lazy("freeze and unfreeze members"),
    "propose_adjustment": gettext_lazy("propose adjustments of balances"),
    "decide_adjustment": gettext_lazy("confirm or reject adjustments of balances"),
    "view_figures": gettext_lazy("see the platform's money figures"),
    "enter_profit": gettext_lazy("enter months' profits"),
    "decide_profit": gettext_lazy("confirm or reject months' profits"),
    "decide_stop": gettext_lazy("confirm or reject stops of activities"),
    "change_sponsor": gettext_lazy("change members' sponsors"),
    "ship_order": gettext_lazy("ship orders and import tracking numbers"),
    "answer_aftersale": gettext_lazy("answer after-sales and refund"),
    "enter_public_value": gettext_lazy("enter public numbers for draws"),
}
# What may be granted: seeing everything, and those doings that a page offers.
GRANTED = [
    "catalogue.add_product",
    "catalogue.change_product",
    "catalogue.delete_product",
    "catalogue.add_productpicture",
    "catalogue.change_productpicture",
    "catalogue.delete_productpicture",
    "plans.add_plandraft",
    "plans.change_plandraft",
    "plans.delete_plandraft",
    "activities.add_activity",
    "activities.change_activity",
    "catalogue.add_category",
    "catalogue.change_category",
    "catalogue.add_sku",
    "catalogue.change_sku",
    "catalogue.add_stockmovement",
    "coupons.add_coupongrant",
    "coupons.add_coupontemplate",
    "coupons.change_coupontemplate",
    "plans.add_simulation",
    "pool.add_exchangeitem",
    "pool.change_exchangeitem",
    "pool.delete_exchangeitem",
    "naming.change_assetname",
    "api.add_apikey",
    "api.change_apikey",
    "messaging.change_delivery",
    "messaging.change_wording",
    "webhooks.add_endpoint",
    "webhooks.change_endpoint",
    "webhooks.change_hookdelivery",
]
UNSEEN = (
    "activityproduct",
    "prizeproduct",
    "right",
    "orderaddress",
    "address",
    "sandboxrefund",
    "numberentry",
)


class InCharge(ConsoleAdmin):
    """What only an operator in charge may add or change."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)


@admin.register(Operator, site=SITE)
class OperatorAdmin(InCharge, UserAdmin):  # type: ignore[misc, type-arg]
    """The people who work at the console."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("user_name", "full_name", "roles", "standing", "last_seen")
    list_filter = ()
    search_fields = ("username",)
    search_help_text = gettext_lazy("user name")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (gettext_lazy("Person"), {"fields": ("first_name", "last_name", "email")}),
        (gettext_lazy("Rights"), {"fields": ("is_active", "is_superuser", "groups")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "password1", "password2", "groups")}),)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def search(self, queryset: Any, term: str) -> Any:
        return queryset.filter(Q(username__icontains=term) | Q(email__icontains=term))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        field: Any = super().formfield_for_manytomany(db_field, request, **options)
        if db_field.name == "groups":
            field.label, field.help_text = _("Roles"), _("An operator has the rights of all their roles.")
            field.widget = UnfoldAdminCheckboxSelectMultipleWidget(choices=field.choices)
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        field: Any = super().formfield_for_dbfield(db_field, request, **options)
        if db_field.name == "is_superuser":
            field.label, field.help_text = (
                _("In charge"),
                _("Has every right and manages operators and roles."),
            )
        if db_field.name == "is_active":
            field.help_text = _("Switch off in place of deleting: what an operator did stays on record.")
        return field

    def save_model(self, request: HttpRequest, obj: Operator, form: Any, change: bool) -> None:
        if obj.pk == request.user.pk and not (obj.is_active and obj.is_superuser):
            raise Refused("invalid", {"what": YOURSELF})
        obj.is_staff = True
        super().save_model(request, obj, form, change)

    @admin.display(description=gettext_lazy("User name"))
    def user_name(self, operator: Operator) -> str:
        return operator.username

    @admin.display(description=gettext_lazy("Name"))
    def full_name(self, operator: Operator) -> str:
        return operator.get_full_name() or text.NOTHING

    @admin.display(description=gettext_lazy("Roles"))
    def roles(self, operator: Operator) -> object:
        if operator.is_superuser:
            return text.label(_("in charge"), "primary")
        return text.lines(group.name for group in operator.groups.all())

    @admin.display(description=gettext_lazy("Standing"))
    def standing(self, operator: Operator) -> SafeString:
        if operator.is_active:
            return text.label(_("active"), "success")
        return text.label(_("switched off"), "default")

    @admin.display(description=gettext_lazy("Last log-in"))
    def last_seen(self, operator: Operator) -> SafeString:
        return text.moment_cell(operator.last_login)


class RightChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Permissions in words."""

    def label_from_instance(self, permission: Permission) -> str:
        doing, _sep, model = permission.codename.partition("_")
        if permission.codename in RIGHTS:
            return str(RIGHTS[permission.codename])
        plural = permission.content_type.model_class()._meta.verbose_name_plural  # type: ignore[union-attr]
        return str(DOINGS[doing]) % plural if model else permission.codename


def grantable() -> Any:
    """The permissions that a page asks for."""
    wanted = Q(codename__in=RIGHTS)
    for name in GRANTED:
        room, codename = name.split(".")
        wanted |= Q(content_type__app_label=room, codename=codename)
    for label in NOUNS:
        room, model = label.lower().split(".")
        if model not in UNSEEN:
            wanted |= Q(content_type__app_label=room, codename=f"view_{model}")
    found = Permission.objects.filter(wanted).select_related("content_type")
    return found.order_by("content_type__app_label", "content_type__model", "codename")


class RoleForm(forms.ModelForm):  # type: ignore[type-arg]
    name = forms.CharField(label=gettext_lazy("Role"), max_length=150, widget=UnfoldAdminTextInputWidget())
    permissions = RightChoices(
        label=gettext_lazy("Rights"),
        required=False,
        queryset=Permission.objects.none(),
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )

    class Meta:
        model = Group
        fields = ("name", "permissions")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if "permissions" in self.fields:
            self.fields["permissions"].queryset = grantable()  # type: ignore[attr-defined]


@admin.register(Group, site=SITE)
class RoleAdmin(InCharge):
    """Roles: named bundles of rights."""

    form = RoleForm
    list_display = ("name_text", "operators_figure")
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(operators=Count("user"))

    def search(self, queryset: Any, term: str) -> Any:
        return queryset.filter(name__icontains=term)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if request.user.is_superuser else ("name", "rights_in_words")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("name", "permissions") if request.user.is_superuser else ("name", "rights_in_words")

    @admin.display(description=gettext_lazy("Rights"))
    def rights_in_words(self, role: Group) -> SafeString:
        label = RightChoices(Permission.objects.none()).label_from_instance
        return text.lines(label(permission) for permission in grantable().filter(group=role))

    @admin.display(description=gettext_lazy("Role"))
    def name_text(self, role: Group) -> str:
        return role.name

    @admin.display(description=gettext_lazy("Operators"))
    def operators_figure(self, role: Any) -> SafeString:
        return text.count(role.operators)
