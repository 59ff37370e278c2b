"""Groups: the seats, the draw's secret and its outcome."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

CLOSING_NUMBER = 0  # draw number of an activity's one draw at its end; groups are numbered from 1


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
    filled_at = models.DateTimeField(null=True)  # where the draw comes later: when its list was frozen
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
            models.Index(fields=["state", "-id"], name="group_state"),
            models.Index(
                fields=["activity_id"], include=["taken"], name="group_over", condition=models.Q(state__gte=2)
            ),
            models.Index(
                fields=["activity_id", "finished_at"], name="group_settled", condition=models.Q(state=2)
            ),
            models.Index(fields=["expires_at"], name="group_expiring", condition=models.Q(state=0)),
            models.Index(fields=["activity_id"], name="group_to_be_drawn", condition=models.Q(state=1)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ClosingDraw(models.Model):
    """The one draw of an activity that is drawn when it ends, over the seats of all its filled groups.

    Its secret is committed before the activity is on sale. What was decided stands here until every group is
    settled by it, and afterwards for whoever checks it. Seats are numbered from 1 over all groups.
    """

    class State(models.IntegerChoices):
        COMMITTED = 0, "committed"
        DRAWN = 1, "drawn"  # decided; groups are settled by it
        FINISHED = 2, "finished"

    activity_id = models.BigIntegerField(primary_key=True)
    state = models.SmallIntegerField(choices=State.choices, default=State.COMMITTED)
    committed_at = models.DateTimeField()
    commit = models.BinaryField()
    sealed_seed = models.BinaryField()  # encrypted
    server_seed = models.BinaryField(null=True)  # revealed
    drawn_at = models.DateTimeField(null=True)
    groups = ArrayField(models.BigIntegerField(), default=list)  # filled groups, in the order of their seats
    drawn_order = ArrayField(models.IntegerField(), default=list)  # seat numbers
    bars = ArrayField(models.SmallIntegerField(), default=list)  # by seat: bits of rules/bars.py
    outcomes = ArrayField(models.SmallIntegerField(), default=list)  # by seat: class, -1 where it dissolved
    bars_held = models.BooleanField(default=True)  # False: drawn anyway

    class Meta:
        db_table = "groups_closing_draw"

    def __str__(self) -> str:
        return str(self.activity_id)


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
