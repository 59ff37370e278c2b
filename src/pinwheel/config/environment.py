"""Every setting that comes from the environment: one list, checked at start.

Secrets have a default only in development; production refuses to start without them.
"""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

DEVELOPMENT_SECRET = "development-only-secret-not-for-production"
CHANNEL_NEEDS = {
    "email": ("mail_server",),
    "sms": ("sms_key_id", "sms_key_secret", "sms_sign_name"),
    "wechat": ("wechat_app_id", "wechat_app_secret"),
}


class WechatTemplate(BaseModel):
    """A template of WeChat: its id, and for each of its fields the place of the message that fills it."""

    id: str
    fields: dict[str, str]


class Environment(BaseSettings):
    """Settings read from `PINWHEEL_*` variables (and `DATABASE_URL`)."""

    model_config = SettingsConfigDict(env_prefix="PINWHEEL_", extra="ignore")

    mode: Literal["development", "production"] = Field(
        "development", description="production refuses default secrets and turns secure cookies on"
    )
    database_url: str | None = Field(
        None,
        validation_alias="DATABASE_URL",
        description="postgresql://… of a server; without it the embedded PostgreSQL in the data folder",
    )
    data_dir: Path = Field(Path("data"), description="embedded database and uploaded pictures")
    embedded_fsync: bool = Field(
        True, description="false: the embedded database may lose data when the machine fails; for tests"
    )
    secret_key: SecretStr = Field(
        SecretStr(DEVELOPMENT_SECRET), description="signs sessions and tokens; at least 32 characters"
    )
    seed_key: SecretStr = Field(
        SecretStr(DEVELOPMENT_SECRET), description="encrypts draw seeds at rest; at least 32 characters"
    )
    sandbox_key: SecretStr = Field(
        SecretStr(DEVELOPMENT_SECRET), description="signs callbacks of the sandbox payment provider"
    )
    allowed_hosts: Annotated[list[str], NoDecode] = Field(
        ["localhost", "127.0.0.1", "[::1]"], description="host names served, comma separated"
    )
    base_url: str = Field(
        "http://127.0.0.1:8000", description="where members reach the shop: links, QR codes"
    )
    time_zone: str = Field("Asia/Shanghai", description="the business time zone: where a business day begins")
    payment_providers: Annotated[list[str], NoDecode] = Field(
        ["sandbox"],
        description="payment providers offered, comma separated; sandbox is refused in production",
    )
    code_sender: str = Field(
        "pinwheel.market.members.senders.ConsoleSender",
        description="class that sends one-time codes; the default writes them to the log",
    )
    message_channels: Annotated[list[str], NoDecode] = Field(
        [],
        description="channels beside the inbox, comma separated: console (the log; refused in production), "
        "email, wechat, sms",
    )
    mail_server: SecretStr | None = Field(
        None,
        description="smtp://user:password@host:587; smtps:// is TLS from the start, smtp+plain:// none",
    )
    mail_from: str = Field("pinwheel@localhost", description="sender of e-mail")
    sms_key_id: str | None = Field(None, description="access key of Alibaba Cloud's short message service")
    sms_key_secret: SecretStr | None = Field(None, description="its secret")
    sms_sign_name: str | None = Field(None, description="approved signature of short messages")
    sms_templates: dict[str, str] = Field(
        {}, description='approved templates by kind, as JSON: {"won": "SMS_1"}; a kind without is not sent'
    )
    wechat_app_id: str | None = Field(None, description="id of the WeChat mini program")
    wechat_app_secret: SecretStr | None = Field(None, description="its secret")
    wechat_templates: dict[str, WechatTemplate] = Field(
        {},
        description="approved templates by kind, as JSON: "
        '{"won": {"id": "…", "fields": {"thing1": "activity"}}}',
    )
    drand_relays: Annotated[list[str], NoDecode] = Field(
        ["https://api.drand.sh", "https://api2.drand.sh", "https://api3.drand.sh"],
        description="relays of the drand beacon, comma separated, asked in this order; no round is used "
        "whose signature is not the beacon's",
    )
    webhooks_to_private_networks: bool = Field(
        False, description="true: webhooks may go to private networks and by plain HTTP; for tests and inside"
    )
    stricter: Annotated[list[str], NoDecode] = Field(
        [],
        description="codes of the rule pack, comma separated, whose warnings block publishing here",
    )
    receipt_after_days: int = Field(
        10, ge=1, le=365, description="days after shipping, then a parcel counts as received"
    )
    refund_alone_up_to: int = Field(
        500, ge=0, le=100_000_000, description="yuan: an after-sale above it needs a second operator"
    )
    log_format: Literal["console", "json"] = Field("console", description="json writes one object a line")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    database_connections_max_age: int = Field(600, ge=0, description="seconds a connection is kept")

    @field_validator(
        "allowed_hosts", "payment_providers", "message_channels", "stricter", "drand_relays", mode="before"
    )
    @classmethod
    def split_commas(cls, value: object) -> object:
        return (
            [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        )

    @field_validator("drand_relays")
    @classmethod
    def relays_are_addresses(cls, relays: list[str]) -> list[str]:
        for relay in relays:
            if not relay.startswith(("https://", "http://")) or len(relay) > 200:
                raise ValueError(f"{relay} is no address of a relay such as https://api.drand.sh")
        return relays

    @field_validator("stricter")
    @classmethod
    def codes_are_known(cls, codes: list[str]) -> list[str]:
        if codes:
            from pinwheel.plan.lawfulness import RULES

            known = [rule.code for rule in RULES]
            for code in codes:
                if code not in known:
                    raise ValueError(f"{code} is no rule; allowed are {', '.join(known)}")
        return codes

    @model_validator(mode="after")
    def messages_can_be_sent(self) -> "Environment":
        """Channels are known and have what they need; templates name kinds and places that there are."""
        from pinwheel.market.messages.kinds import BY_NAME, CHANNELS

        for name in self.message_channels:
            if name not in CHANNELS:
                raise ValueError(f"{name} is no channel; allowed are {', '.join(CHANNELS)}")
        for channel, needed in CHANNEL_NEEDS.items():
            missing = [
                name for name in needed if channel in self.message_channels and not getattr(self, name)
            ]
            if missing:
                raise ValueError(f"the channel {channel} needs PINWHEEL_{missing[0].upper()}")
        for kind in (*self.sms_templates, *self.wechat_templates):
            if kind not in BY_NAME:
                raise ValueError(f"{kind} is no kind of message; allowed are {', '.join(BY_NAME)}")
        for kind, template in self.wechat_templates.items():
            wrong = [place for place in template.fields.values() if place not in BY_NAME[kind].places]
            if wrong:
                raise ValueError(
                    f"{kind} has no place {wrong[0]}; allowed are {', '.join(BY_NAME[kind].places)}"
                )
        return self

    @model_validator(mode="after")
    def production_has_its_own_secrets(self) -> "Environment":
        if self.mode == "development":
            return self
        for name in ("secret_key", "seed_key"):
            value = getattr(self, name).get_secret_value()
            if value == DEVELOPMENT_SECRET or len(value) < 32:
                raise ValueError(f"PINWHEEL_{name.upper()} must be set to at least 32 characters of its own")
        if self.database_url is None:
            raise ValueError("DATABASE_URL must name a PostgreSQL server in production mode")
        if "sandbox" in self.payment_providers:
            raise ValueError("PINWHEEL_PAYMENT_PROVIDERS must not contain sandbox in production mode")
        if self.code_sender.endswith(".ConsoleSender"):
            raise ValueError(
                "PINWHEEL_CODE_SENDER must name a sender that reaches members in production mode"
            )
        if "console" in self.message_channels:
            raise ValueError("PINWHEEL_MESSAGE_CHANNELS must not contain console in production mode")
        return self


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The checked environment, read once.

    Raises: pydantic.ValidationError naming each variable that is missing or wrong.
    """
    return Environment()
