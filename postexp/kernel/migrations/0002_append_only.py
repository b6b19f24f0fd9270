"""The cache of log-in throttles, and the function that keeps ledgers and logs append-only."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE kernel_cache (
              cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
            CREATE INDEX kernel_cache_expires ON kernel_cache (expires);
            """,
            "DROP TABLE kernel_cache;",
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION kernel_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
            END $$;
            CREATE TRIGGER kernel_event_append_only BEFORE UPDATE ON kernel_event
              FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
            """,
            """
            DROP TRIGGER kernel_event_append_only ON kernel_event;
            DROP FUNCTION kernel_refuse_change();
            """,
        ),
    ]
