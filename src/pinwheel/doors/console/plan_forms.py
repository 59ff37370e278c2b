"""The form of a plan draft: a file or pasted text; kept also while it is wrong, so that no work is lost."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy
from pinwheel.market.plans.models import PlanDraft
from pinwheel.plan.load import load_plan
from pinwheel.plan.refusal import PlanRefused
from pinwheel.plan.yaml_exact import MOST_BYTES

NAMED = re.compile(r"^plan:\s*[\"']?([a-z0-9][a-z0-9-]{0,59})[\"']?\s*(?:#.*)?$", re.MULTILINE)


def source_of(upload: Any, pasted: str) -> str:
    """The text of the uploaded file, else the pasted text. Raises: ValidationError."""
    if not upload:
        return pasted.replace("\r\n", "\n")
    data: bytes = upload.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValidationError(_("The file is too big; allowed: %d KiB.") % (MOST_BYTES // 1024))
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ValidationError(_("The file is not text in UTF-8 (byte %d).") % error.start) from None


class PlanDraftForm(forms.ModelForm):  # type: ignore[type-arg]
    """A plan file in work."""

    file = forms.FileField(
        label=gettext_lazy("Upload a YAML file"),
        required=False,
        widget=UnfoldAdminFileFieldWidget(),
        help_text=gettext_lazy("Replaces the text below."),
    )
    name = forms.SlugField(
        label=gettext_lazy("Plan id"),
        required=False,
        max_length=60,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Left empty, it is taken from the text."),
    )
    source = forms.CharField(
        label=gettext_lazy("Plan (YAML)"),
        required=False,
        strip=False,
        widget=UnfoldAdminTextareaWidget(
            attrs={"rows": 26, "class": "source", "spellcheck": "false", "autocomplete": "off", "wrap": "off"}
        ),
    )

    class Meta:
        model = PlanDraft
        fields = ("file", "name", "source")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            data["source"] = source_of(data.get("file"), data.get("source") or "")
        except ValidationError as error:
            self.add_error("file", error)
            return data
        if not data["source"].strip():
            self.add_error("source", _("Paste a plan or upload a file."))
            return data
        self.take_name(data)
        return data

    def take_name(self, data: dict[str, Any]) -> None:
        """The draft's name is the plan's id; while the text cannot be read, what it seems to say."""
        try:
            said = load_plan(data["source"]).plan
        except PlanRefused:
            match = NAMED.search(data["source"])
            said = match[1] if match else ""
        kept = self.instance.name if self.instance.pk else ""
        name = kept or data.get("name") or said
        if not name:
            self.add_error("name", _("The text does not say its plan id; give one here."))
        elif said and said != name:
            self.add_error(
                "source" if kept else "name",
                _("The text says plan: %(said)s, this draft is %(name)s; make both the same.")
                % {"said": said, "name": name},
            )
        elif not kept and PlanDraft.objects.filter(name=name).exists():
            self.add_error("name", _("There is a draft of %s already; edit that one.") % name)
        data["name"] = name
