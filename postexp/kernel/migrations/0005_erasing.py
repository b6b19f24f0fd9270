"""What is append-only may be erased where the law asks for it, in a transaction that says so."""

from django.db import migrations

REFUSE = """
CREATE OR REPLACE FUNCTION kernel_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {unless}
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""
ERASING = """
  IF current_setting('postexp.erasing', true) = 'yes' THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_request_id")]

    operations = [migrations.RunSQL(REFUSE.format(unless=ERASING), REFUSE.format(unless=""))]
