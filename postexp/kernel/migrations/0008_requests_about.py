"""An index that finds the requests about an object, built while requests go on coming in."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("kernel", "0007_sealed_answers")]

    operations = [
        AddIndexConcurrently(
            model_name="inboxmessage",
            index=models.Index(
                fields=["merchant_id", "effect_object_id", "-id"],
                condition=~models.Q(effect_object_id=""),
                name="inbox_about",
            ),
        ),
    ]
