"""Reads of the templates of a shop, and of which of them says which message."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from integrations.twilio.outbound import can_whatsapp
from integrations.whatsapp.access import find_account
from integrations.whatsapp.enums import WORDS, TemplateState
from integrations.whatsapp.models import KindTemplate, Template
from integrations.whatsapp.parts import Shape, shape_of

NONE_CHOSEN = gettext_noop("No WhatsApp template is chosen for it in this language.")
NOT_THERE = gettext_noop("WhatsApp does not have the template that was chosen for it.")
UNFIT = gettext_noop("The WhatsApp template needs a picture or more, which is not filled in here.")
OTHER_VARIABLES = gettext_noop("The WhatsApp template has other variables than when it was chosen.")
NOT_TWILIOS = gettext_noop("The template that was chosen for it is none of Twilio’s.")
CONTENT = "HX"
"""What the SIDs of contents at Twilio begin with."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a kind of message stands in one language: what was chosen for it, and why it cannot go.

    `why_not` is one sentence for staff, kept in English; "" where it can.
    """

    choice: KindTemplate | None = None
    template: Template | None = None
    why_not: str = ""

    @property
    def shape(self) -> Shape:
        """What of its template has to be filled in."""
        return shape_of(self.template.parts if self.template else ())


def is_connected() -> bool:
    """Whether the scope's shop can be reached by WhatsApp at all."""
    return find_account() is not None or can_whatsapp()


def list_templates() -> list[Template]:
    """Return the templates of the scope's shop, by name and language."""
    return list(Template.objects.order_by("name", "language"))


def find_template(name: str, language: str) -> Template | None:
    """Return a template, or None."""
    found: Template | None = Template.objects.filter(name=name, language=language).first()
    return found


def standing_of(kind: str, locale: str) -> Standing:
    """Return how a kind of message stands in one language."""
    choice: KindTemplate | None = KindTemplate.objects.filter(kind=kind, locale=locale).first()
    at_meta = find_account() is not None
    template = find_template(choice.name, choice.language) if choice and at_meta else None
    return _standing(choice, template, at_meta=at_meta)


def standings() -> dict[tuple[str, str], Standing]:
    """Return how the kinds stand that something was chosen for, by kind and language."""
    at_meta = find_account() is not None
    templates = {(one.name, one.language): one for one in Template.objects.all()} if at_meta else {}
    return {
        (one.kind, one.locale): _standing(
            one, templates.get((one.name, one.language)), at_meta=at_meta
        )
        for one in KindTemplate.objects.all()
    }


def _standing(choice: KindTemplate | None, template: Template | None, *, at_meta: bool) -> Standing:
    return Standing(
        choice=choice, template=template, why_not=_why_not(choice, template, at_meta=at_meta)
    )


def _why_not(choice: KindTemplate | None, template: Template | None, *, at_meta: bool) -> str:
    if choice is None:
        return NONE_CHOSEN
    if not at_meta:
        return "" if choice.name.startswith(CONTENT) else NOT_TWILIOS
    if template is None:
        return NOT_THERE
    if template.state != TemplateState.APPROVED:
        return WORDS[TemplateState(template.state)]
    shape = shape_of(template.parts)
    if not shape.is_fit:
        return UNFIT
    return "" if shape.count == len(choice.fillings) else OTHER_VARIABLES
