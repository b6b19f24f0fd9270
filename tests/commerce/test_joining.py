"""Invitations answered: by newcomers and by people with an account, in time, late, and twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from commerce.enums import Role
from commerce.errors import InvitationOver
from commerce.models import Invitation, Membership, Merchant, User
from commerce.services.invitations import invitation_link, send_invitation
from commerce.services.joining import accept_invitation, join_with_new_account
from commerce.services.merchants import add_member
from commerce.services.staff import VALID, change_role, end_membership, invite_person
from postexp.kernel import clock
from postexp.kernel.models import Delivery, EventRecord
from tests.commerce.conftest import Enter
from tests.parallel import overlap
from tests.shops import PASSWORD

STAFF = "/d/komorebi/settings/staff/"
NEW = {"email": " New@Example.com ", "name": "Ren", "role": "agent"}
SECRET = "a long and quiet river"
JOIN = {"answer": "accept", "name": "Ren", "password1": SECRET, "password2": SECRET}
KNOWN = "rival@example.com"


@pytest.fixture(autouse=True)
def letters(settings: Any) -> None:
    """Keep mails in memory."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def link_in(body: str) -> str:
    found = re.search(r"http://\S+(/invitations/\S+)", body)
    assert found is not None
    return found[1]


def link_to(email: str) -> str:
    return link_in(invitation_link(Invitation.objects.filter(email=email).latest("id")))


def again(email: str, act: str = "again") -> str:
    return f"{STAFF}invitations/{Invitation.objects.get(email=email).public_id}/{act}/"


def is_member(email: str) -> bool:
    return Membership.objects.filter(user__email=email, merchant__slug="komorebi").exists()


def signed_in(email: str) -> Client:
    browser = Client()
    assert browser.login(email=email, password=PASSWORD)
    return browser


def test_a_newcomer_gets_an_account_by_accepting(
    staff: Client, scope: Merchant, drain: Callable[[], None]
) -> None:
    page = staff.post(STAFF, NEW, follow=True).content.decode()
    assert "An invitation is on its way to new@example.com." in page
    drain()
    letter = mail.outbox[0]
    assert letter.to == ["new@example.com"]
    assert letter.subject == "You are invited to Komorebi Goods"
    assert "Aiko Owner invites you to work on Komorebi Goods" in letter.body
    link = link_in(str(letter.body))
    # Nobody has an account, let alone a role, by being invited.
    assert not User.objects.filter(email="new@example.com").exists()
    guest = Client()
    asked = guest.get(link).content.decode()
    for words in ("Aiko Owner", "Komorebi Goods", "Agent", "new@example.com", "Good until"):
        assert words in asked
    wrong = guest.post(link, {**JOIN, "password2": "another"})
    assert wrong.status_code == 422
    assert list(wrong.context["form"].errors) == ["password2"]
    short = guest.post(link, {**JOIN, "password1": "new", "password2": "new"})
    assert list(short.context["form"].errors) == ["password1"]
    assert not is_member("new@example.com")
    answer = guest.post(link, JOIN)
    assert answer["Location"] == "/d/komorebi/"
    assert guest.get("/d/komorebi/").status_code == 200
    assert Membership.objects.get(user__email="new@example.com").role == Role.AGENT
    assert Client().login(email="new@example.com", password=SECRET)
    assert link.split("/")[2] not in str(EventRecord.objects.values_list("payload", flat=True))


def test_someone_with_an_account_is_no_member_before_they_accept(
    staff: Client, scope: Merchant, other_merchant: Merchant, drain: Callable[[], None]
) -> None:
    staff.post(STAFF, {**NEW, "email": KNOWN}, headers={"Accept-Language": "ja"})
    drain()
    assert "こもれび雑貨店" in mail.outbox[0].subject
    link = link_in(str(mail.outbox[0].body))
    rival = signed_in(KNOWN)
    assert rival.get("/d/komorebi/").status_code == 404
    assert "Accept" in rival.get(link).content.decode()
    assert rival.post(link, {"answer": "accept"})["Location"] == "/d/komorebi/"
    assert rival.get("/d/komorebi/").status_code == 200
    assert User.objects.get(email=KNOWN).check_password(PASSWORD)
    told = EventRecord.objects.get(type="staff.invitation_ended")
    assert (told.actor, told.payload["end"]) == (User.objects.get(email=KNOWN).actor, "accepted")
    assert EventRecord.objects.filter(type="staff.changed", actor=told.actor).exists()


