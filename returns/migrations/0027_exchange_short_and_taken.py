from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("returns", "0026_drop_off_points")]

    operations = [
        migrations.AddField(
            model_name="exchange",
            name="short_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="exchangepayment",
            name="to_take",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="exchangepayment",
            name="kind",
            field=models.CharField(
                choices=[("difference", "Difference"), ("hold", "Hold"), ("price", "Price")],
                max_length=12,
            ),
        ),
    ]
