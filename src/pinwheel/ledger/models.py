"""The ledger's tables. Rows are written by `post.py` alone; these models describe and read them."""

from django.db import models


class Wallet(models.Model):
    """A member's balances in hundredths, one row per member; the database refuses a negative one."""

    member_id = models.BigIntegerField(primary_key=True)
    cash = models.BigIntegerField(default=0, db_default=0)
    shopping_credit = models.BigIntegerField(default=0, db_default=0)
    dividend_points = models.BigIntegerField(default=0, db_default=0)
    consumer_points = models.BigIntegerField(default=0, db_default=0)
    shopping_coins = models.BigIntegerField(default=0, db_default=0)
    appreciation_points = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "ledger_wallet"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(**{f"{asset}__gte": 0}), name=f"wallet_{asset}_not_negative"
            )
            for asset in (
                "cash",
                "shopping_credit",
                "dividend_points",
                "consumer_points",
                "shopping_coins",
                "appreciation_points",
            )
        ]

    def __str__(self) -> str:
        return str(self.member_id)


class PlatformAccount(models.Model):
    """A named account of the platform, of one plan or of the whole platform (plan empty).

    In transfers its number is the negative of its id; a member's number is the member's id.
    """

    plan = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=40)

    class Meta:
        db_table = "ledger_platform_account"
        constraints = [models.UniqueConstraint(fields=["plan", "name"], name="platform_account_unique")]

    def __str__(self) -> str:
        return f"{self.plan}:{self.name}" if self.plan else self.name


class PlatformBalance(models.Model):
    """A platform account's balance in one asset, summed over the batches of one lane; may be negative."""

    pk = models.CompositePrimaryKey("account_id", "asset", "lane")
    account_id = models.BigIntegerField()  # PlatformAccount.id
    asset = models.SmallIntegerField()
    lane = models.SmallIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        db_table = "ledger_platform_balance"

    def __str__(self) -> str:
        return f"{self.account_id}/{self.asset}/{self.lane}"


class Lane(models.Model):
    """The end of one hash chain. Writers spread over lanes so that they do not wait for one another."""

    lane = models.SmallIntegerField(primary_key=True)
    length = models.BigIntegerField()  # batches so far
    digest = models.BinaryField()  # of the last batch

    class Meta:
        db_table = "ledger_lane"

    def __str__(self) -> str:
        return str(self.lane)


class Batch(models.Model):
    """Transfers that were written together, chained by hash to the batch before in its lane."""

    id = models.BigIntegerField(primary_key=True)
    lane = models.SmallIntegerField()
    position = models.BigIntegerField()  # 1… in the lane
    at = models.DateTimeField()
    lines = models.IntegerField()
    previous = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        db_table = "ledger_batch"
        ordering = ["-id"]
        verbose_name_plural = "batches"
        constraints = [models.UniqueConstraint(fields=["lane", "position"], name="batch_position_unique")]
        indexes = [models.Index(fields=["at"], name="batch_at")]

    def __str__(self) -> str:
        return str(self.id)


class Transfer(models.Model):
    """One posting: from an account to an account, one asset, a positive amount. Never changes.

    The table is partitioned by month and made by hand in the first migration.
    """

    pk = models.CompositePrimaryKey("batch", "line")
    batch = models.BigIntegerField()
    line = models.IntegerField()
    at = models.DateTimeField()
    from_account = models.BigIntegerField()
    to_account = models.BigIntegerField()
    amount = models.BigIntegerField()
    about = models.BigIntegerField()  # an order's or group's id
    asset = models.SmallIntegerField()
    reason = models.SmallIntegerField()

    class Meta:
        db_table = "ledger_transfer"
        managed = False

    def __str__(self) -> str:
        return f"{self.batch}/{self.line}"
