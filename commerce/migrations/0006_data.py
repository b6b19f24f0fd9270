"""Exports and erasures of data, who counts stock, and orders whose person is forgotten."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import commerce.models.data
import postexp.kernel.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("commerce", "0005_staff_domain_views"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="erased_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="ShopErasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("merchant_id", models.BigIntegerField(default=postexp.kernel.tenancy.current_merchant_id, editable=False)),
                ("asked_by_id", models.BigIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("beat_at", models.DateTimeField(null=True)),
                ("rows", models.BigIntegerField(default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("merchant_id",), name="one_shop_erasure")],
            },
        ),
        migrations.CreateModel(
            name="StockSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("merchant_id", models.BigIntegerField(default=postexp.kernel.tenancy.current_merchant_id, editable=False)),
                ("owner", models.CharField(choices=[("platform", "The shop platform, such as Shopify"), ("postexp", "Postexp: imported files count")], max_length=10)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("merchant_id",), name="one_stock_source")],
            },
        ),
        migrations.CreateModel(
            name="DataExport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("merchant_id", models.BigIntegerField(default=postexp.kernel.tenancy.current_merchant_id, editable=False)),
                ("public_id", models.CharField(default=commerce.models.data.data_export_id, max_length=40, unique=True)),
                ("state", models.CharField(choices=[("waiting", "Being made"), ("done", "Ready"), ("gone", "Removed")], default="waiting", max_length=10)),
                ("asked_at", models.DateTimeField()),
                ("beat_at", models.DateTimeField(null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("size", models.BigIntegerField(default=0)),
                ("path", models.CharField(blank=True, max_length=200)),
                ("finished_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("asked_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("customer", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="commerce.customer")),
                ("request", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="exports", to="commerce.privacyrequest")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["merchant_id", "-id"], name="data_export_list"), models.Index(fields=["state", "beat_at"], name="data_export_waiting")],
            },
        ),
    ]
