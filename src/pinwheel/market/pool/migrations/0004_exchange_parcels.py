"""Parcels of goods for points; exchanges made before have theirs too, to be shipped. None is deleted."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Those made before have no address: the member's default one is taken when they are shipped.
EARLIER = """
INSERT INTO pool_exchange_parcel (exchange_id, member_id, made_at, state)
SELECT id, member_id, at, 1 FROM pool_exchange;
"""
GUARD = """
CREATE FUNCTION pool_refuse_parcel_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % has points behind it and is kept', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER exchange_parcel_goes_forward BEFORE UPDATE ON pool_exchange_parcel FOR EACH ROW
    WHEN (OLD.state = 3 OR NEW.state < OLD.state OR NEW.state > OLD.state + 1
        OR (OLD.exchange_id, OLD.member_id, OLD.made_at)
        IS DISTINCT FROM (NEW.exchange_id, NEW.member_id, NEW.made_at)
        OR (OLD.receiver <> '' AND (OLD.receiver, OLD.phone, OLD.province, OLD.city, OLD.district, OLD.street)
        IS DISTINCT FROM (NEW.receiver, NEW.phone, NEW.province, NEW.city, NEW.district, NEW.street)))
    EXECUTE FUNCTION pool_refuse_parcel_change();
CREATE TRIGGER exchange_parcel_is_never_deleted BEFORE DELETE ON pool_exchange_parcel FOR EACH ROW
    EXECUTE FUNCTION pool_refuse_parcel_change();
CREATE TRIGGER exchange_parcel_no_truncate BEFORE TRUNCATE ON pool_exchange_parcel FOR EACH STATEMENT
    EXECUTE FUNCTION pool_refuse_parcel_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("pool", "0003_mall"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExchangeParcel",
            fields=[
                (
                    "exchange",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="parcel",
                        serialize=False,
                        to="pool.exchange",
                    ),
                ),
                ("member_id", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                (
                    "state",
                    models.SmallIntegerField(
                        choices=[(1, "to_ship"), (2, "shipped"), (3, "received")], default=1
                    ),
                ),
                ("receiver", models.CharField(db_default="", max_length=40)),
                ("phone", models.CharField(db_default="", max_length=20)),
                ("province", models.CharField(db_default="", max_length=30)),
                ("city", models.CharField(db_default="", max_length=30)),
                ("district", models.CharField(db_default="", max_length=30)),
                ("street", models.CharField(db_default="", max_length=120)),
                ("carrier", models.CharField(db_default="", max_length=12)),
                ("tracking_number", models.CharField(db_default="", max_length=32)),
                ("shipped_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField(null=True)),
                ("is_received_by_clock", models.BooleanField(db_default=False)),
                (
                    "shipped_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "pool_exchange_parcel",
                "ordering": ["-exchange_id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["state", "-exchange"], name="exchange_parcel_state"),
                    models.Index(
                        condition=models.Q(("state", 2)), fields=["due_at"], name="exchange_parcel_due"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", (1, 2, 3))), name="exchange_parcel_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("phone", ""), ("province", ""), ("receiver", ""), ("street", "")),
                            models.Q(
                                models.Q(("receiver", ""), _negated=True),
                                models.Q(("phone", ""), _negated=True),
                                models.Q(("province", ""), _negated=True),
                                models.Q(("street", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="exchange_parcel_address_told_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("carrier", ""),
                                ("shipped_at__isnull", True),
                                ("state", 1),
                                ("tracking_number", ""),
                            ),
                            models.Q(
                                ("shipped_at__isnull", False),
                                ("shipped_by__isnull", False),
                                ("state__gt", 1),
                                models.Q(("receiver", ""), _negated=True),
                                models.Q(("carrier", ""), _negated=True),
                                models.Q(("tracking_number", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="exchange_parcel_shipped_told_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due_at__isnull", True), ("received_at__isnull", True), ("state", 1)),
                            models.Q(("due_at__isnull", False), ("received_at__isnull", True), ("state", 2)),
                            models.Q(("due_at__isnull", True), ("received_at__isnull", False), ("state", 3)),
                            _connector="OR",
                        ),
                        name="exchange_parcel_has_its_moments",
                    ),
                ],
            },
        ),
        migrations.RunSQL(EARLIER, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, "DROP FUNCTION pool_refuse_parcel_change CASCADE"),
    ]
