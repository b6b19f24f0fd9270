from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0011_channels"),
    ]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="senders",
            field=models.JSONField(default=dict),
        ),
    ]
