"""Plans: drafts that an operator edits, requests to publish them, and versions that never change."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class PlanDraft(models.Model):
    """A plan file in work, with what its operator states beside it. A `PublishRequest` is made of it."""

    name = models.SlugField(max_length=60, unique=True)  # the plan's id
    source = models.TextField()  # YAML as the operator wrote it
    facts = models.JSONField(default=dict)  # statement of facts, see plan/lawfulness/statement.py
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "plans_draft"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


REPORTS = ("facts", "solvency", "lawfulness", "acknowledgements")


def all_null(names: tuple[str, ...], is_null: bool) -> Q:
    """A condition: every column of these holds nothing, or none does."""
    return Q(**{f"{name}__isnull": is_null for name in names})


class PlanVersion(models.Model):
    """A published plan: immutable (the database refuses changes), found by its hash.

    Its reports are kept as they were shown: `facts` as plan/lawfulness/statement.py writes them, `solvency`
    and `lawfulness` as plan/reports.py does, `acknowledgements` as market/plans/gate.py.
    """

    class Ground(models.IntegerChoices):
        """What a version stands on."""

        BEFORE = 0, "before"  # published before there was a gate; no new one can be
        GATE = 1, "gate"  # reports, and a second person's acknowledgement of every warning
        STAGE = 2, "stage"  # a scratch database of scenarios, tests and benchmarks

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    name = models.SlugField(max_length=60)  # the plan's id
    version = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)  # sha256 of canonical, hexadecimal
    canonical = models.TextField()  # canonical JSON, see plan/canonical.py
    source = models.TextField()  # the YAML it came from
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    ground = models.SmallIntegerField(choices=Ground.choices, default=Ground.BEFORE)
    facts = models.JSONField(null=True)
    solvency = models.JSONField(null=True)
    lawfulness = models.JSONField(null=True)
    acknowledgements = models.JSONField(null=True)

    class Meta:
        db_table = "plans_version"
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="plan_version_unique"),
            models.UniqueConstraint(fields=["name", "hash"], name="plan_hash_unique"),
            models.CheckConstraint(
                condition=Q(all_null(REPORTS, False), ground=1, published_by__isnull=False)
                | Q(all_null(REPORTS, True), ground__in=(0, 2)),
                name="plan_version_ground_told_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class PublishRequest(models.Model):
    """An operator asks that a draft be published; it holds what it asks for, whatever becomes of the draft.

    Once decided it never changes, and none is ever deleted (the database refuses).
    """

    class State(models.IntegerChoices):
        OPEN = 0, "open"  # its warnings await a second person
        PUBLISHED = 1, "published"
        WITHDRAWN = 2, "withdrawn"  # by who asked
        REJECTED = 3, "rejected"  # by another person

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    name = models.SlugField(max_length=60)  # the plan's id
    hash = models.CharField(max_length=64)  # of the plan
    source = models.TextField()  # YAML as it was when publication was asked for
    facts = models.JSONField()
    solvency = models.JSONField()
    lawfulness = models.JSONField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    state = models.SmallIntegerField(choices=State.choices, default=State.OPEN)
    acknowledgements = models.JSONField(default=list)  # one for each warning, see market/plans/gate.py
    decided_by = models.ForeignKey(  # nobody where there was nothing to acknowledge
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, default="", blank=True)  # why it was rejected or withdrawn
    version = models.ForeignKey(PlanVersion, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "plans_request"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "hash"], condition=Q(state=0), name="publish_request_open_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(1, 3))
                | Q(decided_by__isnull=True)
                | ~Q(decided_by=F("requested_by")),
                name="publish_request_second_person",
            ),
            models.CheckConstraint(
                condition=Q(all_null(("decided_by", "decided_at", "version"), True), state=0)
                | Q(all_null(("decided_at", "version"), False), state=1)
                | Q(decided_by=F("requested_by"), decided_at__isnull=False, version__isnull=True, state=2)
                | Q(
                    ~Q(reason=""),
                    all_null(("decided_by", "decided_at"), False),
                    version__isnull=True,
                    state=3,
                ),
                name="publish_request_state_told_whole",
            ),
        ]
        indexes = [models.Index(fields=["-id"], name="publish_request_open", condition=Q(state=0))]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class Simulation(models.Model):
    """A plan that the lab plays in the background, and what came of it.

    It holds what is played, whatever becomes of the draft. What the lab is told and what it tells are its
    own: `arguments` and `figures` are kept as it writes them.
    """

    class State(models.IntegerChoices):
        WAITING = 0, "waiting"  # for a worker
        RUNNING = 1, "running"
        DONE = 2, "done"
        FAILED = 3, "failed"

    id = models.BigIntegerField(primary_key=True)  # market/ids.py
    name = models.SlugField(max_length=60)  # the plan's id
    hash = models.CharField(max_length=64)  # of the plan
    canonical = models.TextField()  # what is played, see plan/canonical.py
    draft = models.ForeignKey(PlanDraft, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.ForeignKey(PlanVersion, null=True, on_delete=models.PROTECT, related_name="+")
    arguments = models.JSONField()
    budget = models.BigIntegerField()  # fen
    days = models.PositiveIntegerField()  # to play
    state = models.SmallIntegerField(choices=State.choices, default=State.WAITING)
    played = models.PositiveIntegerField(default=0)  # days done
    figures = models.JSONField(null=True)
    problem = models.JSONField(null=True)  # why it failed: {"zh": …, "en": …}
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)  # when the worker last said how far it is
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "plans_simulation"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(all_null(("figures", "problem", "ended_at"), True), state__in=(0, 1))
                | Q(all_null(("figures", "ended_at"), False), problem__isnull=True, state=2)
                | Q(all_null(("problem", "ended_at"), False), figures__isnull=True, state=3),
                name="plan_simulation_state_told_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["name", "-id"], name="plan_simulation_of_plan"),
            models.Index(fields=["-id"], name="plan_simulation_open", condition=Q(state__in=(0, 1))),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"
