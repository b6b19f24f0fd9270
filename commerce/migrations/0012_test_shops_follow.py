"""Give test shops opened before the people and the rule about two factors their shop has now."""

from django.db import migrations

# Who was copied when the test shop was opened left the shop since; people invited to it stay.
PEOPLE_WHO_LEFT = """
DELETE FROM commerce_membership copied USING commerce_sandbox sandbox, commerce_merchant twin
WHERE twin.id = sandbox.twin_id AND copied.merchant_id = twin.id
  AND copied.created_at < twin.created_at + interval '1 minute'
  AND NOT EXISTS (SELECT 1 FROM commerce_membership member
    WHERE member.merchant_id = sandbox.merchant_id AND member.user_id = copied.user_id)
"""
ROLES = """
UPDATE commerce_membership copied SET role = member.role
FROM commerce_sandbox sandbox, commerce_membership member
WHERE copied.merchant_id = sandbox.twin_id AND member.merchant_id = sandbox.merchant_id
  AND member.user_id = copied.user_id AND copied.role <> member.role
"""
TWO_FACTORS = """
UPDATE commerce_merchant twin SET two_factors_required = true
FROM commerce_sandbox sandbox, commerce_merchant shop
WHERE twin.id = sandbox.twin_id AND shop.id = sandbox.merchant_id AND shop.two_factors_required
"""


class Migration(migrations.Migration):
    dependencies = [("commerce", "0011_customer_erasure")]

    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop)
        for sql in (PEOPLE_WHO_LEFT, ROLES, TWO_FACTORS)
    ]
