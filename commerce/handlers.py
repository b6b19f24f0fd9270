"""What commerce does about its own events."""

from typing import Any

from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.conf import settings
from django.dispatch import receiver

from commerce.accounts import count_set_up, factor_name
from commerce.events import PrivacyRequested, PromoCodeWanted, StaffInvited
from commerce.ports import PromoRefused, get_promo_platform
from commerce.selectors import get_merchant, name_actors
from commerce.services.invitations import send_invitation
from commerce.services.privacy import answer_by_itself
from commerce.services.promos import promo_created, promo_refused, promo_to_create
from commerce.services.staff import LETTER
from commerce.services.staff_security import record_security_change
from postexp.kernel import clock
from postexp.kernel.events import DeliveryContext, RetryLater, subscribe_outside


@subscribe_outside(StaffInvited, name=LETTER, provider_honours_keys=False)
def invite(event: StaffInvited, delivery: DeliveryContext) -> None:
    """Write to who was invited; where the outcome is unknown staff may invite them again."""
    send_invitation(
        merchant=get_merchant(),
        invitation_id=event.invitation_id,
        inviter=name_actors([delivery.actor])[delivery.actor],
        locale=event.locale,
    )


@receiver(authenticator_added)
def note_added(request: Any, user: Any, authenticator: Any, **_: Any) -> None:
    """Keep on record that a person added a second factor; their session has two from now on."""
    count_set_up(request, user, authenticator)
    note_factor(user, "added", authenticator)


@receiver(authenticator_removed)
def note_removed(user: Any, authenticator: Any, **_: Any) -> None:
    """Keep on record that a person removed a second factor."""
    note_factor(user, "removed", authenticator)


@receiver(authenticator_reset)
def note_reset(user: Any, authenticator: Any, **_: Any) -> None:
    """Keep on record that a person made new recovery codes."""
    note_factor(user, "renewed", authenticator)


def note_factor(user: Any, act: str, authenticator: Any) -> None:
    """Tell the person's shops of it."""
    record_security_change(
        user=user,
        act=act,
        factor=authenticator.type,
        detail=f"{act} {factor_name(authenticator)}",
        at=clock.now(),
    )


@subscribe_outside(
    PrivacyRequested, name="commerce.answer_privacy_request", provider_honours_keys=True
)
def answer_privacy_request(event: PrivacyRequested, delivery: DeliveryContext) -> None:
    """Make the export or erase the customer who is asked for, in a worker, a while at a time."""
    until = clock.now() + settings.DELIVERY_LEASE / 3
    if not answer_by_itself(
        merchant=get_merchant(), request_id=event.request_id, until=until, now=clock.now
    ):
        raise RetryLater(seconds=1)


@subscribe_outside(PromoCodeWanted, name="commerce.create_promo_code", provider_honours_keys=True)
def create_promo_code(event: PromoCodeWanted, delivery: DeliveryContext) -> None:
    """Have the shop's platform create a code; what it refuses staff see, with its reason."""
    promo = promo_to_create(event.promo_id, at=clock.now())
    if promo is None:
        return
    try:
        reference = get_promo_platform(event.platform).create(promo)
    except PromoRefused as refusal:
        promo_refused(event.promo_id, why=str(refusal), at=clock.now(), actor=event.platform)
        return
    promo_created(event.promo_id, reference=reference, at=clock.now(), actor=event.platform)
