from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("commerce", "0024_product_type_and_vendor_of_lines"),
    ]

    operations = [
        migrations.AddField(
            model_name="platformrefund",
            name="tenders",
            field=models.JSONField(db_default=[], default=list),
        ),
    ]
