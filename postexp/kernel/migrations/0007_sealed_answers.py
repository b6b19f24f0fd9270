"""First answers that hold a secret are kept encrypted."""

from django.db import migrations

from postexp.kernel.secrets import EncryptedTextField


class Migration(migrations.Migration):
    dependencies = [("kernel", "0006_event_of_staff")]

    operations = [
        migrations.AddField(
            model_name="idempotencyrecord", name="sealed", field=EncryptedTextField(null=True)
        )
    ]
