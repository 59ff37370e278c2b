"""Promoters (推广员): members whose joins of a plan make them promoters of it for some days."""

from django.db import models


class Promoter(models.Model):
    """How long a member is a promoter under one plan. The member's wallet is locked by whoever changes it."""

    pk = models.CompositePrimaryKey("member_id", "plan")
    member_id = models.BigIntegerField()
    plan = models.CharField(max_length=60)  # the plan's id, over all its versions
    until = models.DateField()  # the last business day, included
    last_day = models.DateField()  # of the last join that was counted

    class Meta:
        db_table = "promoters_promoter"

    def __str__(self) -> str:
        return f"{self.member_id} until {self.until}"


class MissedRelease(models.Model):
    """The trace of a release that was not made: the sponsor was no promoter when the join was settled."""

    pk = models.CompositePrimaryKey("order_id", "level")
    order_id = models.BigIntegerField()  # of the downline's join
    level = models.SmallIntegerField()  # 1 direct, 2 indirect
    sponsor_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "promoters_missed"
        indexes = [models.Index(fields=["sponsor_id", "-at"], name="missed_release_sponsor")]

    def __str__(self) -> str:
        return f"{self.sponsor_id} for {self.order_id}"
