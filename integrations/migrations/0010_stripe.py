from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0009_forget_credentials'),
    ]

    operations = [
        migrations.AlterField(
            model_name='connection',
            name='service',
            field=models.CharField(choices=[('shopify', 'Shopify'), ('easypost', 'EasyPost'), ('aftership', 'AfterShip'), ('shippo', 'Shippo'), ('seventeentrack', '17TRACK'), ('fedex', 'FedEx'), ('ups', 'UPS'), ('usps', 'USPS'), ('dhl', 'DHL'), ('stripe', 'Stripe'), ('generic', 'Your own systems')], max_length=20),
        ),
    ]
