from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracking", "0010_estimate_changed"),
    ]

    operations = [
        migrations.AddField(
            model_name="shipment",
            name="by_source",
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
