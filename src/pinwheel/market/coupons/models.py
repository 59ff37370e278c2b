"""Coupons (优惠券): their templates, the members' own, and the orders that used them.

A coupon is no balance. What it takes off a price the plan's account `coupons` pays to the held account; see
docs/adr/0026-coupons-and-allotted-stock.md.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class CouponTemplate(models.Model):
    """What a kind of coupon says. Money in fen. One that a plan gives never changes, as its version does not.

    Attributes:
        threshold, discount: 0 of a link.
        valid_seconds: from its receipt; 0: between the two dates.
        scope, scope_ids: what it can be used on; ids of categories, products or activities.
        total, per_member: None: no limit. They bind the public list and operators; a plan keeps its promise.
        given: how many operators and the public list have given out.
        place: of a plan's own: where it stands in the plan, as `outcomes[1].gives[0]`.
    """

    class Scope(models.IntegerChoices):
        ALL = 0, "all"
        CATEGORIES = 1, "categories"
        PRODUCTS = 2, "products"
        ACTIVITIES = 3, "activities"

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    plan_version = models.ForeignKey("plans.PlanVersion", null=True, on_delete=models.PROTECT)
    place = models.CharField(max_length=60, blank=True)
    title_zh = models.CharField(max_length=80)
    title_en = models.CharField(max_length=80)
    link = models.URLField(max_length=500, blank=True)
    threshold = models.BigIntegerField(default=0)
    discount = models.BigIntegerField(default=0)
    valid_seconds = models.BigIntegerField(default=0)
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    scope = models.SmallIntegerField(choices=Scope.choices, default=Scope.ALL)
    scope_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    total = models.BigIntegerField(null=True, blank=True)
    per_member = models.IntegerField(null=True, blank=True)
    given = models.BigIntegerField(default=0)
    is_public = models.BooleanField(default=False)  # members may take it from the list
    is_active = models.BooleanField(default=True)  # nothing more is given out where not
    created_at = models.DateTimeField()

    class Meta:
        db_table = "coupons_template"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan_version", "place"],
                condition=Q(plan_version__isnull=False),
                name="coupon_template_of_plan_unique",
            ),
            models.CheckConstraint(
                condition=Q(link="", discount__gt=0, threshold__gt=F("discount"))
                | (~Q(link="") & Q(discount=0, threshold=0)),
                name="coupon_discount_below_threshold",
            ),
            models.CheckConstraint(
                condition=Q(valid_seconds__gt=0, valid_from__isnull=True, valid_until__isnull=True)
                | Q(valid_seconds=0, valid_from__isnull=False, valid_until__gt=F("valid_from"))
                | ~Q(link=""),
                name="coupon_validity_is_one_of_both",
            ),
            models.CheckConstraint(
                condition=Q(given__gte=0) & (Q(total__isnull=True) | Q(given__lte=F("total"))),
                name="coupon_given_within_total",
            ),
            models.CheckConstraint(
                condition=Q(per_member__isnull=True) | Q(per_member__gt=0), name="coupon_per_member_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.title_zh

    @property
    def is_link(self) -> bool:
        return bool(self.link)


class Coupon(models.Model):
    """A member's coupon; its id is its number. Who changes it holds the row locked, after all else.

    Attributes:
        order_id: the order that uses it; 0: none.
        about: the order whose settlement gave it; 0: an operator gave it, or the member took it.
        request_key: of taking it from the public list; None elsewhere.
    """

    class State(models.IntegerChoices):
        UNUSED = 0, "unused"
        USED = 1, "used"
        EXPIRED = 2, "expired"

    class Source(models.IntegerChoices):
        PLAN = 0, "plan"
        OPERATOR = 1, "operator"
        TAKEN = 2, "taken"

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    template = models.ForeignKey(CouponTemplate, on_delete=models.PROTECT, related_name="coupons")
    member_id = models.BigIntegerField()
    order_id = models.BigIntegerField(default=0)
    about = models.BigIntegerField(default=0)
    given_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField()  # of a link: the end of time, it is the other shop's to say
    request_key = models.UUIDField(null=True, unique=True)
    state = models.SmallIntegerField(choices=State.choices, default=State.UNUSED)
    source = models.SmallIntegerField(choices=Source.choices)

    class Meta:
        db_table = "coupons_coupon"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["member_id", "-id"], name="coupon_member"),
            models.Index(fields=["about"], name="coupon_about", condition=~Q(about=0)),
            models.Index(fields=["expires_at"], name="coupon_expiring", condition=Q(state=0)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=1, order_id__gt=0) | (~Q(state=1) & Q(order_id=0)),
                name="coupon_used_by_an_order",
            ),
            models.UniqueConstraint(
                fields=["order_id"], condition=~Q(order_id=0), name="coupon_one_an_order"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("starts_at")), name="coupon_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class CouponUse(models.Model):
    """An order that used a coupon. `is_live`: it still does; else its payment went back or never came."""

    order_id = models.BigIntegerField(primary_key=True)
    coupon = models.ForeignKey(Coupon, on_delete=models.PROTECT, related_name="uses")
    discount = models.BigIntegerField()
    used_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    is_live = models.BooleanField(default=True)

    class Meta:
        db_table = "coupons_use"
        ordering = ["-order_id"]
        constraints = [
            models.UniqueConstraint(fields=["coupon"], condition=Q(is_live=True), name="coupon_used_once"),
            models.CheckConstraint(condition=Q(discount__gt=0), name="coupon_use_discount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.coupon_id} by {self.order_id}"


class CouponGrant(models.Model):
    """Why an operator gave a coupon. Kept for good."""

    coupon = models.OneToOneField(Coupon, primary_key=True, on_delete=models.PROTECT)
    reason = models.CharField(max_length=300)
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "coupons_grant"
        ordering = ["-coupon_id"]

    def __str__(self) -> str:
        return str(self.coupon_id)
