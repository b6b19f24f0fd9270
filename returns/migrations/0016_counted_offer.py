from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("returns", "0015_policy_simulations")]

    operations = [
        migrations.AddField(
            model_name="countedunit",
            name="offer",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='receivingsettings',
            name='without_answer',
            field=models.CharField(choices=[('send_back', 'Send it back to me'), ('donate', 'Give it to charity'), ('part_refund', 'Take a partial refund')], default='send_back', max_length=12),
        ),
        migrations.AlterField(
            model_name='refusedunits',
            name='choice',
            field=models.CharField(blank=True, choices=[('send_back', 'Send it back to me'), ('donate', 'Give it to charity'), ('part_refund', 'Take a partial refund')], max_length=12),
        ),
    ]
