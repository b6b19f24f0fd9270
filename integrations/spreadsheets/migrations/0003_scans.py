from django.db import migrations, models


class Migration(migrations.Migration):
    """Files of tracking events."""

    dependencies = [("spreadsheets", "0002_claim")]

    operations = [
        migrations.AlterField(
            model_name="import",
            name="kind",
            field=models.CharField(
                choices=[
                    ("orders", "Orders"),
                    ("products", "Products and stock"),
                    ("customers", "Customers"),
                    ("shipments", "Shipments"),
                    ("scans", "Tracking events"),
                ],
                max_length=12,
            ),
        ),
    ]
