"""Saved texts over REST, and writing to the shopper of a return."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.selectors import get_merchant
from commerce.serializers.fields import FlagField, StrictSerializer, TextField
from postexp.kernel import clock, ids
from returns.api.base import ReturnsView
from returns.api.cases import ReturnCommand
from returns.models import Macro, Return
from returns.rules.macros import LONGEST_SUBJECT, LONGEST_TEXT, VARIABLES, unknown_in
from returns.selectors.macros import access_macro, get_macro, list_macros
from returns.serializers import wire_in as incoming
from returns.serializers import wire_out as out
from returns.serializers.letters import filled_in, letter_locale
from returns.services.macros import remove_macro, save_macro, stop_waiting, write_to_shopper


class MacroWordsIn(StrictSerializer):
    """A saved text in one language; `{return_number}` and the like are filled in."""

    subject = serializers.CharField(max_length=LONGEST_SUBJECT)
    text = serializers.CharField(max_length=LONGEST_TEXT)

    def validate(self, attrs: dict[str, str]) -> dict[str, str]:
        """Refuse what nobody could fill in."""
        errors = {
            name: [
                _("There is no {%(unknown)s}. You can use %(known)s.")
                % {"unknown": unknown[0], "known": " ".join(f"{{{one}}}" for one in VARIABLES)}
            ]
            for name, written in attrs.items()
            if (unknown := unknown_in(written))
        }
        if errors:
            raise serializers.ValidationError(errors)
        return {**attrs, "subject": " ".join(attrs["subject"].split())}


class MacroIn(StrictSerializer):
    """A saved text, in each language of your shop. One that `waits` asks the shopper something."""

    name = serializers.CharField(max_length=80)
    words = serializers.DictField(child=MacroWordsIn())
    waits = FlagField(required=False, default=False)


class MacroWordsOut(out.Shape):
    """A saved text in one language."""

    subject = serializers.CharField()
    text = serializers.CharField()


class MacroOut(out.Shape):
    """A saved text, by language."""

    id = serializers.CharField()
    name = serializers.CharField()
    words = serializers.DictField(child=MacroWordsOut())
    waits = serializers.BooleanField()


class MacroListOut(out.Shape):
    """Your saved texts, by name."""

    data = MacroOut(many=True)  # type: ignore[assignment]  # a key of the wire


class WriteIn(StrictSerializer):
    """A saved text, or `subject` and `text` in the shopper's language; what is given here wins.

    With `waits` the desk's clock stands still until the shopper has answered, where the return
    waits for a decision; by default as the saved text says.
    """

    macro_id = TextField(max_length=40, help_text="The id of a saved text, mac_…")
    subject = TextField(max_length=LONGEST_SUBJECT)
    text = TextField(max_length=LONGEST_TEXT)
    waits = FlagField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for words where no saved text has them."""
        missing = [name for name in ("subject", "text") if not attrs[name].strip()]
        if missing and not attrs["macro_id"]:
            words = [_("Write it, or name a saved text.")]
            raise serializers.ValidationError(dict.fromkeys(missing, words))
        return attrs


def represent_macro(macro: Macro) -> dict[str, Any]:
    """Return a saved text as it was written."""
    return {
        "id": macro.public_id,
        "name": macro.name,
        "words": macro.words,
        "waits": macro.waits,
    }


class _MacroView(ReturnsView):
    """A view that keeps saved texts."""

    def keep(self, macro_id: str | None) -> Response:
        """Keep what the body says, in place of a saved text where one is named."""
        kept = access_macro(macro_id) if macro_id else None
        data = self.read(MacroIn).validated_data
        locales = get_merchant().locales
        if set(data["words"]) != set(locales):
            text = _("Write it in each language of your shop: %s.") % ", ".join(locales)
            raise serializers.ValidationError({"words": [text]})

        def save() -> Response:
            saved = save_macro(
                macro=kept,
                name=data["name"],
                words=data["words"],
                waits=data["waits"],
                at=clock.now(),
                actor=self.actor,
            )
            return Response(represent_macro(saved), status=200 if kept else 201)

        return self.command(save)


