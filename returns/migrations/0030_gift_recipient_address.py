from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("returns", "0029_exchange_rest_to")]

    operations = [
        migrations.AddField(
            model_name="return",
            name="recipient_address",
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
