"""Plans: checked with every problem named, kept while they are wrong, published for good."""

import html
import re

import pytest
from console_shop import page
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from pinwheel.market.clock import current_time
from pinwheel.market.plans.models import PlanDraft, PlanVersion, PublishRequest
from pinwheel.market.plans.requests import save_facts
from pinwheel.plan.canonical import plan_hash
from pinwheel.plan.lawfulness import Facts
from pinwheel.plan.load import load_plan, playbook, playbook_names, playbook_text

pytestmark = pytest.mark.database
GOOD = playbook_text("draw-on-fill")
WRONG = GOOD.replace("price: 100.00", "price: 99.999")
assert WRONG != GOOD


def add_url() -> str:
    return reverse("admin:plans_plandraft_add")


def check_url() -> str:
    return reverse("admin:plans_plandraft_check")


def test_a_check_names_path_found_and_allowed(staff, language):
    client = staff.client("operations", language)
    text = client.post(check_url(), {"source": WRONG}).content.decode()
    assert "offer.price" in text
    assert "99.999" in text
    allowed = "最多两位小数" if language == "zh-hans" else "at most two decimals"
    assert allowed in text
    assert not PlanDraft.objects.exists()


def test_a_check_explains_in_both_languages(staff):
    text = staff.client("operations").post(check_url(), {"source": GOOD}).content.decode()
    assert "Nothing is wrong with this plan as it is written." in text
    assert "Price and group" in text
    assert "价格与成团" in text
    assert plan_hash(load_plan(GOOD)) in text


def text_in_form(answer) -> str:
    return html.unescape(
        re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", answer.content.decode(), re.DOTALL)[1]
    )


def test_a_draft_starts_from_a_playbook(staff, language):
    client = staff.client("operations", language)
    listed = client.get(add_url()).content.decode()
    for name in playbook_names():
        assert f"?playbook={name}" in listed
    assert playbook("gift-group").title.en in listed or playbook("gift-group").title.zh in listed
    for free in ("gift-group", "gift-group-2"):  # the second time its id is taken
        answer = client.get(add_url(), {"playbook": "gift-group"})
        source = text_in_form(answer)
        assert load_plan(source).plan == free and "?playbook=" not in answer.content.decode()
        assert client.post(add_url() + "?playbook=gift-group", {"source": source}).status_code == 302
        assert PlanDraft.objects.get(name=free).source == source


def test_an_unknown_playbook_starts_with_nothing(staff):
    answer = staff.client("operations").get(add_url(), {"playbook": "../secrets"})
    assert answer.status_code == 200 and not text_in_form(answer).strip()


def test_an_uploaded_file_is_checked_and_kept(staff):
    client = staff.client("operations")
    upload = SimpleUploadedFile("plan.yaml", WRONG.encode())
    assert "offer.price" in client.post(check_url(), {"file": upload}).content.decode()
    upload = SimpleUploadedFile("plan.yaml", b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert client.post(add_url(), {"file": upload, "source": "ignored"}).status_code == 302
    assert PlanDraft.objects.get().source == GOOD


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff\xfe", "is not text in UTF-8"),
        (b"#" * 300_000, "too big"),
    ],
)
def test_a_file_that_is_none_is_refused_in_a_sentence(staff, data, message):
    client = staff.client("operations")
    assert message in client.post(check_url(), {"file": SimpleUploadedFile("x", data)}).content.decode()
    answer = client.post(add_url(), {"file": SimpleUploadedFile("x", data), "source": ""})
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert not PlanDraft.objects.exists()


def test_a_wrong_draft_is_kept_and_not_published(staff):
    client = staff.client("operations")
    answer = client.post(add_url(), {"source": WRONG}, follow=True)
    assert "problems in the way of publishing" in answer.content.decode()
    draft = PlanDraft.objects.get(name="draw-on-fill")
    answer = client.post(page(draft, "publish"), {"shown": "whatever"}, follow=True)
    assert "offer.price" in answer.content.decode()
    assert not PlanVersion.objects.exists()
    assert b"draft refused" in client.get(reverse("admin:index")).content