class MacroList(_MacroView):
    """The texts your shop keeps."""

    @extend_schema(
        operation_id="list_macros",
        tags=["Returns"],
        summary="List saved texts",
        responses={200: MacroListOut},
    )
    def get(self, request: Request) -> Response:
        """Return every saved text, by name."""
        return Response({"data": [represent_macro(one) for one in list_macros()]})

    @extend_schema(
        operation_id="create_macro",
        tags=["Returns"],
        summary="Save a text",
        request=MacroIn,
        responses={201: MacroOut},
    )
    def post(self, request: Request) -> Response:
        """Keep a text to write to shoppers with; 409 `macro_name_taken` where another has its name.

        In braces it may name `return_number`, `order_number`, `items`, `amount`, `send_by` and
        `shop`.
        """
        return self.keep(None)


class MacroDetail(_MacroView):
    """One saved text."""

    @extend_schema(
        operation_id="get_macro",
        tags=["Returns"],
        summary="Get a saved text",
        responses={200: MacroOut},
    )
    def get(self, request: Request, macro_id: str) -> Response:
        """Return a saved text in every language it has."""
        return Response(represent_macro(access_macro(macro_id)))

    @extend_schema(
        operation_id="put_macro",
        tags=["Returns"],
        summary="Change a saved text",
        request=MacroIn,
        responses={200: MacroOut},
    )
    def put(self, request: Request, macro_id: str) -> Response:
        """Write a saved text anew; 409 `macro_name_taken` where another has its name."""
        return self.keep(macro_id)

    @extend_schema(
        operation_id="remove_macro",
        tags=["Returns"],
        summary="Remove a saved text",
        responses={200: MacroOut},
    )
    def delete(self, request: Request, macro_id: str) -> Response:
        """Keep a text no longer, and return it; what was written with it stays."""

        def remove() -> Response:
            macro = access_macro(macro_id)
            told = represent_macro(macro)
            remove_macro(macro, at=clock.now(), actor=self.actor)
            return Response(told)

        return self.command(remove)


class ReturnWrite(ReturnCommand):
    """Write to the shopper."""

    @extend_schema(
        operation_id="write_to_shopper",
        tags=["Returns"],
        summary="Write to the shopper of a return",
        request=WriteIn,
        responses={200: out.ReturnOut},
    )
    def post(self, request: Request, return_id: str) -> Response:
        """Write a saved text as the return fills it in, or words of your own.

        Send an Idempotency-Key: without one, each request is a letter.
        """
        data = self.read(WriteIn).validated_data

        def write(case: Return) -> None:
            merchant, macro = get_merchant(), get_macro(data["macro_id"])
            if data["macro_id"] and macro is None:
                text = _("There is no such saved text.")
                raise serializers.ValidationError({"macro_id": [text]})
            locale = letter_locale(merchant, case)
            ready = filled_in(macro, case, locale, shop=merchant.name) if macro else {}
            written = {
                "subject": " ".join((data["subject"] or ready["subject"]).split()),
                "text": data["text"] or ready["text"],
            }
            write_to_shopper(
                return_id=case.public_id,
                words=dict.fromkeys([*merchant.locales, locale], written),
                key=ids.new_id("key"),
                waits=data.get("waits", macro.waits if macro else False),
                at=clock.now(),
                actor=self.actor,
            )

        return self.run(return_id, write)


class ReturnAnswered(ReturnCommand):
    """Note that the shopper has answered."""

    @extend_schema(
        operation_id="note_shopper_answered",
        tags=["Returns"],
        summary="Note that the shopper of a return has answered",
        request=incoming.EmptyIn,
        responses={200: out.ReturnOut},
    )
    def post(self, request: Request, return_id: str) -> Response:
        """Let the desk's clock go on; 409 `invalid_transition` where nothing is to be decided."""
        self.read(incoming.EmptyIn)
        return self.run(
            return_id,
            lambda case: stop_waiting(return_id=case.public_id, at=clock.now(), actor=self.actor),
        )
