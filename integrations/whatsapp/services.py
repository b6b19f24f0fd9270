"""Writes of templates: reading them from WhatsApp, making them there, and choosing among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import pgettext

from integrations.connections import note_checked, publish_by_staff
from integrations.models import Connection
from integrations.whatsapp.access import find_account, open_client
from integrations.whatsapp.enums import Filling, TemplateState
from integrations.whatsapp.errors import Busy, WhatsAppError
from integrations.whatsapp.models import KindTemplate, Template
from integrations.whatsapp.parts import LONGEST_HEADER, STATES, News
from notifications.enums import Class
from notifications.ports import MessageKind
from notifications.services import sample_facts, write_subject

if TYPE_CHECKING:
    from commerce.models import Merchant, User

FIELDS = "id,name,language,category,status,rejected_reason,components"
# What a template of ours is filled in with, in the order of its variables.
OURS = (Filling.NAME, Filling.ORDER, Filling.NEWS, Filling.LINK)
_STATE_OF_CODE = {132015: TemplateState.PAUSED, 132016: TemplateState.DISABLED}


def read_templates(connection: Connection, *, at: datetime) -> int:
    """Read all templates of an account anew; return how many there are. Raises WhatsAppError."""
    with open_client(connection) as client:
        rows = list(client.rows(f"{connection.client_id}/message_templates", fields=FIELDS))
    with transaction.atomic():
        kept = [_keep(row, at).pk for row in rows if row.get("name") and row.get("language")]
        # What a webhook told of meanwhile is newer than the list.
        Template.objects.exclude(pk__in=kept).filter(told_at__lt=at).delete()
    return len(kept)


def look_after_templates(*, at: datetime) -> int:
    """Read the templates of the scope's shop anew, and note where that does not work; return how
    many there are.

    A template that was paused or rejected is so known before a message waits for it in vain.
    """
    connection = find_account()
    if connection is None:
        return 0
    try:
        count = read_templates(connection, at=at)
    except Busy:
        return 0
    except WhatsAppError as error:
        note_checked(connection, error, at=at)
        return 0
    note_checked(connection, None, at=at)
    return count


def _keep(row: Mapping[str, Any], at: datetime) -> Template:
    """Keep a template as it was read; where it stands may have been told since, by a webhook."""
    name, language = str(row["name"])[:512], str(row["language"])[:20]
    parts = [part for part in row.get("components") or () if isinstance(part, dict)]
    state = STATES.get(str(row.get("status")), TemplateState.DISABLED)
    template = note_state(
        name=name,
        language=language,
        external_id=str(row.get("id") or ""),
        category=str(row.get("category") or ""),
        state=state,
        reason=str(row.get("rejected_reason") or ""),
        at=at,
    ) or Template.objects.get(name=name, language=language)
    template.parts = parts
    template.save(update_fields=("parts",))
    return template


def note_state(
    *,
    name: str,
    language: str,
    external_id: str,
    category: str,
    state: TemplateState,
    reason: str,
    at: datetime,
) -> Template | None:
    """Note where WhatsApp told that a template stands, at `at`; None where more recent is known."""
    told = {
        "external_id": external_id[:64],
        "state": state,
        "reason": "" if reason == "NONE" else reason[:300],
        "told_at": at,
        **({"category": category[:20]} if category else {}),
    }
    with transaction.atomic():
        template, new = Template.objects.select_for_update(no_key=True).get_or_create(
            name=name[:512], language=language[:20], defaults=told
        )
        # Webhooks tell the time in whole seconds.
        if not new and template.told_at >= at + timedelta(seconds=1):
            return None
        for field, value in told.items():
            setattr(template, field, value)
        template.save()
    found: Template = template
    return found


def note_category(name: str, language: str, category: str) -> bool:
    """Note that WhatsApp moved a template to another category; whether it is known here."""
    found = Template.objects.filter(name=name, language=language)
    return bool(found.update(category=category[:20]))


def note_refused(template: Template, code: int, *, at: datetime) -> None:
    """Note that WhatsApp refused a template which we thought it would take."""
    if state := _STATE_OF_CODE.get(code):
        Template.objects.filter(pk=template.pk).update(state=state, told_at=at)


def choose_template(
    *,
    merchant: Merchant,
    connection: Connection,
    kind: str,
    locale: str,
    name: str,
    language: str,
    fillings: Sequence[str],
    by: User,
    at: datetime,
) -> KindTemplate:
    """Let a template say a kind of message in one language. Publishes ConnectionChanged."""
    with transaction.atomic():
        choice, _new = KindTemplate.objects.update_or_create(
            kind=kind,
            locale=locale,
            defaults={
                "name": name,
                "language": language,
                "fillings": list(fillings),
                "changed_at": at,
                "changed_by": by.actor,
            },
        )
        detail = f"template {name} for {kind} ({locale})"
        publish_by_staff(merchant=merchant, connection=connection, detail=detail, by=by, at=at)
    found: KindTemplate = choice
    return found


def drop_choice(
    *, merchant: Merchant, connection: Connection, kind: str, locale: str, by: User, at: datetime
) -> None:
    """Let a kind of message go by WhatsApp no more, in one language. Publishes ConnectionChanged
    where it did.
    """
    with transaction.atomic():
        count, _rows = KindTemplate.objects.filter(kind=kind, locale=locale).delete()
        if count:
            detail = f"no template for {kind} ({locale})"
            publish_by_staff(merchant=merchant, connection=connection, detail=detail, by=by, at=at)


def make_template(
    *,
    merchant: Merchant,
    connection: Connection,
    kind: MessageKind[Any],
    locale: str,
    by: User,
    at: datetime,
) -> Template:
    """Make a template for a kind of message from our words, hand it in, and choose it.

    WhatsApp reviews it within a day. Publishes ConnectionChanged. Raises WhatsAppError.
    """
    asked = template_for(kind, merchant=merchant, locale=locale)
    asked["name"] = _free_name(asked["name"], asked["language"])
    with open_client(connection) as client:
        made = client.post(f"{connection.client_id}/message_templates", asked)
    template = _keep({**asked, **made}, at)
    choose_template(
        merchant=merchant,
        connection=connection,
        kind=kind.name,
        locale=locale,
        name=template.name,
        language=template.language,
        fillings=OURS,
        by=by,
        at=at,
    )
    return template


def template_for(kind: MessageKind[Any], *, merchant: Merchant, locale: str) -> dict[str, Any]:
    """Return the template that we would make for a kind, as WhatsApp takes it, with examples.

    Around the news of the message, which differ each time, it has words that do not: WhatsApp
    reviews those.
    """
    facts = sample_facts(kind, merchant=merchant, locale=locale)
    subject = write_subject(kind, facts, merchant=merchant, locale=locale)
    news = News(
        shop=merchant.name_in(locale),
        short=subject,
        link=str((facts.get("links") or {}).get("tracking", "")),
        facts=facts,
        locale=locale,
    )
    with translation.override(locale):
        title = str(kind.title)
        words = pgettext(
            "WhatsApp template",
            "Hello {{1}}, there is news about your order {{2}}.\n\n{{3}}\n\n"
            "Open {{4}} to see where it stands.",
        )
    return {
        "name": f"postexp_{kind.name.replace('.', '_')}",
        "language": locale,
        "category": "MARKETING" if kind.klass == Class.MARKETING else "UTILITY",
        "components": [
            {"type": "HEADER", "format": "TEXT", "text": title[:LONGEST_HEADER]},
            {
                "type": "BODY",
                "text": words,
                "example": {"body_text": [[news.value(one) for one in OURS]]},
            },
        ],
    }


def _free_name(name: str, language: str) -> str:
    """Return a name no template has: one that was rejected or deleted keeps its own for a month."""
    taken = set(
        Template.objects.filter(language=language, name__startswith=name).values_list(
            "name", flat=True
        )
    )
    names = (name, *(f"{name}_{number}" for number in range(2, len(taken) + 3)))
    return next(one for one in names if one not in taken)
