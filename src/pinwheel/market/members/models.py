"""Members: the people who join groups."""

from django.conf import settings
from django.db import models


class Member(models.Model):
    """One member. The wallet is the ledger's; counters of joins are the orders'."""

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    phone = models.CharField(max_length=20, unique=True)  # E.164
    password = models.CharField(max_length=200, blank=True)  # a hash; empty: signs in by code only
    nickname = models.CharField(max_length=40)
    language = models.CharField(max_length=10, default="zh-hans")
    created_at = models.DateTimeField()
    adult_confirmed_at = models.DateTimeField(null=True, blank=True)
    sponsor_id = models.BigIntegerField(null=True, blank=True)  # who brought this member; never a loop
    sponsored_at = models.DateTimeField(null=True, blank=True)
    is_frozen = models.BooleanField(default=False)
    frozen_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "members_member"
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["sponsor_id"], name="member_sponsor", condition=models.Q(sponsor_id__isnull=False)
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sponsor_id__isnull=True) | ~models.Q(sponsor_id=models.F("id")),
                name="member_is_not_its_own_sponsor",
            )
        ]

    def __str__(self) -> str:
        return self.nickname


class Invitation(models.Model):
    """A member's invitation code, as it stands on links and posters."""

    member_id = models.BigIntegerField(primary_key=True)
    code = models.CharField(max_length=12, unique=True)

    class Meta:
        db_table = "members_invitation"

    def __str__(self) -> str:
        return self.code


class SponsorChange(models.Model):
    """An operator's change of who brought a member. Never changes itself (the database refuses)."""

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    member_id = models.BigIntegerField()
    old_sponsor_id = models.BigIntegerField(null=True)
    new_sponsor_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200)
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "members_sponsor_change"
        ordering = ["-id"]
        indexes = [models.Index(fields=["member_id", "-id"], name="sponsor_change_member")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="sponsor_change_has_reason")
        ]

    def __str__(self) -> str:
        return str(self.id)


class FailedSignIn(models.Model):
    """A password that was wrong, or is being looked at: too many for one number within a while are refused
    unread.
    """

    phone = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        db_table = "members_failed_sign_in"
        indexes = [models.Index(fields=["phone", "at"])]

    def __str__(self) -> str:
        return self.phone


class OneTimeCode(models.Model):
    """A code sent to a phone number, to prove that it is one's own. Only its hash is kept."""

    phone = models.CharField(max_length=20)
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "members_one_time_code"
        indexes = [models.Index(fields=["phone", "-created_at"])]

    def __str__(self) -> str:
        return self.phone
