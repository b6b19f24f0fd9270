"""The ledger and the logs are append-only, and the ledger itself keeps what an order gave back."""

from django.db import migrations

APPEND_ONLY = (
    "policyversion",
    "inspection",
    "transitionlog",
    "settlement",
    "settlementline",
    "ledgerentry",
)


class Migration(migrations.Migration):
    dependencies = [
        ("returns", "0001_initial"),
        ("commerce", "0002_append_only"),
        ("kernel", "0002_append_only"),
    ]

    operations = [
        *(
            migrations.RunSQL(
                f"""
                CREATE TRIGGER returns_{table}_append_only
                  BEFORE UPDATE OR DELETE ON returns_{table}
                  FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
                """,
                f"DROP TRIGGER returns_{table}_append_only ON returns_{table};",
            )
            for table in APPEND_ONLY
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION returns_count_given_back() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              UPDATE commerce_order SET given_back = given_back + added.amount
              FROM (
                SELECT order_id, sum(amount) AS amount FROM entries
                WHERE component <> 'bonus' GROUP BY order_id
              ) added
              WHERE commerce_order.id = added.order_id AND added.amount <> 0;
              RETURN NULL;
            END $$;
            CREATE TRIGGER returns_ledgerentry_given_back
              AFTER INSERT ON returns_ledgerentry REFERENCING NEW TABLE AS entries
              FOR EACH STATEMENT EXECUTE FUNCTION returns_count_given_back();
            """,
            """
            DROP TRIGGER returns_ledgerentry_given_back ON returns_ledgerentry;
            DROP FUNCTION returns_count_given_back();
            """,
        ),
    ]
