from django.db import migrations, models


class Migration(migrations.Migration):
    """Files of drop-off points."""

    dependencies = [("spreadsheets", "0003_scans")]

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
                    ("drop_off", "Drop-off points"),
                ],
                max_length=12,
            ),
        ),
    ]
