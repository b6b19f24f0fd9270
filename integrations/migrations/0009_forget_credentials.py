"""Credentials of carriers that were disconnected before disconnecting forgot them are forgotten."""

from typing import Any

from django.db import migrations

CARRIERS = ("fedex", "ups", "usps", "dhl")
TOKEN: dict[str, Any] = {"access_token": "", "token_expires_at": None}
CREDENTIALS: dict[str, Any] = {"client_id": "", "secret": "", "old_secret": ""}


def forget(apps: Any, schema_editor: Any) -> None:
    """Forget what opened services to us over connections that have ended.

    Platforms may still send signed messages, about privacy above all: their secrets verify them.
    """
    connections = apps.get_model("integrations", "Connection")._base_manager
    ended = connections.using(schema_editor.connection.alias).filter(ended_at__isnull=False)
    ended.update(**TOKEN)
    ended.filter(service__in=CARRIERS).update(**CREDENTIALS)


class Migration(migrations.Migration):
    dependencies = [("integrations", "0008_carriers")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
