"""What shoppers choose and type on the way to a return."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from returns.enums import PAID_OUTCOMES, Outcome
from returns.forms.marks import unmarked
from returns.forms.photos import PhotosField
from returns.rules.commands import Wish
from returns.selectors import Judged, Judgement, list_replacements
from returns.selectors.exchanges import wanted_variant
from returns.serializers.exchanges import title_instead

FEW = 10
"""Up to so many units are chosen from a list, more are typed."""


class UnitsForm(forms.Form):
    """The first screen: how many of each line, why, and photos where a reason asks for them.

    `held` is how many photos of each line are here already; they go with its wish.
    """

    def __init__(
        self,
        data: Any,
        files: Any = None,
        *,
        judgement: Judgement,
        locale: str,
        held: Mapping[str, int],
        initial: Any = None,
    ) -> None:
        super().__init__(data, files, initial=initial)
        self.held = held
        self.open_lines = [one for one in judgement.lines if one.decision.returnable]
        for one in self.open_lines:
            self.fields[f"q_{one.line.public_id}"] = _quantity_field(one)
            if len(self.open_lines) == 1 and one.decision.returnable == 1:
                # There is nothing to choose between: who came here sends this one back.
                self.fields[f"q_{one.line.public_id}"].initial = 1
            self.fields[f"r_{one.line.public_id}"] = forms.ChoiceField(
                label=_("Why?"),
                required=False,
                choices=[("", _("Choose a reason")), *_reasons(one, locale)],
            )
            if asking := _photos_asked(one, locale):
                self.fields[f"p_{one.line.public_id}"] = PhotosField(
                    label=_("Photos"), required=False, help_text=asking
                )

    @property
    def asks_photos(self) -> bool:
        """Whether a reason of some line asks for photos."""
        return any(name.startswith("p_") for name in self.fields)

    def rows(
        self,
    ) -> Iterator[tuple[Judged, forms.BoundField, forms.BoundField, forms.BoundField | None]]:
        """Yield each line that can come back, with its fields; photos only where some are asked."""
        for one in self.open_lines:
            public_id = one.line.public_id
            photos = f"p_{public_id}"
            yield (
                one,
                unmarked(self[f"q_{public_id}"]),
                unmarked(self[f"r_{public_id}"]),
                unmarked(self[photos]) if photos in self.fields else None,
            )

    def uploads(self) -> Iterator[tuple[str, bytes]]:
        """Yield each photo that was sent and could be read, with the public id of its line."""
        for name, value in self.cleaned_data.items():
            if name.startswith("p_"):
                yield from ((name.removeprefix("p_"), upload) for upload in value)

    def clean(self) -> dict[str, Any]:
        """Ask for at least one unit, and for a reason with each line that has some."""
        data = super().clean() or self.cleaned_data
        chosen = False
        for one in self.open_lines:
            quantity, reason = f"q_{one.line.public_id}", f"r_{one.line.public_id}"
            if data.get(quantity):
                chosen = True
                if reason in data and not data[reason]:
                    asked = gettext("Tell us why you are returning “%(item)s”.")
                    self.add_error(reason, asked % {"item": one.line.title})
        if not chosen and not self.errors:
            self.add_error(None, gettext("Choose at least one item."))
        return data

    def wishes(self) -> list[Wish]:
        """Return what was chosen, without replacements."""
        return [
            Wish(
                line=one.line.public_id,
                quantity=int(self.cleaned_data[f"q_{one.line.public_id}"]),
                reason=self.cleaned_data[f"r_{one.line.public_id}"],
                photos=self.held.get(one.line.public_id, 0),
            )
            for one in self.open_lines
            if self.cleaned_data.get(f"q_{one.line.public_id}")
        ]


def _reasons(one: Judged, locale: str) -> list[tuple[str, Any]]:
    """Return the reasons as choices, those of one heading together under it, in their order."""
    headings: dict[str, list[tuple[str, str]]] = {}
    for reason in one.decision.reasons:
        heading = reason.group[locale] if reason.group else reason.code
        headings.setdefault(heading, []).append((reason.code, reason.label[locale]))
    alone = {reason.code for reason in one.decision.reasons if not reason.group}
    return [
        found[0] if heading in alone else (heading, found) for heading, found in headings.items()
    ]


def _photos_asked(one: Judged, locale: str) -> str:
    """Return which reasons ask for how many photos, empty where none does."""
    asked: dict[int, list[str]] = {}
    for reason in one.decision.reasons:
        if count := one.decision.photos(reason.code):
            asked.setdefault(count, []).append(reason.label[locale])
    return " ".join(
        ngettext(
            "%(count)s photo is needed for: %(reasons)s.",
            "%(count)s photos are needed for: %(reasons)s.",
            count,
        )
        % {"count": count, "reasons": pgettext("between words of a list", ", ").join(labels)}
        for count, labels in sorted(asked.items())
    )


def _quantity_field(one: Judged) -> forms.Field:
    most = one.decision.returnable
    if most > FEW:
        return forms.IntegerField(
            label=_("How many?"), required=False, min_value=0, max_value=most, initial=0
        )
    return forms.TypedChoiceField(
        label=_("How many?"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(0, _("None")), *((number, str(number)) for number in range(1, most + 1))],
    )


class OutcomeForm(forms.Form):
    """The second screen: money, credit or another one."""

    outcome = forms.ChoiceField(label=_("What would you like?"), choices=Outcome.choices)

    def __init__(
        self,
        data: Any,
        *,
        offered: Sequence[Outcome],
        judged: Sequence[Judged],
        initial: Mapping[str, str] | None = None,
        differences: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Offer these; `differences` says by line and variant what one costs more or less."""
        super().__init__(data, initial=dict(initial or {}))
        picked = data or initial or {}
        field = cast(forms.ChoiceField, self.fields["outcome"])
        field.choices = [(outcome.value, outcome.label) for outcome in offered]
        self.judged = judged if Outcome.EXCHANGE in offered else ()
        for one in self.judged:
            self.fields[f"v_{one.line.public_id}"] = forms.ChoiceField(
                label=one.line.title,
                required=False,
                choices=[
                    ("", _("Choose one")),
                    *_with_difference(
                        _replacements(one, str(picked.get(f"v_{one.line.public_id}", ""))),
                        (differences or {}).get(one.line.public_id, {}),
                    ),
                ],
            )

    def variant_fields(self) -> list[forms.BoundField]:
        """Return the choices of a replacement, one a line."""
        return [unmarked(self[f"v_{one.line.public_id}"]) for one in self.judged]

    def clean(self) -> dict[str, Any]:
        """Ask for a replacement of every line where an exchange was chosen."""
        data = super().clean() or self.cleaned_data
        if data.get("outcome") == Outcome.EXCHANGE:
            for one in self.judged:
                name = f"v_{one.line.public_id}"
                if name in data and not data[name]:
                    self.add_error(name, gettext("Choose what you want instead."))
        return data

    def wishes(self, chosen: Sequence[Wish]) -> list[Wish]:
        """Return the wishes of the first screen with their replacements."""
        if self.outcome_chosen is not Outcome.EXCHANGE:
            return list(chosen)
        return [
            Wish(
                line=wish.line,
                quantity=wish.quantity,
                reason=wish.reason,
                variant=self.cleaned_data[f"v_{wish.line}"],
                photos=wish.photos,
            )
            for wish in chosen
        ]

    @property
    def outcome_chosen(self) -> Outcome:
        """The outcome that was chosen."""
        return Outcome(self.cleaned_data["outcome"])


