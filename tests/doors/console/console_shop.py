"""A small shop in which every kind of thing has happened, and the addresses of the console's pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.urls import reverse

from pinwheel.doors.api.keys import make_key
from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.report.files import arguments_told
from pinwheel.lab.runs import Job, as_plain, play
from pinwheel.lab.simulate import Arguments
from pinwheel.ledger.models import Batch
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.services import create_activity
from pinwheel.market.adjustments import services as adjustments
from pinwheel.market.adjustments.models import AdjustmentProposal
from pinwheel.market.cashier.models import Payment, Refund
from pinwheel.market.clock import current_time
from pinwheel.market.groups.models import Group
from pinwheel.market.members.models import Member
from pinwheel.market.messages.expand import tell_members
from pinwheel.market.messages.models import Delivery, Message
from pinwheel.market.orders.models import Order
from pinwheel.market.plans.models import PlanDraft, PlanVersion, PublishRequest, Simulation
from pinwheel.market.plans.requests import acknowledge, draft_digest, request_publication, turn_down
from pinwheel.market.plans.services import save_draft
from pinwheel.market.plans.simulations import (
    begin_simulation,
    fail_simulation,
    finish_simulation,
    request_simulation,
)
from pinwheel.market.webhooks.models import Endpoint, HookDelivery
from pinwheel.market.webhooks.services import make_endpoint, send_test
from pinwheel.plan.load import load_plan, playbook_text
from pinwheel.plan.words import Phrase
from stage import Stage, make_members

LISTS = [
    "catalogue_product",
    "plans_plandraft",
    "plans_publishrequest",
    "plans_planversion",
    "plans_simulation",
    "activities_activity",
    "activities_activitystop",
    "groups_group",
    "public_values_publicvalue",
    "orders_order",
    "cashier_payment",
    "cashier_refund",
    "delivery_delivery",
    "delivery_invoice",
    "aftersales_aftersale",
    "aftersales_debt",
    "members_member",
    "adjustments_adjustmentproposal",
    "days_dayrun",
    "pool_profit",
    "pool_poolmove",
    "pool_exchangeitem",
    "pool_exchange",
    "pool_exchangeparcel",
    "staff_operator",
    "auth_group",
    "api_apikey",
    "admin_logentry",
    "messaging_message",
    "messaging_delivery",
    "webhooks_endpoint",
    "webhooks_hookdelivery",
]
LEDGER = ["ledger_explorer", "ledger_accounts", "ledger_batches", "ledger_audit"]
OWN = ["pool_plans", "win_counters", "promoters", "asset_names", "message_kinds"]


@dataclass
class Shop:
    """The shop: its staff, its stage (an activity on sale), and a draft of another activity."""

    staff: Any
    stage: Stage
    draft: Activity

    def pages(self) -> list[str]:
        """Addresses of every kind of page that is read."""
        lists = [reverse(f"admin:{name}_changelist") for name in LISTS]
        adds = [reverse(f"admin:{name}_add") for name in ("catalogue_product", "plans_plandraft")]
        adds += [reverse(f"admin:{name}_add") for name in ("activities_activity", "api_apikey")]
        adds += [reverse(f"admin:{name}_add") for name in ("staff_operator", "auth_group")]
        adds.append(reverse("admin:pool_exchangeitem_add"))
        ledger = [reverse(f"admin:{name}") for name in (*LEDGER, *OWN)]
        batch = Batch.objects.aggregate(last=Max("pk"))["last"]
        ledger += [
            reverse("admin:ledger_batch_page", args=[batch]),
            reverse("admin:ledger_member", args=[self.stage.members[0]]),
        ]
        ledger += [
            reverse("admin:message_kind", args=["won"]),
            *(reverse("admin:message_wording", args=["won", said]) for said in ("zh", "en")),
            reverse("admin:webhooks_endpoint_add"),
        ]
        return [reverse("admin:index"), *lists, *adds, *ledger, *self.object_pages(), *self.asking_pages()]

    def object_pages(self) -> list[str]:
        """One page of each kind of thing, and of each state that looks different."""
        settled = Group.objects.filter(state=Group.State.SETTLED).first()
        forming = Group.objects.filter(state=Group.State.FORMING, taken__gt=0).first()
        things: list[Any] = [
            self.stage.products[0],
            PlanDraft.objects.get(name="broken"),
            PlanDraft.objects.exclude(name="broken").get(),
            PlanVersion.objects.first(),
            PlanVersion.objects.get(ground=PlanVersion.Ground.GATE),
            *PublishRequest.objects.all(),
            *Simulation.objects.all(),
            self.stage.activity,
            self.draft,
            settled,
            forming,
            Order.objects.filter(state=Order.State.SETTLED).first(),
            Order.objects.filter(state=Order.State.REFUNDED, route=Order.Route.EXTERNAL).first(),
            Order.objects.filter(state=Order.State.UNPAID).first(),
            Payment.objects.first(),
            Refund.objects.first(),
            Member.objects.get(pk=self.stage.members[0]),
            Member.objects.get(is_frozen=True),
            *AdjustmentProposal.objects.all(),
            self.staff["audit"],
            Message.objects.first(),
            *Delivery.objects.all(),
            Endpoint.objects.get(),
            HookDelivery.objects.get(),
        ]
        return [page(thing) for thing in things]

    def asking_pages(self) -> list[str]:
        """Pages that ask before they do something."""
        waiting = AdjustmentProposal.objects.filter(state=0).get()
        draft = PlanDraft.objects.exclude(name="broken").get()
        asked = PublishRequest.objects.get(state=PublishRequest.State.OPEN)
        member = Member.objects.get(pk=self.stage.members[0])
        return [
            page(draft, "publish"),
            page(draft, "facts"),
            page(draft, "simulate"),
            page(asked, "acknowledge"),
            page(asked, "turn-down"),
            page(self.draft, "sell"),
            page(self.stage.activity, "stop"),
            page(member, "freeze"),
            page(member, "adjust"),
            page(member, "sponsor"),
            page(Delivery.objects.get(state=Delivery.State.FAILED), "retry"),
            *(page(Endpoint.objects.get(), name) for name in ("edit", "secret", "test")),
            page(HookDelivery.objects.get(), "replay"),
            page(waiting, "confirm"),
            page(waiting, "reject"),
        ]


def page(thing: Any, name: str = "change") -> str:
    """The address of a page of one thing."""
    meta = thing._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{name}", args=[thing.pk])


def fill_shop(staff: Any) -> Shop:
    """Groups settled and forming, payments and refunds, drafts, adjustments, a frozen member, a key."""
    now = current_time() - timedelta(minutes=40)
    stage = Stage("draw-on-fill", members=10, at=now, ends=timedelta(hours=2), products=2)
    size = stage.plan.group.size
    stage.members += make_members(2 * size, 100_000, stage.now)
    for member in stage.members[: size - 2]:
        stage.join(member)
    for member in stage.members[size - 2 : size]:
        stage.callback(stage.join(member, external=True).order_id)
    stage.settle(maker=lambda draw, seed, orders: list(range(len(orders))))
    stage.join(stage.members[0])
    stage.join(stage.members[1], external=True)
    stage.settle()
    draft = create_activity(
        stage.activity.plan_version, stage.products, stage.now, None, stage.now, title=("草稿", "A draft")
    )
    PlanDraft.objects.create(name="broken", source="plan: broken\noffer: {price: 9.999}\n", updated_at=now)
    PlanDraft.objects.create(name="ordinary-group", source=playbook_text("ordinary-group"), updated_at=now)
    ask_for_publication(staff, now)
    simulate(staff, now)
    adjust(staff, stage)
    Member.objects.filter(pk=stage.members[3]).update(is_frozen=True, frozen_reason="asked by the member")
    make_key("mall", ["members:read"], now)
    tell(stage, now)
    return Shop(staff, stage, draft)


def tell(stage: Stage, now: datetime) -> None:
    """Everybody is told of everything; a delivery failed, one was refused, a webhook was given up."""
    endpoint = make_endpoint("mall", "https://mall.example/hooks", ["order.paid"], now)
    HookDelivery.objects.filter(pk=send_test(endpoint.pk, now).pk).update(
        state=HookDelivery.State.FAILED, status=500, reason="http_500", answer="<b>no</b>", tries=9
    )
    Endpoint.objects.update(is_enabled=False, disabled_reason="down", failures=20, failing_since=now)
    tell_members(stage.now)
    told = Message.objects.order_by("id")[0]
    for channel, state in ((4, Delivery.State.FAILED), (2, Delivery.State.SKIPPED)):
        Delivery.objects.create(
            message_id=told.pk,
            member_id=told.member_id,
            kind=told.kind,
            channel=channel,
            state=state,
            tries=8,
            next_try_at=now,
            reason="http_500",
            created_at=now,
        )


def ask_for_publication(staff: Any, now: datetime) -> None:
    """A request that waits, one acknowledged and one rejected; their drafts are gone."""
    asked = []
    for name in ("friends-bill", "leader-five", "ninety-nine-of-a-hundred"):
        draft = save_draft(playbook_text(name), now)
        asked.append(request_publication(draft.pk, draft_digest(draft), staff["operations"], now))
        draft.delete()
    acknowledge(asked[1].pk, ["counsel, opinion 7"] * 2, staff["finance"], now)
    turn_down(asked[2].pk, "not this season", staff["finance"], now)


def simulate(staff: Any, now: datetime) -> None:
    """A simulation that waits, one that is done and one that failed."""
    draft = PlanDraft.objects.get(name="ordinary-group")
    plan, arguments = load_plan(draft.source), Arguments(Behaviour(start_members=20), 20, 2, 1)
    for number in range(3):
        operator, told = staff["operations"], arguments_told(arguments)
        made = request_simulation(plan, told, 2, 0, draft, operator, now + timedelta(seconds=number))
        if number:
            begin_simulation(made.pk, now)
        if number == 1:
            job = Job(made.canonical, arguments, 0, 1)
            finish_simulation(made.pk, as_plain(play(job)), now)
        if number == 2:
            fail_simulation(made.pk, Phrase("演不了", "cannot be played"), now)


def adjust(staff: Any, stage: Stage) -> None:
    """A proposal that waits, one confirmed and one rejected."""
    finance, support = staff["finance"], staff["support"]
    for number, reason in enumerate(("waits", "is confirmed", "is rejected")):
        member = Member.objects.get(pk=stage.members[number])
        made = adjustments.propose(member, 0, 500, reason, support, stage.now + timedelta(seconds=number))
        if number == 1:
            adjustments.confirm(made.pk, finance, stage.now)
        if number == 2:
            adjustments.reject(made.pk, finance, stage.now)
