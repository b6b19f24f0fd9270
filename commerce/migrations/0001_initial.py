"""Who sold what to whom. Store credit is a ledger: its entries are never changed."""

import commerce.models.api
import commerce.models.catalogue
import commerce.models.customers
import commerce.models.data
import commerce.models.invitations
import commerce.models.look
import commerce.models.merchants
import commerce.models.orders
import commerce.models.promos
import commerce.models.sending
import commerce.models.views
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import postexp.kernel.secrets
import postexp.kernel.tenancy
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("kernel", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Merchant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=commerce.models.merchants.merchant_id_, max_length=40, unique=True
                    ),
                ),
                ("slug", models.SlugField(max_length=40, unique=True)),
                (
                    "former_slugs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=40),
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=120, verbose_name="name in English"),
                ),
                (
                    "name_ja",
                    models.CharField(blank=True, max_length=120, verbose_name="name in Japanese"),
                ),
                (
                    "locales",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=5),
                        default=commerce.models.merchants.default_locales,
                        size=None,
                    ),
                ),
                (
                    "default_locale",
                    models.CharField(default="en", max_length=5, verbose_name="default language"),
                ),
                (
                    "time_zone",
                    models.CharField(default="UTC", max_length=60, verbose_name="time zone"),
                ),
                (
                    "currency",
                    models.CharField(default="USD", max_length=3, verbose_name="currency"),
                ),
                ("country", models.CharField(default="US", max_length=2, verbose_name="country")),
                ("theme", models.JSONField(default=dict)),
                ("theme_version", models.PositiveIntegerField(default=1)),
                ("logo", models.ImageField(blank=True, upload_to="logos/")),
                ("site_words", models.JSONField(db_default={}, default=dict)),
                ("site_url", models.URLField(blank=True, verbose_name="shop address")),
                (
                    "support_email",
                    models.EmailField(blank=True, max_length=254, verbose_name="support e-mail"),
                ),
                (
                    "support_phone",
                    models.CharField(blank=True, max_length=40, verbose_name="support phone"),
                ),
                (
                    "hours_en",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="opening hours in English"
                    ),
                ),
                (
                    "hours_ja",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="opening hours in Japanese"
                    ),
                ),
                ("is_demo", models.BooleanField(default=False)),
                ("two_factors_required", models.BooleanField(default=False)),
                ("domain", models.CharField(blank=True, max_length=253)),
                ("domain_token", models.CharField(blank=True, max_length=40)),
                ("domain_verified_at", models.DateTimeField(null=True)),
                ("domain_checked_at", models.DateTimeField(null=True)),
                (
                    "domain_missing",
                    models.CharField(
                        blank=True,
                        choices=[
                            (
                                "proof",
                                "The TXT record is not there yet. It can take an hour until it is seen.",
                            ),
                            ("way", "The domain does not lead here yet."),
                        ],
                        db_default="",
                        default="",
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("domain_verified_at__isnull", False)),
                        fields=("domain",),
                        name="one_shop_per_domain",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail")),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                ("is_active", models.BooleanField(default=True, verbose_name="may log in")),
                ("is_staff", models.BooleanField(default=False, verbose_name="operator")),
                ("date_joined", models.DateTimeField(auto_now_add=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="commerce.merchant",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("manager", "Manager"),
                            ("agent", "Agent"),
                            ("warehouse", "Warehouse"),
                            ("analyst", "Analyst"),
                        ],
                        max_length=12,
                        verbose_name="role",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("merchant", "user"), name="one_role_per_shop")
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=commerce.models.merchants.api_key_id, max_length=40, unique=True
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("prefix", models.CharField(max_length=16)),
                ("key_hash", models.CharField(max_length=64, unique=True)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("orders:read", "Read orders"),
                                ("orders:write", "Write orders"),
                                ("shipments:read", "Read shipments"),
                                ("shipments:write", "Write shipments and tracking events"),
                                ("returns:read", "Read returns"),
                                ("returns:write", "Write returns"),
                                ("customers:read", "Read customers"),
                                ("products:read", "Read products"),
                                ("messages:read", "Read messages"),
                                ("messages:write", "Say what became of messages"),
                                ("flows:write", "Change how messages are sent"),
                                ("events:read", "Read events"),
                                ("webhooks:read", "Read webhook endpoints"),
                                ("webhooks:write", "Change webhook endpoints"),
                            ],
                            max_length=40,
                        ),
                        size=None,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("version", models.CharField(default="2026-11-01", max_length=10)),
                ("last_used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["merchant_id", "-id"], name="api_key_list")],
            },
        ),
        migrations.CreateModel(
            name="Sandbox",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="commerce.merchant",
                    ),
                ),
                (
                    "twin",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="commerce.merchant",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApiRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=commerce.models.api.api_request_id, max_length=40, unique=True
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="commerce.apikey",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("method", models.CharField(max_length=8)),
                ("path", models.CharField(max_length=300)),
                ("query", models.CharField(blank=True, max_length=1000)),
                ("version", models.CharField(max_length=10)),
                ("idempotency_key", models.CharField(blank=True, max_length=255)),
                ("request_body", models.TextField(blank=True)),
                ("whole", models.BooleanField(default=True)),
                ("status", models.PositiveSmallIntegerField()),
                ("milliseconds", models.PositiveIntegerField()),
                ("answer", models.TextField(blank=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["key", "-id"], name="api_request_of_key"),
                    models.Index(fields=["at"], name="api_request_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=commerce.models.catalogue.product_id, max_length=40, unique=True
                    ),
                ),
                ("external_id", models.CharField(max_length=64)),
                ("title", models.CharField(max_length=255)),
                ("image", models.ImageField(blank=True, upload_to="products/")),
                ("category", models.CharField(blank=True, max_length=120)),
                ("vendor", models.CharField(blank=True, db_default="", default="", max_length=255)),
                (
                    "product_type",
                    models.CharField(blank=True, db_default="", default="", max_length=255),
                ),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
                ("care", models.TextField(blank=True)),
                ("final_sale", models.BooleanField(default=False)),
                ("source_updated_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "external_id"), name="product_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Variant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=commerce.models.catalogue.variant_id, max_length=40, unique=True
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="variants",
                        to="commerce.product",
                    ),
                ),
                ("external_id", models.CharField(max_length=64)),
                ("title", models.CharField(blank=True, max_length=255)),
                ("sku", models.CharField(blank=True, max_length=120)),
                ("price", models.BigIntegerField(default=0)),
                ("stock", models.IntegerField(null=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "external_id"), name="variant_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=commerce.models.customers.customer_id, max_length=40, unique=True
                    ),
                ),
                ("external_id", models.CharField(blank=True, max_length=64)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("family_name", models.CharField(blank=True, max_length=80)),
                ("given_name", models.CharField(blank=True, max_length=80)),
                ("family_kana", models.CharField(blank=True, max_length=80)),
                ("given_kana", models.CharField(blank=True, max_length=80)),
                ("locale", models.CharField(blank=True, max_length=5)),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
                ("birth_year", models.PositiveSmallIntegerField(null=True)),
                ("birth_month", models.PositiveSmallIntegerField(null=True)),
                ("birth_day", models.PositiveSmallIntegerField(null=True)),
                ("created_at", models.DateTimeField()),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["merchant_id", "email"], name="customer_email"),
                    models.Index(fields=["merchant_id", "phone"], name="customer_phone"),
                    models.Index(fields=["merchant_id", "-id"], name="customer_latest"),
                    models.Index(
                        models.F("merchant_id"),
                        django.db.models.functions.comparison.Collate(
                            django.db.models.functions.text.Upper(
                                django.db.models.functions.text.Replace(
                                    django.db.models.functions.text.Concat(
                                        "family_name", "given_name"
                                    ),
                                    models.Value(" "),
                                    models.Value(""),
                                )
                            ),
                            "C",
                        ),
                        name="customer_family",
                    ),
                    models.Index(
                        models.F("merchant_id"),
                        django.db.models.functions.comparison.Collate(
                            django.db.models.functions.text.Upper(
                                django.db.models.functions.text.Replace(
                                    django.db.models.functions.text.Concat(
                                        "given_name", "family_name"
                                    ),
                                    models.Value(" "),
                                    models.Value(""),
                                )
                            ),
                            "C",
                        ),
                        name="customer_given",
                    ),
                    models.Index(
                        models.F("merchant_id"),
                        django.db.models.functions.comparison.Collate(
                            django.db.models.functions.text.Upper(
                                django.db.models.functions.text.Replace(
                                    django.db.models.functions.text.Concat(
                                        "family_kana", "given_kana"
                                    ),
                                    models.Value(" "),
                                    models.Value(""),
                                )
                            ),
                            "C",
                        ),
                        name="customer_family_kana",
                    ),
                    models.Index(
                        models.F("merchant_id"),
                        django.db.models.functions.comparison.Collate(
                            django.db.models.functions.text.Upper(
                                django.db.models.functions.text.Replace(
                                    django.db.models.functions.text.Concat(
                                        "given_kana", "family_kana"
                                    ),
                                    models.Value(" "),
                                    models.Value(""),
                                )
                            ),
                            "C",
                        ),
                        name="customer_given_kana",
                    ),
                    models.Index(
                        models.F("merchant_id"),
                        django.db.models.functions.comparison.Collate("email", "C"),
                        name="customer_email_begins",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("merchant_id", "external_id"),
                        name="customer_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="commerce.customer",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "E-mail"),
                            ("sms", "SMS"),
                            ("line", "LINE"),
                            ("whatsapp", "WhatsApp"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[("service", "Service messages"), ("marketing", "Marketing")],
                        max_length=10,
                    ),
                ),
                ("granted", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("source", models.CharField(max_length=80)),
                ("text_version", models.CharField(blank=True, max_length=40)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["customer", "channel", "purpose", "-at"], name="consent_latest"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PrivacyRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=commerce.models.customers.privacy_request_id,
                        max_length=40,
                        unique=True,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("export", "Export a customer's data"),
                            ("erase_customer", "Erase a customer's data"),
                            ("erase_shop", "Erase the shop's data"),
                        ],
                        max_length=16,
                    ),
                ),
                ("external_id", models.CharField(blank=True, max_length=64)),
                ("customer_external_id", models.CharField(blank=True, max_length=64)),
                (
                    "order_external_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), default=list, size=None
                    ),
                ),
                ("requested_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("source_key", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["merchant_id", "-id"], name="privacy_list")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source_key", ""), _negated=True),
                        fields=("merchant_id", "source_key"),
                        name="privacy_request_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StoreCreditAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_accounts",
                        to="commerce.customer",
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("balance", models.BigIntegerField(default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("customer", "currency"), name="one_credit_account"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("balance__gte", 0)), name="credit_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StoreCreditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=commerce.models.customers.credit_entry_id,
                        max_length=40,
                        unique=True,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="commerce.storecreditaccount",
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("reason", models.CharField(max_length=40)),
                ("reference", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "reference"), name="credit_entry_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StockSource",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "owner",
                    models.CharField(
                        choices=[
                            ("platform", "The shop platform, such as Shopify"),
                            ("postexp", "Postexp: imported files count"),
                        ],
                        max_length=10,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("merchant_id",), name="one_stock_source")
                ],
            },
        ),
        migrations.CreateModel(
            name="DataExport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=commerce.models.data.data_export_id, max_length=40, unique=True
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="commerce.customer",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="exports",
                        to="commerce.privacyrequest",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Being made"), ("done", "Ready"), ("gone", "Removed")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("beat_at", models.DateTimeField(null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("size", models.BigIntegerField(default=0)),
                ("path", models.CharField(blank=True, max_length=200)),
                ("finished_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["merchant_id", "-id"], name="data_export_list"),
                    models.Index(fields=["state", "beat_at"], name="data_export_waiting"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomerErasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="commerce.privacyrequest",
                    ),
                ),
                ("customer_id", models.CharField(blank=True, max_length=40)),
                ("actor", models.CharField(max_length=80)),
                ("begun_at", models.DateTimeField(null=True)),
                ("words", postexp.kernel.secrets.EncryptedTextField(default="")),
                ("table", models.CharField(default="", max_length=80)),
                ("position", models.BigIntegerField(default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ShopErasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                ("asked_by_id", models.BigIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("beat_at", models.DateTimeField(null=True)),
                ("rows", models.BigIntegerField(default=0)),
                ("table", models.CharField(db_default="", default="", max_length=80)),
                ("position", models.BigIntegerField(db_default=0, default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("merchant_id",), name="one_shop_erasure")
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=commerce.models.invitations.invitation_id,
                        max_length=40,
                        unique=True,
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(blank=True, max_length=120)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("manager", "Manager"),
                            ("agent", "Agent"),
                            ("warehouse", "Warehouse"),
                            ("analyst", "Analyst"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("merchant_id", "email"),
                        name="one_open_invitation",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LookVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=commerce.models.look.look_id, max_length=40, unique=True
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("theme", models.JSONField(default=dict)),
                ("words", models.JSONField(default=dict)),
                ("logo", models.ImageField(blank=True, upload_to="logos/")),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "number"), name="look_version_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=commerce.models.orders.order_id, max_length=40, unique=True
                    ),
                ),
                ("external_id", models.CharField(max_length=64)),
                ("source", models.CharField(max_length=20)),
                (
                    "sale",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="commerce.order",
                    ),
                ),
                ("number", models.CharField(max_length=40)),
                ("number_key", models.CharField(max_length=40)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="commerce.customer",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("locale", models.CharField(max_length=5)),
                ("currency", models.CharField(max_length=3)),
                ("tax_included", models.BooleanField()),
                ("placed_at", models.DateTimeField()),
                ("source_updated_at", models.DateTimeField()),
                (
                    "payment_state",
                    models.CharField(
                        choices=[
                            ("pending", "Payment pending"),
                            ("authorized", "Authorised"),
                            ("partially_paid", "Partially paid"),
                            ("paid", "Paid"),
                            ("partially_refunded", "Partially refunded"),
                            ("refunded", "Refunded"),
                            ("voided", "Voided"),
                        ],
                        max_length=20,
                    ),
                ),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("cancel_reason", models.CharField(blank=True, max_length=80)),
                ("test", models.BooleanField(default=False)),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=255), default=list, size=None
                    ),
                ),
                ("address", models.JSONField(default=dict)),
                ("postcode_key", models.CharField(blank=True, max_length=20)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("total", models.BigIntegerField()),
                (
                    "shop_currency",
                    models.CharField(blank=True, db_default="", default="", max_length=3),
                ),
                ("rate_from", models.BigIntegerField(null=True)),
                ("rate_to", models.BigIntegerField(null=True)),
                ("captured", models.BigIntegerField()),
                ("given_back", models.BigIntegerField(default=0)),
                ("taken_in_at", models.DateTimeField()),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["merchant_id", "-placed_at", "-id"], name="order_latest"),
                    models.Index(fields=["merchant_id", "number_key"], name="order_number"),
                    models.Index(fields=["customer", "-placed_at"], name="order_of_customer"),
                    models.Index(fields=["merchant_id", "email"], name="order_email"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "external_id"), name="order_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("given_back__gte", 0), ("given_back__lte", models.F("captured"))
                        ),
                        name="order_ceiling",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=commerce.models.orders.line_id, max_length=40, unique=True
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="commerce.order",
                    ),
                ),
                ("external_id", models.CharField(max_length=64)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "product",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="commerce.product",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="commerce.variant",
                    ),
                ),
                ("sku", models.CharField(blank=True, max_length=120)),
                ("title", models.CharField(max_length=255)),
                ("variant_title", models.CharField(blank=True, max_length=255)),
                ("category", models.CharField(blank=True, max_length=120)),
                (
                    "product_type",
                    models.CharField(blank=True, db_default="", default="", max_length=255),
                ),
                ("vendor", models.CharField(blank=True, db_default="", default="", max_length=255)),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
                ("final_sale", models.BooleanField(default=False)),
                (
                    "exemption",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "Not exempt"),
                            ("hygiene", "Sealed for hygiene: exempt once it was opened"),
                            ("digital", "Download begun at the shopper’s wish"),
                            ("custom_made", "Made to order"),
                            ("perishable", "Spoils quickly"),
                        ],
                        db_default="",
                        default="",
                        max_length=12,
                    ),
                ),
                ("requires_shipping", models.BooleanField(default=True)),
                ("quantity", models.PositiveIntegerField()),
                ("unit_price", models.BigIntegerField()),
                ("line_discount", models.BigIntegerField(default=0)),
                ("discount_share", models.BigIntegerField(default=0)),
                ("goods_paid", models.BigIntegerField()),
                ("tax_paid", models.BigIntegerField()),
                ("taxes", models.JSONField(default=list)),
            ],
            options={
                "ordering": ["order_id", "position"],
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "external_id"), name="order_line_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("goods_paid__gte", 0), ("tax_paid__gte", 0)),
                        name="line_paid_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderDiscount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="discounts",
                        to="commerce.order",
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=120)),
                ("title", models.CharField(blank=True, max_length=255)),
                ("amount", models.BigIntegerField()),
                ("minimum", models.BigIntegerField(null=True)),
                (
                    "bundle",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), default=list, size=None
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ShippingLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shipping_lines",
                        to="commerce.order",
                    ),
                ),
                ("external_id", models.CharField(blank=True, max_length=64)),
                ("title", models.CharField(blank=True, max_length=255)),
                ("price", models.BigIntegerField()),
                ("discount", models.BigIntegerField(default=0)),
                ("paid", models.BigIntegerField()),
                ("tax_paid", models.BigIntegerField(default=0)),
                ("taxes", models.JSONField(default=list)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Tender",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tenders",
                        to="commerce.order",
                    ),
                ),
                ("external_id", models.CharField(blank=True, max_length=255)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("card", "Card"),
                            ("bank", "Bank transfer"),
                            ("cash_on_delivery", "Cash on delivery"),
                            ("manual", "Paid outside the shop"),
                            ("other", "Other payment"),
                            ("gift_card", "Gift card"),
                            ("store_credit", "Store credit"),
                            ("points", "Points"),
                        ],
                        max_length=20,
                    ),
                ),
                ("gateway", models.CharField(blank=True, max_length=80)),
                ("captured", models.BigIntegerField()),
            ],
            options={
                "ordering": ["order_id", "position"],
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=["merchant_id", "external_id"],
                        name="tender_of_payment",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Fulfilment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=commerce.models.orders.fulfilment_id, max_length=40, unique=True
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fulfilments",
                        to="commerce.order",
                    ),
                ),
                ("order_external_id", models.CharField(max_length=64)),
                ("external_id", models.CharField(max_length=64)),
                ("line_facts", models.JSONField(default=list)),
                ("status", models.CharField(max_length=20)),
                ("carrier_name", models.CharField(blank=True, max_length=80)),
                (
                    "tracking_numbers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), default=list, size=None
                    ),
                ),
                (
                    "tracking_urls",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=500), default=list, size=None
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("source_updated_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "external_id"), name="fulfilment_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FulfilmentLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "fulfilment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="commerce.fulfilment",
                    ),
                ),
                (
                    "order_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="commerce.orderline",
                    ),
                ),
                ("quantity", models.PositiveIntegerField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("fulfilment", "order_line"), name="fulfilment_line_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="disputes",
                        to="commerce.order",
                    ),
                ),
                ("external_id", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("won", "Won"), ("lost", "Lost")], max_length=8
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=80)),
                ("amount", models.BigIntegerField(default=0)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "external_id"), name="dispute_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlatformRefund",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=commerce.models.orders.platform_refund_id,
                        max_length=40,
                        unique=True,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="platform_refunds",
                        to="commerce.order",
                    ),
                ),
                ("order_external_id", models.CharField(max_length=64)),
                ("external_id", models.CharField(max_length=64)),
                ("amount", models.BigIntegerField()),
                ("lines", models.JSONField(default=list)),
                ("tenders", models.JSONField(db_default=[], default=list)),
                ("processed_at", models.DateTimeField()),
                ("came_back_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "external_id"), name="platform_refund_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LineProgress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "order_line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="progress",
                        to="commerce.orderline",
                    ),
                ),
                ("picked", models.PositiveIntegerField(default=0)),
                ("stopped", models.PositiveIntegerField(default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="PromoTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[("thanks", "Thanks for the first order")], max_length=20
                    ),
                ),
                ("percent", models.PositiveIntegerField(default=0)),
                ("amount", models.BigIntegerField(default=0)),
                ("currency", models.CharField(max_length=3)),
                ("minimum", models.BigIntegerField(default=0)),
                ("days", models.PositiveSmallIntegerField()),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=80)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "purpose"), name="promo_terms_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount", 0), ("percent__gt", 0), ("percent__lte", 10000)),
                            models.Q(("amount__gt", 0), ("percent", 0)),
                            _connector="OR",
                        ),
                        name="promo_terms_one_gift",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PromoCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=commerce.models.promos.promo_id, max_length=40, unique=True
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="promo_codes",
                        to="commerce.customer",
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[("thanks", "Thanks for the first order")], max_length=20
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("percent", models.PositiveIntegerField(default=0)),
                ("amount", models.BigIntegerField(default=0)),
                ("currency", models.CharField(max_length=3)),
                ("minimum", models.BigIntegerField(default=0)),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                (
                    "thanks_for",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="promo_codes_made",
                        to="commerce.order",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("needed_by", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("wanted", "Not in the shop yet"),
                            ("created", "In the shop"),
                            ("refused", "Refused by the shop platform"),
                            ("dropped", "Not needed: nobody was told of it"),
                        ],
                        default="wanted",
                        max_length=10,
                    ),
                ),
                ("platform", models.CharField(blank=True, max_length=20)),
                ("reference", models.CharField(blank=True, max_length=255)),
                ("detail", models.CharField(blank=True, max_length=500)),
                (
                    "used_on",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="promo_codes_used",
                        to="commerce.order",
                    ),
                ),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["merchant_id", "-made_at", "-id"], name="promo_latest")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("merchant_id", "code"), name="promo_code_once"),
                    models.UniqueConstraint(
                        fields=("customer", "purpose"), name="promo_once_a_customer"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount", 0), ("percent__gt", 0), ("percent__lte", 10000)),
                            models.Q(("amount__gt", 0), ("percent", 0)),
                            _connector="OR",
                        ),
                        name="promo_code_one_gift",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SenderIdentity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "from_address",
                    models.EmailField(blank=True, max_length=254, verbose_name="sender address"),
                ),
                (
                    "reply_to",
                    models.EmailField(blank=True, max_length=254, verbose_name="answers go to"),
                ),
                (
                    "dkim_selector",
                    models.CharField(blank=True, max_length=63, verbose_name="DKIM selector"),
                ),
                ("token", models.CharField(default=commerce.models.sending.token_, max_length=40)),
                ("usable", models.BooleanField(default=False)),
                ("verdicts", models.JSONField(default=list)),
                ("checked_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("merchant_id",), name="one_sender_per_shop")
                ],
            },
        ),
        migrations.CreateModel(
            name="SetupProgress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                ("page_seen_at", models.DateTimeField(null=True)),
                ("put_away_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("merchant_id",), name="setup_progress_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=commerce.models.views.saved_view_id, max_length=40, unique=True
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "list_name",
                    models.CharField(
                        choices=[
                            ("orders", "Orders"),
                            ("customers", "Customers"),
                            ("parcels", "Parcels"),
                            ("incidents", "Needs attention"),
                            ("returns", "Returns"),
                            ("messages", "Messages"),
                        ],
                        max_length=12,
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("query", models.CharField(max_length=500)),
                ("shared", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "list_name", "user", "name"),
                        name="saved_view_name_once",
                    )
                ],
            },
        ),
        # Deleting is let through: the entries of a shop go with it.
        migrations.RunSQL(
            """
            CREATE TRIGGER commerce_storecreditentry_append_only
              BEFORE UPDATE ON commerce_storecreditentry
              FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
            """,
            "DROP TRIGGER commerce_storecreditentry_append_only ON commerce_storecreditentry;",
        ),
    ]
