"""A sold-out variant for tests: an order of it that can be shipped and sent back."""

from uuid import uuid4

from delivery_stage import HOME, asked, operator
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.services import create_activity, schedule
from pinwheel.market.aftersales.models import AfterSale
from pinwheel.market.aftersales.services import approve, send_back
from pinwheel.market.catalogue.models import Product, Sku
from pinwheel.market.catalogue.stock import receive
from pinwheel.market.delivery.addresses import add_address
from pinwheel.market.delivery.services import ship
from pinwheel.market.ids import new_id
from pinwheel.market.plans.stage import publish_plan_on_stage
from stage import Stage, changed

PLAIN = (
    "{{group.size: 2, limits: null, offer.price: {yuan}.00, outcomes.0.gives: [{{goods: ordered}}{extra}]}}"
)
CUP = ", {{goods: {{extra: {code}, cost: 1.00, title: {{zh: 杯, en: Cup}}}}}}"


class Sold:
    """Two settled orders of a variant, the first one's parcel, and nothing left of the variant."""

    def __init__(self, with_cup: bool = False, yuan: int = 100) -> None:
        code = f"cup-{uuid4().hex[:8]}"
        extra = CUP.format(code=code) if with_cup else ""
        self.stage = Stage("ordinary-group", members=2)
        now = self.stage.now
        self.cup = self.variant(code)
        self.sku = self.variant(f"sku-{code}")
        plan = changed("ordinary-group", PLAIN.format(yuan=yuan, extra=extra))
        self.stage.activity = create_activity(
            publish_plan_on_stage(plan, "", None, now), [self.sku.product], now, None, now, stock=2
        )
        schedule(self.stage.activity, now)
        self.order, _ = (self.stage.join(member).order_id for member in self.stage.members)
        self.stage.settle()
        for member in self.stage.members:
            add_address(member, HOME, True, now)

    def variant(self, code: str) -> Sku:
        """A variant of a product of its own, two pieces in stock."""
        now, product = self.stage.now, self.stage.make_product()
        sku = Sku.objects.create(
            id=new_id(now), product=product, code=code, options_zh=code, options_en=code, price=product.price
        )
        receive(sku.pk, 2, "", None, now)
        return sku

    def draft(self, pieces: int) -> Activity:
        """Another activity of the variant that wants so many pieces; not on sale yet."""
        version, product = self.stage.activity.plan_version, Product.objects.get(pk=self.sku.product_id)
        return create_activity(version, [product], self.stage.now, None, self.stage.now, stock=pieces)

    def shipped(self) -> "Sold":
        ship(self.order, "sf", "SF1234567", operator(), self.stage.now)
        return self

    def sent_back(self, amount: int | None = None) -> AfterSale:
        """A return whose goods are on their way."""
        one = asked(self.stage, self.order, "return_and_refund", amount)
        approve(one.pk, operator(), self.stage.now)
        return send_back(one.pk, self.stage.members[0], "jd", "JD7654321", self.stage.now)

    def stock(self, sku: Sku | None = None) -> int:
        return Sku.objects.get(pk=(sku or self.sku).pk).stock