@pytest.mark.parametrize(
    ("source", "name", "message"),
    [
        ("", "", "Paste a plan or upload a file"),
        ("nothing of the kind", "", "does not say its plan id"),
        (GOOD, "another-name", "make both the same"),
    ],
)
def test_a_draft_needs_its_name(staff, source, name, message):
    answer = staff.client("operations").post(add_url(), {"source": source, "name": name})
    assert message in answer.content.decode()
    assert not PlanDraft.objects.exists()


def test_there_is_one_draft_of_a_plan(staff):
    client = staff.client("operations")
    client.post(add_url(), {"source": GOOD})
    assert (
        "There is a draft of draw-on-fill already"
        in client.post(add_url(), {"source": GOOD}).content.decode()
    )
    draft = PlanDraft.objects.get()
    answer = client.post(page(draft), {"source": playbook_text("ordinary-group")})
    assert "make both the same" in answer.content.decode()


def shown_on(client, draft) -> str:
    """What the publish page would have published."""
    html = client.get(page(draft, "publish")).content.decode()
    return re.search(r'name="shown" value="(\w+)"', html)[1]


def publish(staff, source=GOOD) -> PlanVersion:
    """Nothing is left to acknowledge where it is stated who bears the tax."""
    client = staff.client("operations")
    PlanDraft.objects.filter(name="draw-on-fill").delete()
    client.post(add_url(), {"source": source})
    draft = PlanDraft.objects.get(name="draw-on-fill")
    save_facts(draft.pk, Facts(prize_tax="withhold"), current_time())
    asked = client.get(page(draft, "publish"))
    assert plan_hash(load_plan(source)) in asked.content.decode()
    answer = client.post(page(draft, "publish"), {"shown": shown_on(client, draft)})
    version = PlanVersion.objects.get(hash=plan_hash(load_plan(source)))
    assert answer.url == page(version)
    return version


def test_publishing_asks_with_the_hash_and_keeps_who_did_it(staff):
    version = publish(staff)
    assert version.version == 1
    assert version.published_by == staff["operations"]
    assert version.source == GOOD
    client, draft = staff.client("operations"), PlanDraft.objects.get()
    again = client.post(page(draft, "publish"), {"shown": shown_on(client, draft)}, follow=True)
    assert "published already, as draw-on-fill v1" in again.content.decode()
    second = publish(staff, GOOD.replace("price: 100.00", "price: 105.00"))
    assert second.version == 2
    text = staff.client("audit").get(page(second)).content.decode()
    assert second.hash in text
    assert "plan-v1" in text


def test_a_draft_that_changed_meanwhile_is_not_published(staff):
    client = staff.client("operations")
    client.post(add_url(), {"source": GOOD})
    draft = PlanDraft.objects.get()
    shown = shown_on(client, draft)
    client.post(page(draft), {"source": GOOD.replace("price: 100.00", "price: 105.00")})
    answer = client.post(page(draft, "publish"), {"shown": shown}, follow=True)
    assert "look again before publishing" in answer.content.decode()
    shown = shown_on(client, draft)
    save_facts(draft.pk, Facts(prize_tax="withhold"), current_time())
    answer = client.post(page(draft, "publish"), {"shown": shown}, follow=True)
    assert "look again before publishing" in answer.content.decode()
    assert not PlanVersion.objects.exists()
    assert not PublishRequest.objects.exists()


def test_a_published_plan_never_changes(staff):
    version = publish(staff)
    client = staff.client("boss")
    before = PlanVersion.objects.values().get()
    client.post(page(version), {"source": "x", "name": "x", "_save": "1"})
    assert client.post(page(version, "delete"), {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:plans_planversion_add")).status_code == 403
    assert PlanVersion.objects.values().get() == before
    for change in (lambda: version.delete(), lambda: PlanVersion.objects.update(source="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