def _replacements(one: Judged, picked: str) -> list[tuple[str, str]]:
    """Return the variants to choose from, and the other product that was picked, if one was."""
    found = [
        (variant.public_id, variant.title or one.line.title)
        for variant, _free in list_replacements(one.line)
    ]
    other = wanted_variant(one.line, picked) if picked else None
    if other is not None and picked not in dict(found) and other[1] != 0:
        found.insert(0, (picked, title_instead(one.line, other[0])))
    return found


def _with_difference(
    choices: Sequence[tuple[str, str]], differences: Mapping[str, str]
) -> list[tuple[str, str]]:
    return [
        (variant, f"{title} ({differences[variant]})" if differences.get(variant) else title)
        for variant, title in choices
    ]


class ConfirmForm(forms.Form):
    """The third screen: the sum that was read, where a rest goes, and anything else to say."""

    note = forms.CharField(
        label=_("Anything else we should know?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    payout = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    key = forms.RegexField(r"[A-Za-z0-9_]{8,64}", widget=forms.HiddenInput)
    rest_to = forms.ChoiceField(required=False, choices=PAID_OUTCOMES)

    def rest_among(self, choices: Sequence[Outcome]) -> str:
        """Return where the rest of an exchange goes, the first way unless another was chosen."""
        chosen = self.cleaned_data["rest_to"]
        return chosen if chosen in choices else next(iter(choices), "")


class SentForm(forms.Form):
    """The number of the parcel that is on its way back."""

    tracking_number = forms.CharField(
        label=_("Tracking number"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
