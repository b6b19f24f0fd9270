"""How a shop sends, in words: for pages, and for what staff did to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from commerce.rules.addresses import country_name
from notifications.enums import Medium, Quiet
from notifications.selectors.flows import FlowTerms
from notifications.serializers.messages import kind_title
from postexp.design import formats
from postexp.kernel.money import Money

HOUR, DAY = 60, 24 * 60

ASKED = {
    "first_order:yes": gettext_lazy("It is the customer’s first order"),
    "first_order:no": gettext_lazy("It is not the customer’s first order"),
    "order_total:is_at_least": gettext_lazy("The order’s total is at least"),
    "order_total:is_at_most": gettext_lazy("The order’s total is at most"),
    "country:is": gettext_lazy("It goes to the country"),
    "country:is_not": gettext_lazy("It does not go to the country"),
    "locale:is": gettext_lazy("The shopper’s language is"),
    "locale:is_not": gettext_lazy("The shopper’s language is not"),
    "customer_tags:has": gettext_lazy("The customer has the tag"),
    "customer_tags:has_not": gettext_lazy("The customer does not have the tag"),
    "order_tags:has": gettext_lazy("The order has the tag"),
    "order_tags:has_not": gettext_lazy("The order does not have the tag"),
    "product_tags:has": gettext_lazy("One of the products has the tag"),
    "product_tags:has_not": gettext_lazy("None of the products has the tag"),
}
"""What a condition asks, by its fact and how it is asked; the first two need no value."""


def asked_of(condition: Mapping[str, Any]) -> str:
    """Return what a condition asks, as a key of `ASKED`."""
    if condition["fact"] == "first_order":
        return "first_order:yes" if condition["value"] else "first_order:no"
    return f"{condition['fact']}:{condition['is']}"


def condition_words(condition: Mapping[str, Any], currency: str) -> str:
    """Return a condition as a sentence, in the language of the reader."""
    said, value = str(ASKED[asked_of(condition)]), condition["value"]
    match condition["fact"]:
        case "first_order":
            return said
        case "order_total":
            shown = formats.money(Money(value, currency))
        case "country":
            shown = country_name(value, formats.language())
        case "locale":
            shown = language_words(value)
        case _:
            shown = f"“{value}”" if formats.language() == "en" else f"「{value}」"
    return _("%(said)s %(value)s") % {"said": said, "value": shown}


def language_words(locale: str) -> str:
    """Return the name of a language messages are written in."""
    return _("Japanese") if locale == "ja" else _("English")


def wait_words(minutes: int) -> str:
    """Return how long something waits: At once, 90 minutes, 2 hours, 3 days."""
    if not minutes:
        return pgettext("when a message goes out", "At once")
    if minutes % DAY == 0:
        return ngettext("%(count)s day", "%(count)s days", minutes // DAY) % {
            "count": minutes // DAY
        }
    if minutes % HOUR == 0:
        return ngettext("%(count)s hour", "%(count)s hours", minutes // HOUR) % {
            "count": minutes // HOUR
        }
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def delay_words(minutes: int) -> str:
    """Return when a message goes out: At once, After 2 hours."""
    if not minutes:
        return wait_words(0)
    return _("After %(time)s") % {"time": wait_words(minutes)}


def chain_words(chain: list[str] | tuple[Medium, ...]) -> str:
    """Return the channels a message tries, in order: LINE, then E-mail."""
    return str(pgettext("between channels in order", ", then ")).join(
        str(Medium(one).label) for one in chain
    )


def flow_rows(terms: FlowTerms, currency: str) -> list[dict[str, str]]:
    """Return how a kind is sent, as a list of facts."""
    rows = [
        {
            "label": pgettext("how a message is sent", "Sending"),
            "value": switch_words(enabled=terms.enabled),
        },
        {"label": pgettext("how a message is sent", "Goes out"), "value": delay_words(terms.delay)},
        {"label": _("Channel"), "value": chain_words(terms.chain)},
    ]
    if len(terms.chain) > 1:
        rows.append({"label": _("Next channel"), "value": fallback_words(terms.fallback)})
    rows.append({"label": _("Quiet hours"), "value": str(Quiet(terms.quiet).label)})
    rows += [
        {"label": _("Only if"), "value": condition_words(one, currency)} for one in terms.conditions
    ]
    return rows


def switch_words(*, enabled: bool) -> str:
    """Return whether a kind is sent."""
    return pgettext("a kind of message", "On") if enabled else pgettext("a kind of message", "Off")


def fallback_words(minutes: int) -> str:
    """Return when the next channel is tried."""
    if not minutes:
        return _("Where one refuses")
    return _("Where one refuses, or tells nothing for %(time)s") % {"time": wait_words(minutes)}


def flow_change_words(payload: Mapping[str, Any]) -> str:
    """Say how staff changed a flow: each part as it is now."""
    now = {name: pair[1] for name, pair in payload["changes"].items()}
    said = []
    if "enabled" in now:
        said.append(switch_words(enabled=now["enabled"]))
    if "delay" in now:
        said.append(delay_words(now["delay"]))
    if "chain" in now:
        said.append(chain_words(now["chain"]))
    if "fallback" in now:
        said.append(_named(_("Next channel"), fallback_words(now["fallback"])))
    if "quiet" in now:
        said.append(_named(_("Quiet hours"), str(Quiet(now["quiet"]).label)))
    if "conditions" in now:
        words = [condition_words(one, payload["currency"]) for one in now["conditions"]]
        said.append(_named(_("Only if"), _list(words)))
    return _named(kind_title(payload["kind"]), " · ".join(said))


def terms_change_words(payload: Mapping[str, Any]) -> str:
    """Say how staff changed what holds for all messages: each part as it is now."""
    said = []
    for name, (_before, now) in payload["changes"].items():
        match name:
            case "quiet_hours":
                said.append(_named(_("Quiet hours"), now))
            case "cap":
                said.append(_named(_("Marketing messages"), str(now)))
            case "cap_days":
                said.append(_named(_("Within days"), str(now)))
            case "priority":
                said.append(_named(_("What matters most"), _list(map(kind_title, now))))
            case "gather":
                said.append(_named(_("Gather split orders"), wait_words(now)))
            case "double_opt_in":
                said.append(_named(_("Ask twice before marketing"), switch_words(enabled=now)))
            case "prices":
                said.append(_named(_("Prices"), _list(_prices(now, payload["currency"]))))
    return " · ".join(said)


def _named(name: str, value: str) -> str:
    return f"{name}: {value or '–'}"


def _prices(prices: Mapping[str, int], currency: str) -> list[str]:
    return [
        f"{Medium(medium).label} {formats.money(Money(amount, currency))}"
        for medium, amount in prices.items()
    ]


def _list(words: Iterable[str]) -> str:
    return str(pgettext("between items of a list", ", ")).join(words) or "–"
