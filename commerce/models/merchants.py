"""Shops, the people who run them, and the keys of their programs."""

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from commerce.api_versions import CURRENT
from commerce.enums import RIGHTS, DomainRecord, Right, Role, Scope
from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel


def merchant_id_() -> str:
    """A new public id of a merchant."""
    return ids.new_id("mer")


def api_key_id() -> str:
    """A new public id of an API key."""
    return ids.new_id("key")


def default_locales() -> list[str]:
    """The languages a new shop speaks."""
    return ["en", "ja"]


class Merchant(models.Model):
    """A shop: the tenant everything else belongs to."""

    public_id = models.CharField(max_length=40, unique=True, default=merchant_id_)
    slug = models.SlugField(max_length=40, unique=True)
    # What it was called before: addresses that were given out go on leading to it.
    former_slugs = ArrayField(models.SlugField(max_length=40), default=list, db_default=[])
    # A shop has a name in at least one of the two.
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    name_ja = models.CharField(_("name in Japanese"), max_length=120, blank=True)
    locales = ArrayField(models.CharField(max_length=5), default=default_locales)
    default_locale = models.CharField(_("default language"), max_length=5, default="en")
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    country = models.CharField(_("country"), max_length=2, default="US")
    theme = models.JSONField(default=dict)
    theme_version = models.PositiveIntegerField(default=1)
    logo = models.ImageField(upload_to="logos/", blank=True)
    # What it says around its shopper pages; see `rules.site_words`.
    site_words = models.JSONField(default=dict, db_default={})
    site_url = models.URLField(_("shop address"), blank=True)
    support_email = models.EmailField(_("support e-mail"), blank=True)
    support_phone = models.CharField(_("support phone"), max_length=40, blank=True)
    hours_en = models.CharField(_("opening hours in English"), max_length=200, blank=True)
    hours_ja = models.CharField(_("opening hours in Japanese"), max_length=200, blank=True)
    is_demo = models.BooleanField(default=False)
    two_factors_required = models.BooleanField(default=False)
    # The shop's own domain for its shopper pages: wanted, and in use from `domain_verified_at` on.
    domain = models.CharField(max_length=253, blank=True)
    domain_token = models.CharField(max_length=40, blank=True)
    domain_verified_at = models.DateTimeField(null=True)
    domain_checked_at = models.DateTimeField(null=True)
    # The record the last look did not find; empty where both were there, or none was looked for.
    domain_missing = models.CharField(
        max_length=8, choices=DomainRecord.choices, blank=True, default="", db_default=""
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            # Many may ask for a domain; whoever proves it is theirs has it alone.
            models.UniqueConstraint(
                fields=["domain"],
                condition=models.Q(domain_verified_at__isnull=False),
                name="one_shop_per_domain",
            )
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def own_domain(self) -> str:
        """The domain its shopper pages stand on, or empty while there is none in use."""
        return self.domain if self.domain_verified_at else ""

    @property
    def name(self) -> str:
        """The shop's name in the language of the moment."""
        return self.name_in(get_language() or self.default_locale)

    def name_in(self, locale: str) -> str:
        """The shop's name in one language; its other name where there is none."""
        own = self.name_ja if locale == "ja" else self.name_en
        return own or self.name_en or self.name_ja

    def hours_in(self, locale: str) -> str:
        """The opening hours in words of one language."""
        return (self.hours_ja if locale == "ja" else "") or self.hours_en

    @property
    def zone(self) -> ZoneInfo:
        """The shop's time zone, by which calendar rules are judged."""
        return ZoneInfo(self.time_zone)


class UserManager(BaseUserManager["User"]):
    """Makes people who log in by e-mail."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person who may log in; e-mail addresses are compared without case."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an operator, who may also use the back office."""
        return self.create_user(
            email, password, **{"is_staff": True, "is_superuser": True, **fields}
        )


class User(AbstractBaseUser, PermissionsMixin):
    """A person who works for one or several shops."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_active = models.BooleanField(_("may log in"), default=True)
    is_staff = models.BooleanField(_("operator"), default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def actor(self) -> str:
        """How the event log names this person."""
        return f"staff:{self.pk}"


class Membership(models.Model):
    """A person's role in a shop."""

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "user"], name="one_role_per_shop")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} of {self.merchant_id}"

    def may(self, right: str) -> bool:
        """Whether the role grants a right."""
        return Right(right) in RIGHTS[self.role]


class ApiKey(MerchantModel):
    """A program's key. Only its hash is kept; the key is shown once."""

    public_id = models.CharField(max_length=40, unique=True, default=api_key_id)
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=16)
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40, choices=Scope.choices))
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    # The version of the API its requests speak where they name no other.
    version = models.CharField(max_length=10, default=CURRENT)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["merchant_id", "-id"], name="api_key_list")]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
