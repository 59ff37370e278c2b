"""Who may do what: each page asks, whatever the links show. Nothing that has money behind it is deleted."""

import pytest
from console_shop import LISTS, Shop, page
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import NoReverseMatch, reverse

from pinwheel.doors.console.registry import SITE
from pinwheel.market.activities.models import Activity
from pinwheel.market.adjustments.models import AdjustmentProposal
from pinwheel.market.catalogue.models import Product
from pinwheel.market.members.models import Member
from pinwheel.market.plans.models import PlanDraft, PlanVersion, PublishRequest

pytestmark = pytest.mark.database

SEEN = {
    "operations": {"catalogue_product", "plans_plandraft", "plans_planversion", "activities_activity"}
    | {
        "groups_group",
        "public_values_publicvalue",
        "orders_order",
        "cashier_payment",
        "cashier_refund",
        "members_member",
    }
    | {"days_dayrun", "pool_exchangeitem", "pool_exchange", "plans_publishrequest", "plans_simulation"}
    | {
        "delivery_delivery",
        "pool_exchangeparcel",
        "delivery_invoice",
        "aftersales_aftersale",
        "aftersales_debt",
    }
    | {"messaging_message", "messaging_delivery", "activities_activitystop"},
}
SEEN["support"] = SEEN["operations"] | {"adjustments_adjustmentproposal", "pool_poolmove"}
SEEN["finance"] = SEEN["support"] | {"pool_profit"}
SEEN["audit"] = SEEN["finance"] | {"staff_operator", "auth_group", "api_apikey", "admin_logentry"}
SEEN["audit"] |= {"webhooks_endpoint", "webhooks_hookdelivery"}
LEDGER = {
    "ledger_explorer": {"finance", "audit"},
    "ledger_accounts": {"finance", "audit"},
    "ledger_batches": {"finance", "audit"},
    "ledger_audit": {"finance", "audit"},
    "pool_plans": {"finance", "audit"},
    "win_counters": set(SEEN),
    "promoters": set(SEEN),
    "asset_names": set(SEEN),
    "message_kinds": set(SEEN),
}


def counts() -> tuple[int, ...]:
    """What no refused request may change."""
    plans = (PlanDraft, PlanVersion, PublishRequest)
    models = (Activity, AdjustmentProposal, Member, *plans, Product, LogEntry)
    return tuple(model.objects.count() for model in models)


@pytest.mark.parametrize("role", list(SEEN))
def test_each_role_sees_its_lists(shop: Shop, role: str):
    client = shop.staff.client(role)
    for name in LISTS:
        answer = client.get(reverse(f"admin:{name}_changelist"))
        assert answer.status_code == (200 if name in SEEN[role] else 403), name
    for name, roles in LEDGER.items():
        assert client.get(reverse(f"admin:{name}")).status_code == (200 if role in roles else 403), name
    overview = client.get(reverse("admin:index"))
    assert overview.status_code == 200
    assert (b"Turnover captured" in overview.content) == (role != "support")


def test_the_audit_role_reads_everything_and_does_nothing(shop: Shop):
    client = shop.staff.client("audit", "zh-hans")
    before = counts()
    for url in shop.object_pages():
        assert client.get(url).status_code == 200, url
        answer = client.post(url, {"name_zh": "x", "source": "x", "_save": "1"})
        assert answer.status_code in (302, 403, 200), url
    for url in shop.asking_pages():
        assert client.get(url).status_code == 403, url
        answer = client.post(url, {"reason": "x", "hash": "x"})
        assert answer.status_code == 403, url
        assert "您的角色没有这项权限" in answer.content.decode()
    for name in (
        "catalogue_product",
        "plans_plandraft",
        "activities_activity",
        "api_apikey",
        "staff_operator",
        "pool_exchangeitem",
        "webhooks_endpoint",
    ):
        assert client.get(reverse(f"admin:{name}_add")).status_code == 403
        assert client.post(reverse(f"admin:{name}_add"), {}).status_code == 403
    assert counts() == before
    assert not Product.objects.filter(name_zh="x").exists()


def test_nobody_comes_in_without_logging_in(shop: Shop):
    for url in shop.pages():
        answer = Client().get(url)
        assert answer.status_code == 302, url
        assert answer.url.startswith(reverse("admin:login"))


def test_nothing_is_deleted_and_nothing_is_done_in_bulk(shop: Shop):
    client = shop.staff.client("boss")
    before = counts()
    for model, admin in SITE._registry.items():
        assert admin.actions is None
        thing = model._default_manager.first()
        if thing is None:
            continue
        may = {"catalogue.product", "plans.plandraft"}
        if model._meta.label_lower in may:
            continue
        try:
            url = page(thing, "delete")
        except NoReverseMatch:
            continue
        assert client.get(url).status_code == 403, model
        assert client.post(url, {"post": "yes"}).status_code == 403, model
        bulk = {"action": "delete_selected", "_selected_action": [thing.pk], "post": "yes", "index": "0"}
        client.post(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"), bulk)
    assert counts() == before


def test_a_used_product_is_kept_and_an_unused_one_may_go(shop: Shop):
    client = shop.staff.client("operations")
    used = shop.stage.products[0]
    assert client.post(page(used, "delete"), {"post": "yes"}).status_code == 403
    unused = shop.stage.make_product()
    assert client.post(page(unused, "delete"), {"post": "yes"}).status_code == 302
    assert Product.objects.filter(pk=used.pk).exists()
    assert not Product.objects.filter(pk=unused.pk).exists()