def test_an_account_answers_signed_in_and_as_itself(
    staff: Client, scope: Merchant, other_merchant: Merchant
) -> None:
    staff.post(STAFF, {**NEW, "email": KNOWN})
    link = link_to(KNOWN)
    guest = Client()
    page = guest.get(link).content.decode()
    assert f"/accounts/login/?next={link}" in page
    # Whoever holds the link alone can neither take the account over nor answer for it.
    for data in (JOIN, {"answer": "accept"}, {"answer": "decline"}):
        guest.post(link, data)
        staff.post(link, data)
    assert not is_member(KNOWN)
    assert User.objects.get(email=KNOWN).check_password(PASSWORD)
    assert Invitation.objects.get(email=KNOWN).end == ""
    assert "You are signed in as owner@example.com" in staff.get(link).content.decode()


def test_an_invitation_is_declined(
    staff: Client, scope: Merchant, other_merchant: Merchant
) -> None:
    for email, browser in ((KNOWN, signed_in(KNOWN)), ("new@example.com", Client())):
        staff.post(STAFF, {**NEW, "email": email})
        link = link_to(email)
        page = browser.post(link, {"answer": "decline"}, follow=True).content.decode()
        assert "This invitation was declined" in page
        browser.post(link, JOIN)
        assert not is_member(email)
    ends = EventRecord.objects.filter(type="staff.invitation_ended").order_by("id")
    assert [event.payload["end"] for event in ends] == ["declined", "declined"]
    assert "not answered yet" not in staff.get(STAFF).content.decode()


