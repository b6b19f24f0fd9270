from django.db import migrations, models
from django.db.models.fields.json import KT


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_append_only")]

    operations = [
        migrations.AddIndex(
            model_name="eventrecord",
            index=models.Index(
                models.F("merchant_id"),
                KT("payload__order_id"),
                models.OrderBy(models.F("id"), descending=True),
                name="event_of_order",
            ),
        ),
    ]
