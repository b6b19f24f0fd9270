from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("returns", "0028_return_losses")]

    operations = [
        migrations.AddField(
            model_name="exchange",
            name="rest_to",
            field=models.CharField(
                choices=[("refund", "Refund"), ("store_credit", "Store credit")],
                db_default="refund",
                default="refund",
                max_length=12,
            ),
        ),
    ]
