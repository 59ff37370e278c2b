"""A new draft from one of the plans that come with the program."""

import re
from itertools import count

from django.urls import reverse

from pinwheel.doors.console import text
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import in_chinese
from pinwheel.doors.console.page import Table
from pinwheel.market.plans.models import PlanDraft, PlanVersion
from pinwheel.plan.load import playbook, playbook_names, playbook_text

PLAN_ID = re.compile(r"^plan: .*$", re.MULTILINE)


def playbooks_to_start_from() -> Table:
    """Every playbook in a sentence, with the way to a draft of it."""
    add = reverse("admin:plans_plandraft_add")
    rows = []
    for name in playbook_names():
        plan = playbook(name)
        title = plan.title.zh if in_chinese() else plan.title.en
        about = (plan.about.zh if in_chinese() else plan.about.en) if plan.about else text.NOTHING
        rows.append((text.link(f"{add}?playbook={name}", title), about, text.code(name)))
    headers = [_("Plan"), _("What it is"), _("Playbook")]
    note = _("Choose one to have its text below, with a comment to every field; or paste or upload your own.")
    return Table(_("Start from a playbook"), headers, rows, note=note)


def text_to_start_with(name: str) -> str:
    """A playbook's text under a plan id that is free; empty where there is no such playbook."""
    if name not in playbook_names():
        return ""
    taken = {
        *PlanDraft.objects.filter(name__startswith=name).values_list("name", flat=True),
        *PlanVersion.objects.filter(name__startswith=name).values_list("name", flat=True),
    }
    names = (name if number == 1 else f"{name}-{number}" for number in count(1))
    free = next(one for one in names if one not in taken)
    return PLAN_ID.sub(f"plan: {free}", playbook_text(name), count=1)
