from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("returns", "0022_kept_and_paid_ahead"),
    ]

    operations = [
        migrations.AddField(
            model_name="cancellation",
            name="platform",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AddField(
            model_name="cancellation",
            name="platform_stop",
            field=models.CharField(
                blank=True,
                choices=[("asked", "Being told"), ("told", "Told"), ("failed", "Refused")],
                db_default="",
                default="",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="cancellation",
            name="platform_problem",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
    ]
