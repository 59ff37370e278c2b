"""Django's settings. What may differ between installations comes from `environment.py`."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from psycopg.conninfo import conninfo_to_dict

from pinwheel.config.embedded import embedded_url
from pinwheel.config.environment import environment
from pinwheel.config.logs import configure_logs
from pinwheel.doors.console import theme

ENVIRONMENT = environment()
PACKAGE = Path(__file__).resolve().parent.parent
PRODUCTION = ENVIRONMENT.mode == "production"

SECRET_KEY = ENVIRONMENT.secret_key.get_secret_value()
DEBUG = False
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
ROOT_URLCONF = "pinwheel.config.urls"
WSGI_APPLICATION = "pinwheel.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "staff.Operator"

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    "pinwheel.ledger",
    "pinwheel.market.staff",
    "pinwheel.market.members",
    "pinwheel.market.adjustments",
    "pinwheel.market.catalogue",
    "pinwheel.market.plans",
    "pinwheel.market.activities",
    "pinwheel.market.orders",
    "pinwheel.market.groups",
    "pinwheel.market.cashier",
    "pinwheel.market.promoters",
    "pinwheel.market.days",
    "pinwheel.market.pool",
    "pinwheel.market.prizes",
    "pinwheel.market.coupons",
    "pinwheel.market.delivery",
    "pinwheel.market.aftersales",
    "pinwheel.market.presale",
    "pinwheel.market.budgets",
    "pinwheel.market.public_values",
    "pinwheel.market.naming",
    "pinwheel.market.messages",
    "pinwheel.market.webhooks",
    "pinwheel.doors.api",
    "pinwheel.doors.storefront",
    "pinwheel.doors.console",
    "pinwheel.doors.worker",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pinwheel.doors.storefront.middleware.member_of_session",
    "pinwheel.doors.storefront.middleware.page_of_forms",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]


def database_settings(url: str) -> dict[str, Any]:
    """Django's form of a PostgreSQL URL."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": ENVIRONMENT.database_connections_max_age,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": parts,
    }


DATABASES = {"default": database_settings(ENVIRONMENT.database_url or embedded_url())}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = ENVIRONMENT.time_zone

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.data_dir.absolute() / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = ENVIRONMENT.data_dir.absolute() / "media"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.base_url]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]


def mail_settings(url: str) -> dict[str, Any]:
    """Django's form of a mail server's URL."""
    parts = urlsplit(url)
    return {
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_TIMEOUT": 15,
    }


if ENVIRONMENT.mail_server is not None:
    globals().update(mail_settings(ENVIRONMENT.mail_server.get_secret_value()))

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

UNFOLD = theme.UNFOLD

LOGGING_CONFIG = None
configure_logs(ENVIRONMENT.log_format, ENVIRONMENT.log_level)
