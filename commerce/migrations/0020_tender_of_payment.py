from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commerce', '0019_line_progress'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='tender',
            index=models.Index(condition=models.Q(('external_id', ''), _negated=True), fields=['merchant_id', 'external_id'], name='tender_of_payment'),
        ),
    ]
