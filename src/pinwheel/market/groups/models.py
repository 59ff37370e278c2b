"""Groups: the seats, the draw's secret and its outcome."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Group(models.Model):
    """One group and its draw. A finished group never changes (the database refuses).

    A group with no seat taken is open in advance: its draw is committed before anybody sits in it.
    """

    class State(models.IntegerChoices):
        FORMING = 0, "forming"
        FILLED = 1, "filled"
        SETTLED = 2, "settled"
        EXPIRED = 3, "expired"
        DISSOLVED = 4, "dissolved"
        UNUSED = 5, "unused"  # the activity ended before anybody sat in it

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    activity_id = models.BigIntegerField()
    draw_number = models.IntegerField()  # without gaps in an activity
    leader_id = models.BigIntegerField(default=0)  # member; 0: the public queue
    size = models.SmallIntegerField()
    taken = models.SmallIntegerField(default=0)  # seats of paid orders
    state = models.SmallIntegerField(choices=State.choices, default=State.FORMING)
    seats = ArrayField(models.BigIntegerField(), default=list)  # order ids by seat
    seat_members = ArrayField(models.BigIntegerField(), default=list)
    held_members = ArrayField(models.BigIntegerField(), default=list)  # joined, not seated: leader's group
    committed_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)  # first seat taken, or opened by its leader
    expires_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    commit = models.BinaryField()
    sealed_seed = models.BinaryField()  # encrypted
    server_seed = models.BinaryField(null=True)  # revealed
    drawn_order = ArrayField(models.SmallIntegerField(), null=True)  # seat numbers
    settled_batch = models.BigIntegerField(default=0)

    class Meta:
        db_table = "groups_group"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["activity_id", "draw_number"], name="group_draw_number_unique"),
            models.CheckConstraint(
                condition=models.Q(taken__gte=0) & models.Q(taken__lte=models.F("size")),
                name="group_seats_within_size",
            ),
        ]
        indexes = [
            models.Index(fields=["activity_id", "id"], name="group_forming", condition=models.Q(state=0)),
            models.Index(fields=["activity_id", "state", "-draw_number"], name="group_activity"),
            models.Index(
                fields=["activity_id", "finished_at"], name="group_settled", condition=models.Q(state=2)
            ),
            models.Index(fields=["expires_at"], name="group_expiring", condition=models.Q(state=0)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class WinCounter(models.Model):
    """What a member has won under one plan, as far as its seat rules count it; see rules/counters.py."""

    pk = models.CompositePrimaryKey("member_id", "plan")
    member_id = models.BigIntegerField()
    plan = models.CharField(max_length=60)  # the plan's id, over all its versions
    sit_out = models.IntegerField(default=0)
    row_wins = models.IntegerField(default=0)
    all_wins = models.IntegerField(default=0)
    window_joins = models.IntegerField(default=0)
    window_wins = models.IntegerField(default=0)

    class Meta:
        db_table = "groups_win_counter"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sit_out__gte=0, row_wins__gte=0, all_wins__gte=0)
                & models.Q(window_wins__gte=0, window_wins__lte=models.F("window_joins")),
                name="win_counter_not_negative",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} under {self.plan}"
