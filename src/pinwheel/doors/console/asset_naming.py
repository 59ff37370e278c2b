"""Display names of assets: what members and operators read in place of a name in code."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.widgets import UnfoldAdminTextInputWidget

from pinwheel.doors.console import text
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import in_chinese
from pinwheel.doors.console.page import Notice, Page, Section, Table, ask, show
from pinwheel.doors.console.record import record
from pinwheel.doors.console.rights import needs
from pinwheel.doors.console.site import refusal_text
from pinwheel.market.naming.models import AssetName
from pinwheel.market.naming.services import asset_names, rename_asset
from pinwheel.market.refusals import Refused
from pinwheel.plan.words import ASSET_MEANINGS, ASSET_NAMES
from pinwheel.rules.assets import ASSETS

Names = dict[str, tuple[str, str]]  # asset in code: Chinese, English
LONGEST_ZH, LONGEST_EN = 20, 40


def names_now() -> Names:
    """The display names in force."""
    chinese, english = asset_names("zh"), asset_names("en")
    return {asset: (chinese[asset], english[asset]) for asset in ASSETS}


class NamesForm(forms.Form):
    """The names of all assets; a pair left empty is the asset's own."""

    layout = "pairs"

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        given = {ASSETS[row.asset]: (row.zh, row.en) for row in AssetName.objects.all()}
        for asset in ASSETS:
            own, (zh, en) = ASSET_NAMES[asset], given.get(asset, ("", ""))
            name = own.zh if in_chinese() else own.en
            self.fields[f"{asset}_zh"] = name_field(f"{name} · 中文", LONGEST_ZH, zh, own.zh)
            self.fields[f"{asset}_en"] = name_field(f"{name} · English", LONGEST_EN, en, own.en)

    def names(self) -> Names:
        """What was typed."""
        typed = self.cleaned_data
        return {asset: (squeezed(typed[f"{asset}_zh"]), squeezed(typed[f"{asset}_en"])) for asset in ASSETS}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        typed = self.names()
        for asset, (zh, en) in typed.items():
            if bool(zh) != bool(en):
                field = f"{asset}_en" if zh else f"{asset}_zh"
                self.add_error(field, _("Give both names, or leave both empty."))
        shown = [shown_names(asset, pair) for asset, pair in typed.items()]
        for language in (0, 1):
            if len({pair[language].casefold() for pair in shown}) < len(shown):
                raise ValidationError(_("Two assets would have the same name."))
        return data


def name_field(label: str, longest: int, initial: str, own: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=longest,
        initial=initial,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": own}),
    )


def squeezed(name: str) -> str:
    return " ".join(name.split())


def shown_names(asset: str, pair: tuple[str, str]) -> tuple[str, str]:
    """What is shown for a pair: the pair, or the asset's own names where it is empty."""
    own = ASSET_NAMES[asset]
    return (pair[0] or own.zh, pair[1] or own.en)


def asset_names_page(request: HttpRequest) -> HttpResponse:
    """What members read for each asset; whoever may, changes it: typed first, then seen and confirmed."""
    needs(request, "naming.view_assetname")
    here, title = reverse("admin:asset_names"), _("Asset names")
    if not request.user.has_perm("naming.change_assetname"):
        needs_no_post(request)
        return show(request, Page(title, [reading(names_now())]))
    form = NamesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        changed = changes(form.names())
        if not changed:
            messages.info(request, _("Nothing was changed."))
            return HttpResponseRedirect(here)
        if "confirmed" not in request.POST:
            return confirmation(request, form.names(), here)
        try:
            rename(changed)
        except Refused as refused:
            form.add_error(None, refusal_text(refused))
        else:
            note(request, changed)
            messages.success(request, _("Renamed. Members read the new names from now on."))
            return HttpResponseRedirect(here)
    notice = Notice(
        _(
            "Names are for reading only: those in plans, in the ledger and in the API stay. "
            "A pair left empty is the asset's own, shown in grey."
        )
    )
    page = Page(title, [notice, reading(names_now())])
    return ask(request, page, _("See the new names"), reverse("admin:index"), form=form)


def needs_no_post(request: HttpRequest) -> None:
    """Raises: PermissionDenied for whoever would change something."""
    if request.method == "POST":
        needs(request, "naming.change_assetname")


def changes(typed: Names) -> Names:
    """The assets whose shown names would change, with what was typed for them."""
    now = names_now()
    return {asset: pair for asset, pair in typed.items() if shown_names(asset, pair) != now[asset]}


def confirmation(request: HttpRequest, typed: Names, here: str) -> HttpResponse:
    """The second page: what members will read."""
    shown = {asset: shown_names(asset, pair) for asset, pair in typed.items()}
    hidden = {"confirmed": "1"}
    for asset, (zh, en) in typed.items():
        hidden |= {f"{asset}_zh": zh, f"{asset}_en": en}
    sections: list[Section] = [
        Notice(_("Every page for members and operators says so from now on."), "warning"),
        reading(shown, names_now()),
    ]
    return ask(request, Page(_("What members will read"), sections), _("Rename"), here, hidden=hidden)


def reading(names: Names, before: Names | None = None) -> Table:
    """Each asset with its names and the sentence that explains it to members."""
    rows: list[Sequence[object]] = []
    for asset, (zh, en) in names.items():
        meaning = ASSET_MEANINGS[asset]
        said = text.sentences([meaning.zh.format(name=zh), meaning.en.format(name=en)])
        row: list[object] = [text.lines([zh, en, text.code(asset)]), said]
        if before is not None:
            was = before[asset]
            row.insert(0, text.lines(was) if was != (zh, en) else text.NOTHING)
        rows.append(row)
    headers = [_("Shown as"), _("What members read of it")]
    if before is not None:
        headers.insert(0, _("Until now"))
    return Table(_("What members read"), headers, rows)


def rename(changed: Names) -> None:
    """Rename all or none. Names may be swapped, so each first gives its old one free. Raises: Refused."""
    with transaction.atomic():
        for number, asset in enumerate(changed):
            rename_asset(asset, f"\u2026{number}", f"\u2026{number}")
        for asset, (zh, en) in changed.items():
            rename_asset(asset, zh, en)


def note(request: HttpRequest, changed: Names) -> None:
    """Write each new name to the operation log."""
    for asset, pair in changed.items():
        zh, en = shown_names(asset, pair)
        record(request, AssetName(asset=ASSETS.index(asset), zh=zh, en=en), f"{asset}: {zh} / {en}")
