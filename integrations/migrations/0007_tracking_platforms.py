from django.db import migrations, models


class Migration(migrations.Migration):
    """More services whose webhooks a shop can take in."""

    dependencies = [("integrations", "0006_asked_again")]

    operations = [
        migrations.AlterField(
            model_name="connection",
            name="service",
            field=models.CharField(
                choices=[
                    ("shopify", "Shopify"),
                    ("easypost", "EasyPost"),
                    ("aftership", "AfterShip"),
                    ("shippo", "Shippo"),
                    ("seventeentrack", "17TRACK"),
                    ("generic", "Your own systems"),
                ],
                max_length=20,
            ),
        ),
    ]
