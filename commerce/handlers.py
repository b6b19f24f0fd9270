"""What commerce does about its own events."""

from commerce.events import StaffInvited
from commerce.selectors import get_merchant, name_actors
from commerce.services.invitations import send_invitation
from postexp.kernel.events import DeliveryContext, subscribe_outside


@subscribe_outside(StaffInvited, name="commerce.send_invitation", provider_honours_keys=False)
def invite(event: StaffInvited, delivery: DeliveryContext) -> None:
    """Write to who was invited; where the outcome is unknown staff may invite them again."""
    send_invitation(
        merchant=get_merchant(),
        user_id=event.user_id,
        inviter=name_actors([delivery.actor])[delivery.actor],
        locale=event.locale,
    )
