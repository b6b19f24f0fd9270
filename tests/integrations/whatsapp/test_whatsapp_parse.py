"""What webhooks of WhatsApp say, whatever form they come in."""

import json
from typing import Any

import pytest

from integrations.whatsapp.parse import (
    Incoming,
    Preference,
    Status,
    TakenBack,
    TemplateTold,
    Unused,
    read,
)
from postexp.kernel.inbox import Unreadable


def told(field: str, **value: Any) -> Any:
    """What the only change of a webhook says."""
    (change,) = read(wrapped(field, **value))
    return change.told


def wrapped(field: str, **value: Any) -> bytes:
    metadata = {"phone_number_id": "1", "display_phone_number": "2"}
    change = {"field": field, "value": {"metadata": metadata, **value}}
    entry = {"id": "9", "time": 1751247548, "changes": [change]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def message(kind: str, content: Any, **more: Any) -> Any:
    row = {"from": "819012345678", "id": "wamid.1", "timestamp": "1697043223", "type": kind}
    return told("messages", messages=[{**row, kind: content, **more}])


@pytest.mark.parametrize(
    ("kind", "content", "text"),
    [
        ("text", {"body": "Where is it?"}, "Where is it?"),
        ("image", {"mime_type": "image/jpeg", "id": "1"}, "[image/jpeg]"),
        ("image", {"mime_type": "image/jpeg", "caption": "Broken"}, "Broken\n[image/jpeg]"),
        ("document", {"filename": "bill.pdf", "mime_type": "application/pdf"}, "[bill.pdf]"),
        ("audio", {}, "[audio]"),
        ("button", {"text": "Yes", "payload": "y"}, "Yes"),
        (
            "interactive",
            {"type": "button_reply", "button_reply": {"id": "1", "title": "Fine"}},
            "Fine",
        ),
        ("interactive", {"type": "list_reply", "list_reply": {"title": "Later"}}, "Later"),
        ("interactive", {"type": "nfm_reply", "nfm_reply": {"body": "Sent"}}, "Sent"),
        ("reaction", {"message_id": "wamid.0", "emoji": "👍"}, "👍"),
        (
            "location",
            {"latitude": "35.6", "longitude": "139.7", "name": "Home"},
            "[Home, 35.6, 139.7]",
        ),
        ("contacts", [{"name": {"formatted_name": "Taro"}}], "[Taro]"),
        ("order", {"catalog_id": "1", "text": "These"}, "These\n[order]"),
        ("unsupported", {"type": "poll"}, "[unsupported]"),
        (
            "edit",
            {"original_message_id": "w", "message": {"type": "text", "text": {"body": "No"}}},
            "No",
        ),
    ],
)
def test_every_kind_of_message_has_words(kind: str, content: Any, text: str) -> None:
    found = message(kind, content)
    assert isinstance(found, Incoming)
    assert (found.text, found.address) == (text, "+819012345678")
    assert not found.ends_marketing


def test_what_says_nothing_is_no_message() -> None:
    assert isinstance(message("reaction", {"message_id": "wamid.0"}), Unused)
    assert isinstance(message("system", {"body": "changed"}), Unused)
    assert isinstance(message("edit", {"message": {"type": "edit"}}), Unused)
    assert isinstance(told("account_update", event="X"), Unused)


def test_who_has_a_name_instead_of_a_number_is_known_by_it() -> None:
    row = {"id": "wamid.1", "type": "text", "text": {"body": "Hi"}, "timestamp": "x"}
    found = told("messages", messages=[{**row, "from_user_id": "US.1"}])
    assert (found.address, found.at) == ("US.1", None)
    with pytest.raises(Unreadable, match="from"):
        told("messages", messages=[row])


def test_a_button_under_marketing_ends_it() -> None:
    assert message("button", {"text": "Stop promotions"}).ends_marketing
    assert not message("text", {"body": "Stop promotions"}).ends_marketing


def test_what_was_taken_back_is_named() -> None:
    found = message("revoke", {"original_message_id": "wamid.0"})
    assert isinstance(found, TakenBack)
    assert found.provider_id == "wamid.0"


def test_a_failure_has_a_number_and_words() -> None:
    error = {"code": 131026, "title": "T", "error_data": {"details": "Undeliverable"}}
    row = {"id": "wamid.1", "status": "failed", "timestamp": "1", "errors": [error]}
    found = told("messages", statuses=[{**row, "biz_opaque_callback_data": "msg_1"}])
    assert isinstance(found, Status)
    assert (found.code, found.words, found.mark) == (131026, "Undeliverable", "msg_1")
    with pytest.raises(Unreadable):
        told("messages", statuses=[{**row, "id": "x" * 251}])


def test_wishes_and_templates() -> None:
    row = {"wa_id": "819012345678", "category": "marketing_messages", "value": "stop"}
    found = told("user_preferences", user_preferences=[row])
    assert isinstance(found, Preference)
    assert (found.address, found.wanted) == ("+819012345678", False)
    assert isinstance(
        told("user_preferences", user_preferences=[{**row, "value": "maybe"}]), Unused
    )
    with pytest.raises(Unreadable):
        told("user_preferences", user_preferences=[{**row, "wa_id": ""}])
    names = {"message_template_name": "a", "message_template_language": "en"}
    moved = told("template_category_update", **names, new_category="MARKETING")
    assert isinstance(moved, TemplateTold)
    assert (moved.event, moved.category) == ("", "MARKETING")
    with pytest.raises(Unreadable):
        told("message_template_status_update", event="APPROVED")


def test_what_is_not_of_whatsapp_is_said() -> None:
    with pytest.raises(Unreadable, match="object"):
        read(b'{"object": "page"}')
    assert read(b'{"object": "whatsapp_business_account"}') == []
