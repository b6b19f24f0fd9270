"""Messages, their words, their ways, and the people they go to."""

import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import notifications.models.alerts
import notifications.models.flows
import notifications.models.mailbox
import notifications.models.messages
import notifications.models.people
import postexp.kernel.tenancy
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="StaffAlert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=notifications.models.alerts.alert_id, max_length=40, unique=True
                    ),
                ),
                ("user_id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=60)),
                ("object_id", models.CharField(max_length=120)),
                ("detail", models.CharField(blank=True, max_length=200)),
                ("path", models.CharField(blank=True, max_length=200)),
                (
                    "mail",
                    models.CharField(
                        choices=[("off", "Never"), ("at_once", "At once"), ("daily", "Once a day")],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                ("mailed_at", models.DateTimeField(null=True)),
                ("digest_on", models.DateField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["merchant_id", "user_id", "-id"], name="alert_latest"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)),
                        fields=["merchant_id", "user_id"],
                        name="alert_unread",
                    ),
                    models.Index(
                        condition=models.Q(("mail", "daily"), ("mailed_at__isnull", True)),
                        fields=["merchant_id", "at"],
                        name="alert_for_digest",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "user_id", "kind", "object_id"), name="alert_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AlertChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                ("user_id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=60)),
                ("dashboard", models.BooleanField()),
                (
                    "mail",
                    models.CharField(
                        choices=[("off", "Never"), ("at_once", "At once"), ("daily", "Once a day")],
                        max_length=8,
                    ),
                ),
                ("locale", models.CharField(max_length=5)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "user_id", "kind"), name="one_choice_per_alert"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WentLive",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("merchant_id",), name="live_once")],
            },
        ),
        migrations.CreateModel(
            name="Flow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("enabled", models.BooleanField(default=True)),
                ("delay", models.PositiveIntegerField(default=0)),
                ("chain", models.JSONField(default=list)),
                ("fallback", models.PositiveIntegerField(default=0)),
                (
                    "quiet",
                    models.CharField(
                        choices=[
                            ("usual", "As usual"),
                            ("always", "Always keep them"),
                            ("never", "Go out at any hour"),
                        ],
                        default="usual",
                        max_length=8,
                    ),
                ),
                ("conditions", models.JSONField(default=list)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=80)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("merchant_id", "kind"), name="flow_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SendingTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                ("quiet_from", models.TimeField(null=True)),
                ("quiet_until", models.TimeField(null=True)),
                ("cap", models.PositiveSmallIntegerField(default=2)),
                ("cap_days", models.PositiveSmallIntegerField(default=7)),
                ("priority", models.JSONField(default=list)),
                ("gather", models.PositiveSmallIntegerField(default=10)),
                ("double_opt_in", models.BooleanField(default=False)),
                ("prices", models.JSONField(default=dict)),
                ("changed_at", models.DateTimeField(null=True)),
                ("changed_by", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("merchant_id",), name="sending_terms_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                            models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="quiet_hours_have_both_ends",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=notifications.models.flows.wording_id, max_length=40, unique=True
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("locale", models.CharField(max_length=5)),
                ("version", models.PositiveIntegerField()),
                ("subject", models.CharField(max_length=300)),
                ("preheader", models.CharField(blank=True, max_length=300)),
                ("short", models.TextField(blank=True)),
                ("blocks", models.JSONField(default=list)),
                ("cases", models.JSONField(default=list)),
                ("in_use", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=80)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "kind", "locale", "version"), name="wording_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("in_use", True)),
                        fields=("merchant_id", "kind", "locale"),
                        name="one_wording_in_use",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WordingPicture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                ("image", models.ImageField(upload_to="messages/")),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="MailboxMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=notifications.models.mailbox.mail_id, max_length=40, unique=True
                    ),
                ),
                ("merchant_id", models.BigIntegerField(null=True)),
                ("message_id", models.CharField(blank=True, max_length=40)),
                ("sender", models.CharField(max_length=320)),
                ("recipients", models.CharField(max_length=1000)),
                ("subject", models.CharField(blank=True, max_length=500)),
                ("html", models.TextField(blank=True)),
                ("text", models.TextField(blank=True)),
                ("mime", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["merchant_id", "-id"], name="mailbox_latest"),
                    models.Index(fields=["at"], name="mailbox_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=notifications.models.messages.message_id, max_length=40, unique=True
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("object_id", models.CharField(max_length=80)),
                (
                    "klass",
                    models.CharField(
                        choices=[
                            ("transactional", "Transactional"),
                            ("service", "Service"),
                            ("marketing", "Marketing"),
                            ("staff", "To staff"),
                        ],
                        max_length=16,
                    ),
                ),
                ("addresses", models.JSONField(default=dict)),
                ("zones", models.JSONField(default=list)),
                ("chain", models.JSONField(default=list)),
                ("step", models.PositiveSmallIntegerField(default=0)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "E-mail"),
                            ("sms", "SMS"),
                            ("whatsapp", "WhatsApp"),
                            ("line", "LINE"),
                            ("webhook", "Your own system"),
                        ],
                        default="email",
                        max_length=16,
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=254)),
                ("passed_over", models.JSONField(db_default=[], default=list)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("locale", models.CharField(max_length=5)),
                ("customer_id", models.CharField(blank=True, max_length=40)),
                ("order_id", models.CharField(blank=True, max_length=40)),
                ("order_number", models.CharField(blank=True, max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("held", "Held"),
                            ("sent", "Sent"),
                            ("merged", "Merged"),
                            ("refused", "Not sent"),
                            ("dry_run", "Dry run"),
                            ("expired", "Expired"),
                            ("failed", "Failed"),
                            ("outcome_unknown", "Outcome unknown"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "holding",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("undo", "It can still be undone."),
                            ("delay", "It waits for the time that you set."),
                            ("gathering", "It waits for others of its kind to go with them."),
                            ("quiet", "It waits for the end of the quiet hours."),
                            ("cap", "The customer has had enough messages for now."),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            (
                                "dry_run",
                                "The shop’s messages are not live yet: it was written, not sent.",
                            ),
                            ("demo", "It is about demo data: it was written, not sent."),
                            ("switched_off", "The shop does not send this kind of message."),
                            ("condition", "The shop sends this kind of message to others only."),
                            ("merged", "Another message says it, too."),
                            ("no_longer_true", "It was no longer true."),
                            ("too_late", "It came too late to be useful."),
                            ("no_consent", "The customer has not agreed to such messages."),
                            ("declined", "The customer does without these notices."),
                            ("suppressed", "This address must not be written to."),
                            ("no_address", "No address is known."),
                            ("bad_address", "The address cannot exist."),
                            ("no_channel", "No channel is set up that could carry it."),
                            ("provider_refused", "The provider refused it for good."),
                            ("undelivered", "It did not arrive."),
                            ("not_written", "Its words could not be written."),
                            (
                                "interrupted",
                                "Sending was interrupted, so it is not known whether it arrived.",
                            ),
                        ],
                        max_length=24,
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=500)),
                ("merge_key", models.CharField(blank=True, max_length=80)),
                ("merged_into", models.CharField(blank=True, max_length=40)),
                ("repeats", models.PositiveSmallIntegerField(default=0)),
                ("facts", models.JSONField(default=dict)),
                ("subject", models.CharField(blank=True, max_length=300)),
                ("html", models.TextField(blank=True)),
                ("text", models.TextField(blank=True)),
                ("short", models.TextField(blank=True)),
                ("link", models.TextField(blank=True)),
                ("event_id", models.BigIntegerField()),
                ("planned_at", models.DateTimeField()),
                ("send_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("slot_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "listed_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.comparison.Coalesce(
                            "settled_at", "send_at"
                        ),
                        output_field=models.DateTimeField(),
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["merchant_id", "-listed_at", "-id"], name="message_latest"
                    ),
                    models.Index(
                        fields=["merchant_id", "state", "-listed_at", "-id"],
                        name="message_by_state",
                    ),
                    models.Index(
                        fields=["merchant_id", "order_id", "-id"], name="message_of_order"
                    ),
                    models.Index(fields=["merchant_id", "customer_id"], name="message_of_customer"),
                    models.Index(fields=["merchant_id", "kind", "-id"], name="message_of_kind"),
                    models.Index(
                        models.F("merchant_id"),
                        django.db.models.functions.comparison.Collate("address", "C"),
                        name="message_address_begins",
                    ),
                    models.Index(
                        models.F("merchant_id"),
                        django.db.models.functions.comparison.Collate(
                            django.db.models.functions.text.Upper(
                                django.db.models.functions.text.Replace(
                                    "name", models.Value(" "), models.Value("")
                                )
                            ),
                            "C",
                        ),
                        name="message_name_begins",
                    ),
                    models.Index(
                        fields=["merchant_id", "listed_at"],
                        include=(
                            "kind",
                            "channel",
                            "locale",
                            "klass",
                            "state",
                            "reason",
                            "holding",
                        ),
                        name="message_in_report",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("state__in", ["planned", "held"]),
                            models.Q(("merge_key", ""), _negated=True),
                        ),
                        fields=["merchant_id", "kind", "merge_key"],
                        name="message_to_merge",
                    ),
                    models.Index(
                        condition=models.Q(("slot_at__isnull", False)),
                        fields=["merchant_id", "customer_id", "slot_at"],
                        name="message_slot",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "kind", "object_id"), name="message_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), ("state__in", ["planned", "held", "sent"])),
                            models.Q(
                                models.Q(("state__in", ["planned", "held", "sent"]), _negated=True),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="message_unsent_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=notifications.models.messages.letter_id, max_length=40, unique=True
                    ),
                ),
                ("key", models.CharField(max_length=40)),
                ("words", models.JSONField()),
                ("shoppers", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("merchant_id", "key"), name="letter_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Sending",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sendings",
                        to="notifications.message",
                    ),
                ),
                ("step", models.PositiveSmallIntegerField()),
                ("kind", models.CharField(max_length=60)),
                ("locale", models.CharField(max_length=5)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "E-mail"),
                            ("sms", "SMS"),
                            ("whatsapp", "WhatsApp"),
                            ("line", "LINE"),
                            ("webhook", "Your own system"),
                        ],
                        max_length=16,
                    ),
                ),
                ("address", models.CharField(max_length=254)),
                ("key", models.CharField(max_length=160)),
                ("provider_id", models.CharField(blank=True, max_length=250)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sending", "Being handed over"),
                            ("accepted", "Taken by the channel"),
                            ("failed", "Refused for good"),
                            ("unknown", "Outcome unknown"),
                        ],
                        max_length=16,
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=500)),
                ("units", models.PositiveSmallIntegerField(default=1)),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("provider_id", ""), _negated=True),
                        fields=["merchant_id", "channel", "provider_id"],
                        name="sending_by_provider",
                    ),
                    models.Index(fields=["merchant_id", "began_at"], name="sending_latest"),
                    models.Index(
                        condition=models.Q(("address", ""), _negated=True),
                        fields=["merchant_id", "channel", "address", "began_at"],
                        name="sending_to_address",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("message", "step"), name="sending_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "sending",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="receipts",
                        to="notifications.sending",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("handed_on", "Handed on"),
                            ("delivered", "Delivered"),
                            ("opened", "Opened"),
                            ("clicked", "Clicked"),
                            ("replied", "Answered"),
                            ("deferred", "Delayed by the provider"),
                            ("bounced", "Bounced"),
                            ("failed", "Not delivered"),
                            ("complained", "Marked as spam"),
                            ("unsubscribed", "Unsubscribed"),
                        ],
                        max_length=16,
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("sending", "kind"), name="receipt_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=notifications.models.messages.reply_id, max_length=40, unique=True
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "E-mail"),
                            ("sms", "SMS"),
                            ("whatsapp", "WhatsApp"),
                            ("line", "LINE"),
                            ("webhook", "Your own system"),
                        ],
                        max_length=16,
                    ),
                ),
                ("address", models.CharField(max_length=254)),
                ("provider_id", models.CharField(max_length=250)),
                ("customer_id", models.CharField(blank=True, max_length=40)),
                ("subject", models.CharField(blank=True, max_length=300)),
                ("text", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["merchant_id", "-at", "-id"], name="reply_latest"),
                    models.Index(fields=["merchant_id", "customer_id"], name="reply_of_customer"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "channel", "provider_id"), name="reply_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "E-mail"),
                            ("sms", "SMS"),
                            ("whatsapp", "WhatsApp"),
                            ("line", "LINE"),
                            ("webhook", "Your own system"),
                        ],
                        default="email",
                        max_length=16,
                    ),
                ),
                ("address_hash", models.CharField(max_length=64)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("bounced", "Messages to it came back"),
                            ("complained", "Its owner marked a message as spam"),
                            ("stopped", "Its owner told us to stop"),
                            ("blocked", "Blocked by staff"),
                        ],
                        max_length=16,
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "channel", "address_hash"), name="one_suppression"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                ("customer_id", models.CharField(max_length=40)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "E-mail"),
                            ("sms", "SMS"),
                            ("whatsapp", "WhatsApp"),
                            ("line", "LINE"),
                            ("webhook", "Your own system"),
                        ],
                        max_length=16,
                    ),
                ),
                ("address", models.CharField(max_length=254)),
                ("linked_at", models.DateTimeField()),
                ("unreachable_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["merchant_id", "customer_id", "channel"], name="contact_of"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "channel", "address"), name="contact_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LinkOffer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                ("nonce", models.CharField(max_length=255)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "E-mail"),
                            ("sms", "SMS"),
                            ("whatsapp", "WhatsApp"),
                            ("line", "LINE"),
                            ("webhook", "Your own system"),
                        ],
                        max_length=16,
                    ),
                ),
                ("customer_id", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "channel", "nonce"), name="link_offer_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OptIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=notifications.models.people.opt_in_id, max_length=40, unique=True
                    ),
                ),
                ("customer_id", models.CharField(max_length=40)),
                ("channel", models.CharField(max_length=10)),
                ("purpose", models.CharField(max_length=10)),
                ("address", models.CharField(max_length=254)),
                ("source", models.CharField(max_length=80)),
                ("text_version", models.CharField(blank=True, max_length=40)),
                ("asked_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["merchant_id", "customer_id"], name="opt_in_of_customer")
                ],
            },
        ),
    ]
