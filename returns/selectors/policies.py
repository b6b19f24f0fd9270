"""Reads of policies: which version judges an order."""

from datetime import datetime

from returns.models import PolicyVersion
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.policy import Policy


def version_in_force(at: datetime) -> PolicyVersion:
    """Return the version in force at an instant, the shop's first for earlier ones.

    A shop that has published nothing gets the default policy, as a row that is not saved.
    """
    published = PolicyVersion.objects.order_by("-effective_from", "-number")
    return (
        published.filter(effective_from__lte=at).first()
        or published.last()
        or PolicyVersion(number=0, content=DEFAULT_POLICY.to_json(), hash=DEFAULT_POLICY.hash)
    )


def sending_policy(at: datetime) -> Policy:
    """Return the policy that says where parcels go and how, for every return open at an instant.

    A promise binds the shop as it was made, but a parcel has to go where the shop is now.
    """
    return version_in_force(at).policy


def get_policy_version(public_id: str) -> PolicyVersion:
    """Return a published version; raises PolicyVersion.DoesNotExist."""
    found: PolicyVersion = PolicyVersion.objects.get(public_id=public_id)
    return found


def list_versions() -> list[PolicyVersion]:
    """Return every published version, newest first."""
    return list(PolicyVersion.objects.order_by("-number"))


def has_own_policy() -> bool:
    """Whether people of the shop published a policy, instead of living with the default."""
    return bool(PolicyVersion.objects.exclude(published_by="system").exists())
