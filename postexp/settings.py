"""Settings, all of them readable from the environment: see `.env.example`."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from postexp.kernel.postgres import KeptConnection

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str = "") -> str:
    """Return a setting from the environment, or its default."""
    return os.environ.get(name, default)


def env_flag(name: str, default: bool) -> bool:
    """Return a yes/no setting from the environment."""
    return env(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def env_list(name: str, default: str = "") -> list[str]:
    """Return a comma-separated setting from the environment."""
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


DEBUG = env_flag("POSTEXP_DEBUG", default=False)
SECRET_KEY = env("POSTEXP_SECRET_KEY")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "POSTEXP_SECRET_KEY is empty. Set it to 50 or more random characters; "
        "script/server makes one for you and keeps it in var/."
    )
SECRET_KEY_FALLBACKS = env_list("POSTEXP_SECRET_KEY_FALLBACKS")
# Fernet keys that encrypt secrets at rest; the first encrypts, all decrypt (rotation).
ENCRYPTION_KEYS = env_list("POSTEXP_ENCRYPTION_KEYS")
if not ENCRYPTION_KEYS:
    raise ImproperlyConfigured(
        "POSTEXP_ENCRYPTION_KEYS is empty. Set it to one or more Fernet keys, newest first; "
        "script/server makes one for you and keeps it in var/."
    )

BASE_URL = env("POSTEXP_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env_list("POSTEXP_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
HTTPS = BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "anymail",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "postexp.kernel",
    "postexp.design",
    "commerce",
    "notifications",
    "tracking",
    "returns",
    "integrations",
    "integrations.outgoing",
    "integrations.polling",
    "integrations.spreadsheets",
    "integrations.whatsapp",
]

MIDDLEWARE = [
    "commerce.domains.OwnDomains",
    "postexp.kernel.metrics.MeasuresRequests",
    "django.middleware.security.SecurityMiddleware",
    "postexp.kernel.headers.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "commerce.sessions.SeenSessions",
    "django_htmx.middleware.HtmxMiddleware",
]
# Machine-to-machine paths and the prepared page need no session, log-in or CSRF:
# a short stack serves them at twice the rate (see docs/adr).
LEAN_MIDDLEWARE = [
    "commerce.domains.OwnDomains",
    "postexp.kernel.metrics.MeasuresRequests",
    "django.middleware.security.SecurityMiddleware",
    "postexp.kernel.headers.SecurityHeaders",
    "postexp.kernel.language.SpeaksCallersLanguage",
]
LEAN_PREFIXES = ("/webhooks/", "/api/v1/", "/health/", "/metrics")
# On a shop's own domain the same pages stand at the root.
LEAN_PATTERN = r"^(/s/[a-z0-9_-]+)?/(t|theme)/"

ADMIN_PATH = "admin/"
ROOT_URLCONF = "postexp.urls"
WSGI_APPLICATION = "postexp.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "commerce.context.dashboard",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
            "string_if_invalid": env("POSTEXP_STRING_IF_INVALID"),
        },
    }
]


def database(url: str) -> dict[str, Any]:
    """Return the database of an address; its parameters, such as sslmode, are kept."""
    # After a restart of the server no request meets a dead connection of the pool.
    parsed: dict[str, Any] = {**dj_database_url.parse(url, conn_max_age=0, conn_health_checks=True)}
    parsed["OPTIONS"] = {
        **parsed.get("OPTIONS", {}),
        # How often a connection runs a statement before the server keeps it; None for never.
        "prepare_threshold": 5 if env_flag("POSTEXP_KEEP_STATEMENTS", default=True) else None,
        "pool": {
            "connection_class": KeptConnection,
            "min_size": 1,
            "max_size": int(env("POSTEXP_DB_POOL", "10")),
            "timeout": 10,
        },
    }
    return parsed


DATABASES = {
    "default": {
        **database(env("DATABASE_URL", "postgres://postexp@127.0.0.1:5432/postexp")),
        "TEST": {"TEMPLATE": "template0"},
    }
}
# A replica that reports may read from: what they show may be some seconds old.
if REPLICA_URL := env("POSTEXP_REPLICA_URL"):
    DATABASES["replica"] = {**database(REPLICA_URL), "TEST": {"MIRROR": "default"}}
    DATABASE_ROUTERS = ["postexp.kernel.replica.ReportsRouter"]
# How long a migration waits for a lock before it gives up: longer, and it would hold up everyone.
MIGRATION_LOCK_TIMEOUT = int(env("POSTEXP_MIGRATION_LOCK_TIMEOUT", "5"))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", "redis://127.0.0.1:6379/0")
# The work queue: on Valkey, unless another broker such as RabbitMQ is named.
BROKER_URL = env("POSTEXP_BROKER_URL") or REDIS_URL
# redis-py and Celery spell the address of a Unix socket differently.
CELERY_BROKER_URL = BROKER_URL.replace("unix://", "redis+socket://", 1).replace(
    "?db=", "?virtual_host=", 1
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker however long it takes
# Whoever hands work over hears at once that the broker is down: reactions must not wait for it.
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, int] = {"max_retries": 0}
if CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS |= {"visibility_timeout": 3600, "socket_timeout": 5}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 120
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "postexp.kernel.scheduler:BeatingScheduler"
# Our own logging stays in force in the workers.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False

# Requests to the outside go to public addresses over https only; demos and tests may go anywhere.
ALLOW_PRIVATE_ADDRESSES = env_flag("POSTEXP_ALLOW_PRIVATE_ADDRESSES", default=False)
# Where the Admin API of a shop is; only a stand-in on this machine has another address.
SHOPIFY_URL = env("POSTEXP_SHOPIFY_URL") or "https://{shop}"
# Where Stripe is asked; only a stand-in on this machine has another address.
STRIPE_URL = env("POSTEXP_STRIPE_URL") or "https://api.stripe.com"
# Where the made-up account of the demo shops is, which `script/server` starts; "" without one.
DEMO_STRIPE_URL = env("POSTEXP_DEMO_STRIPE_URL")
# Where LINE is asked, and where it links accounts; only a stand-in has another address, for both.
LINE_URL = env("POSTEXP_LINE_URL") or "https://api.line.me"
LINE_DIALOG_URL = env("POSTEXP_LINE_URL") or "https://access.line.me"
# Where EasyPost sells labels; only a stand-in on this machine has another address.
EASYPOST_URL = env("POSTEXP_EASYPOST_URL") or "https://api.easypost.com"
# Where Twilio is asked; only a stand-in on this machine has one address for all its products.
TWILIO_URL = env("POSTEXP_TWILIO_URL") or "https://{product}.twilio.com"
# Where Meta's Graph API is asked about WhatsApp; only a stand-in has another address.
WHATSAPP_URL = env("POSTEXP_WHATSAPP_URL") or "https://graph.facebook.com"
# Where carriers are asked; only stand-ins on this machine have addresses that are not their own.
CARRIER_URLS = {
    "fedex": env("POSTEXP_FEDEX_URL"),
    "ups": env("POSTEXP_UPS_URL"),
    "usps": env("POSTEXP_USPS_URL"),
    "dhl": env("POSTEXP_DHL_URL"),
}
# Outside effects: how long a claimed delivery may take before it is claimed again.
DELIVERY_LEASE = timedelta(seconds=int(env("POSTEXP_DELIVERY_LEASE", "60")))
# Raw requests are kept this long, then purged.
INBOX_KEEP = timedelta(days=int(env("POSTEXP_INBOX_KEEP_DAYS", "90")))
# Requests one API key may make in a minute, and how long the log of them is kept.
API_RATE = int(env("POSTEXP_API_RATE", "600"))
API_LOG_KEEP = timedelta(days=int(env("POSTEXP_API_LOG_KEEP_DAYS", "14")))
# Outgoing webhooks and how they went are kept this long, then purged.
WEBHOOK_KEEP = timedelta(days=int(env("POSTEXP_WEBHOOK_KEEP_DAYS", "30")))

AUTH_USER_MODEL = "commerce.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "commerce.accounts.StaffAccountAdapter"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/300s/key"}
# How long, in seconds, a log-in or a confirmation counts for acts that ask for a fresh one.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_ADAPTER = "commerce.accounts.StaffMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Staff come by invitation to their own address: there is no other proof of it to wait for.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Postexp"
MFA_TOTP_TOLERANCE = 1
# Browsers offer passkeys on https and on localhost only; this lets the latter through.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
USERSESSIONS_TRACK_ACTIVITY = True
# allauth counts log-in tries in the cache; every process must see the same count.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kernel_cache",
    }
}

EMAIL_BACKEND = env("POSTEXP_EMAIL_BACKEND", "notifications.mailbox.MailboxBackend")
DEFAULT_FROM_EMAIL = env("POSTEXP_FROM_EMAIL", "Postexp <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_HOST = env("POSTEXP_SMTP_HOST", "localhost")
EMAIL_PORT = int(env("POSTEXP_SMTP_PORT", "25"))
EMAIL_HOST_USER = env("POSTEXP_SMTP_USER")
EMAIL_HOST_PASSWORD = env("POSTEXP_SMTP_PASSWORD")
EMAIL_USE_TLS = env_flag("POSTEXP_SMTP_TLS", default=False)
EMAIL_TIMEOUT = 15
ANYMAIL: dict[str, Any] = {
    name.removeprefix("ANYMAIL_"): value
    for name, value in os.environ.items()
    if name.startswith("ANYMAIL_") and value
}
# These two have no metadata, by which others tell us our own id of a mail; theirs does as well.
if any(name in EMAIL_BACKEND for name in (".postal.", ".mailersend.")):
    ANYMAIL["IGNORE_UNSUPPORTED_FEATURES"] = True

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ja", _("Japanese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env("POSTEXP_MEDIA_ROOT", str(BASE_DIR / "var" / "media")))
# Uploads to import and downloads for staff: personal data, never served by address.
PRIVATE_ROOT = Path(env("POSTEXP_PRIVATE_ROOT") or BASE_DIR / "var" / "private")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "file_permissions_mode": 0o600},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "postexp.design.storage.JoiningStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
# The largest file that can be imported.
IMPORT_MAX_BYTES = int(env("POSTEXP_IMPORT_MAX_MB", "50")) * 1024 * 1024

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False  # htmx sends the token in a header, read from the cookie
CSRF_FAILURE_VIEW = "django.views.csrf.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
BEHIND_PROXY = env_flag("POSTEXP_BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# Whose tries to log in are counted: without it everyone behind the proxy would be one person.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; frame-src 'self'"
)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["commerce.api_access.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["commerce.api_access.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["commerce.api_access.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "commerce.api_schema.PostexpSchema",
    "EXCEPTION_HANDLER": "commerce.api_access.problem_json",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Postexp API",
    "VERSION": "2026-11-01",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATIONS": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "commerce.api_schema.add_examples",
        "integrations.outgoing.openapi.add_webhooks",
    ],
    # Choices that share the name of their field get names of their own.
    "ENUM_NAME_OVERRIDES": {
        "TenderKind": "commerce.enums.TenderKind",
        "ReturnState": "returns.enums.ReturnState",
        "CancellationState": "returns.enums.CancellationState",
        "WithdrawalState": "returns.enums.WithdrawalState",
        "DisputeState": "commerce.enums.DisputeState",
        "ReturnOutcome": "returns.enums.Outcome",
        "PaidOutcome": "returns.enums.PAID_OUTCOMES",
        "MessageState": "notifications.enums.State",
        "ReportedReceipt": "notifications.enums.REPORTED",
        "EndpointState": "integrations.outgoing.enums.EndpointState",
        "WebhookDeliveryState": "integrations.outgoing.enums.DeliveryState",
        "RefundState": "returns.enums.RefundState",
        "ReplacementState": "returns.enums.ReplacementState",
        "SettlementKind": "returns.enums.SettlementKind",
        "CancelInstead": "returns.enums.CancelInstead",
        "ExchangeInstead": "returns.enums.exchanges.Instead",
        "RefusedChoice": "returns.enums.receiving.RefusedChoice",
        "ReturnMethod": "returns.enums.ReturnMethod",
        "LossBearer": "returns.enums.losses.Bearer",
        "LossGround": "returns.enums.losses.LossGround",
        "LossEnd": "returns.enums.losses.LossEnd",
        "WithdrawalEnd": "returns.enums.WithdrawalEnd",
        "LabelFileKind": "returns.enums.LabelFileKind",
        "DispatchCause": "tracking.serializers.dispatch_api.CAUSES",
    },
}

# The resolvers that are asked about domains of shops; empty for the machine's own.
DNS_SERVERS = env_list("POSTEXP_DNS_SERVERS")
# The domain whose servers send our mail, as SPF records include it.
SPF_INCLUDE = env("POSTEXP_SPF_INCLUDE")
# Whom `/metrics` answers: who sends this token; without one, who asks from a private address.
METRICS_TOKEN = env("POSTEXP_METRICS_TOKEN")
METRICS_DIR = Path(env("POSTEXP_METRICS_DIR", str(BASE_DIR / "var" / "metrics")))
# Failures are reported there, without personal data; empty reports nothing.
SENTRY_DSN = env("POSTEXP_SENTRY_DSN")
# Where `manage.py backup` is told to write by the schedule of the machine; doctor looks at its age.
BACKUP_DIR = env("POSTEXP_BACKUP_DIR")

LOG_FORMAT = env("POSTEXP_LOG_FORMAT", "plain")
if LOG_FORMAT not in {"plain", "json"}:
    raise ImproperlyConfigured(f"POSTEXP_LOG_FORMAT is {LOG_FORMAT!r}; it is plain or json.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "format": "%(asctime)s %(levelname)s %(name)s [%(request).8s] %(message)s",
            "datefmt": "%H:%M:%S",
        },
        "json": {"()": "postexp.kernel.logs.JsonLines"},
    },
    "filters": {
        "hides_secrets": {"()": "postexp.kernel.logs.HidesSecrets"},
        "names_request": {"()": "postexp.kernel.logs.NamesRequest"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["names_request"],
        }
    },
    "root": {"handlers": ["console"], "level": env("POSTEXP_LOG_LEVEL", "INFO")},
    "loggers": {
        "httpx": {"level": "WARNING"},
        # Every request has its line; Django adds those that failed, with what went wrong.
        "django.request": {"level": "ERROR", "filters": ["hides_secrets"]},
    },
}