def test_an_invitation_ends_by_time_and_begins_anew(
    staff: Client,
    scope: Merchant,
    owner: User,
    at: datetime,
    other_merchant: Merchant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    invitation = invite_person(
        merchant=scope,
        email=KNOWN,
        name="",
        role=Role.AGENT,
        locale="en",
        by=scope.memberships.get(user=owner),
        at=at,
    )
    link, rival = link_to(KNOWN), signed_in(KNOWN)
    end = invitation.expires_at
    assert end == at + VALID == at + timedelta(days=7)
    monkeypatch.setattr(clock, "now", lambda: end - timedelta(seconds=1))
    assert "Accept" in rival.get(link).content.decode()
    monkeypatch.setattr(clock, "now", lambda: end)
    late = rival.get(link).content.decode()
    assert "This invitation has expired" in late
    assert "Settings → Staff" in late
    rival.post(link, {"answer": "accept"})
    assert not is_member(KNOWN)
    user = User.objects.get(email=KNOWN)
    with pytest.raises(InvitationOver):
        accept_invitation(merchant=scope, invitation_id=invitation.public_id, user=user, at=end)
    assert "Expired" in staff.get(STAFF).content.decode()
    staff.post(again(KNOWN))
    rival.post(link, {"answer": "accept"})
    assert is_member(KNOWN)
    assert "This invitation was accepted" in rival.get(link).content.decode()


def test_an_open_invitation_is_sent_again_or_withdrawn(
    staff: Client, scope: Merchant, drain: Callable[[], None]
) -> None:
    staff.post(STAFF, NEW)
    page = staff.get(STAFF).content.decode()
    assert "Invited, not answered yet" in page
    staff.post(again("new@example.com"))
    drain()
    assert len(mail.outbox) == 2
    # Inviting the same address once more changes the offer; there is one at a time.
    staff.post(STAFF, {**NEW, "role": "analyst"})
    assert Invitation.objects.get().role == Role.ANALYST
    answer = staff.post(again("new@example.com", "withdraw"), follow=True)
    assert "Its link opens nothing any more" in answer.content.decode()
    guest = Client()
    assert "was withdrawn" in guest.get(link_to("new@example.com")).content.decode()
    guest.post(link_to("new@example.com"), JOIN)
    assert not User.objects.filter(email="new@example.com").exists()
    refused = staff.post(again("new@example.com"), follow=True).content.decode()
    assert "can no longer be answered" in refused
    log = staff.get("/d/komorebi/settings/audit/").content.decode()
    assert log.count("new@example.com · Agent") == 2
    assert "new@example.com · Withdrawn" in log


def test_one_withdrawn_before_the_mail_went_out_is_not_written_to(
    staff: Client, scope: Merchant, drain: Callable[[], None]
) -> None:
    staff.post(STAFF, NEW)
    staff.post(again("new@example.com", "withdraw"))
    drain()
    assert mail.outbox == []
    assert Delivery.objects.get(handler="commerce.send_invitation").state == "done"


def test_an_inviter_who_is_gone_is_not_named(staff: Client, scope: Merchant) -> None:
    staff.post(STAFF, NEW)
    found = Invitation.objects.get().public_id
    assert send_invitation(merchant=scope, invitation_id=found, inviter="", locale="en")
    assert mail.outbox[0].body.startswith("You are invited to work on Komorebi Goods")


def test_an_account_without_a_password_gets_one_by_accepting(
    staff: Client, scope: Merchant
) -> None:
    User.objects.create_user("new@example.com", name="Mika")
    staff.post(STAFF, {**NEW, "name": ""})
    guest = Client()
    guest.post(link_to("new@example.com"), {**JOIN, "name": ""})
    assert guest.get("/d/komorebi/").status_code == 200
    assert User.objects.get(email="new@example.com").name == "Mika"


def test_who_joined_another_way_keeps_their_role(
    staff: Client, scope: Merchant, owner: User, other_merchant: Merchant, at: datetime
) -> None:
    staff.post(STAFF, {**NEW, "email": KNOWN})
    user = User.objects.get(email=KNOWN)
    add_member(merchant=scope, user=user, role=Role.OWNER, by=owner, at=at)
    signed_in(KNOWN).post(link_to(KNOWN), {"answer": "accept"})
    assert Membership.objects.get(merchant=scope, user=user).role == Role.OWNER


def test_managers_do_not_touch_offers_of_ownership(
    staff: Client, enter: Enter, scope: Merchant
) -> None:
    staff.post(STAFF, {**NEW, "role": "owner"})
    manager = enter("manager")
    for act in ("again", "withdraw"):
        page = manager.post(again("new@example.com", act), follow=True).content.decode()
        assert "Only an owner" in page
    assert manager.post(STAFF, NEW).status_code == 422
    found = Invitation.objects.get()
    assert (found.role, found.end) == (Role.OWNER, "")


@pytest.mark.parametrize("token", ["inv_x", "inv_x.y", "x"])
def test_a_link_that_is_not_ours_opens_nothing(client: Client, db: None, token: str) -> None:
    assert client.get(f"/invitations/{token}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_once_join_once(scope: Merchant, owner: User, at: datetime) -> None:
    invitation = invite_person(
        merchant=scope,
        email="new@example.com",
        name="",
        role=Role.AGENT,
        locale="en",
        by=scope.memberships.get(user=owner),
        at=at,
    )
    over: list[InvitationOver] = []

    def join() -> None:
        join_with_new_account(
            merchant=scope,
            invitation_id=invitation.public_id,
            name="Ren",
            password=SECRET,
            at=at,
        )

    def join_too() -> None:
        try:
            join()
        except InvitationOver as error:
            over.append(error)

    overlap(scope, join, join_too)
    assert len(over) == 1
    assert Membership.objects.filter(user__email=invitation.email).count() == 1
    assert EventRecord.objects.filter(type="staff.invitation_ended").count() == 1


@pytest.fixture
def former(scope: Merchant, owner: User, at: datetime) -> Membership:
    """A second owner, who invited an owner and an agent."""
    user = User.objects.create_user("former@example.com", PASSWORD)
    member = add_member(merchant=scope, user=user, role=Role.OWNER, by=owner, at=at)
    for email, role in (("back@example.com", Role.OWNER), ("friend@example.com", Role.AGENT)):
        invite_person(
            merchant=scope, email=email, name="", role=role, locale="en", by=member, at=at
        )
    return member


def open_offers() -> list[str]:
    return sorted(Invitation.objects.filter(ended_at=None).values_list("email", flat=True))


def test_who_is_let_go_has_not_invited_themselves_back(
    former: Membership, scope: Merchant, owner: User, at: datetime
) -> None:
    link = link_to("back@example.com")
    boss = Membership.objects.get(merchant=scope, user=owner)
    end_membership(merchant=scope, membership=former, by=boss, at=at)
    assert open_offers() == []
    Client().post(link, JOIN)
    assert not is_member("back@example.com")


def test_who_owns_no_more_offers_no_ownership(
    former: Membership, scope: Merchant, owner: User, at: datetime
) -> None:
    boss = Membership.objects.get(merchant=scope, user=owner)
    change_role(merchant=scope, membership=former, role=Role.MANAGER, by=boss, at=at)
    assert open_offers() == ["friend@example.com"]
