from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('returns', '0034_platform_returns'),
    ]

    operations = [
        migrations.AddField(
            model_name='return',
            name='reminded',
            field=models.PositiveSmallIntegerField(null=True),
        ),
    ]
