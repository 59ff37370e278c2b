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
