"""What commerce shows in the frame of every page, and how its events read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from commerce import events, selectors
from commerce.access import StaffRequest
from commerce.enums import DisputeState, Right, SettingsGroup
from commerce.models import Merchant
from commerce.selectors.invitations import list_open_invitations
from commerce.selectors.picks import line_progress
from commerce.selectors.search import find_customers
from commerce.selectors.setup import count_members, setup_progress
from commerce.serializers.acts import (
    answered_in_words,
    exported_in_words,
    factor_in_words,
    invited_in_words,
)
from commerce.services.sandboxes import is_sandbox
from postexp.kernel import clock, doctor, slots
from postexp.kernel.history import describe, rows_that_failed

FOUND = 6


def found_orders(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The orders a search finds, as lines of the command bar."""
    orders = selectors.list_orders(search=context["q"])[:FOUND]
    if not orders:
        return ""
    return render_to_string("commerce/search/_orders.html", {"orders": orders}, request)


def pick_action(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The button that says an order was picked, while anything of it is still on the shelf."""
    staff = cast(StaffRequest, request)
    order = selectors.get_order(context["order_id"])
    if order.cancelled_at is not None or not staff.membership.may(Right.RECEIVE):
        return ""
    progress = line_progress(order)
    shelf = [line for line in selectors.list_lines(order) if line.requires_shipping]
    if not any(progress[line.pk].stoppable for line in shelf):
        return ""
    return render_to_string("commerce/orders/_picked.html", {"order": order}, request)


def found_customers(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The customers a search finds, as lines of the command bar."""
    country = cast(StaffRequest, request).merchant.country
    found = find_customers(context["q"], country=country, limit=FOUND)
    if not found:
        return ""
    named = [(customer, customer.full_name(context["locale"])) for customer in found]
    return render_to_string("commerce/search/_customers.html", {"customers": named}, request)


def _command(request: HttpRequest, name: str, label: str, icon: str) -> dict[str, Any]:
    """A command of the bar that leads to a page of those who may configure."""
    staff = cast(StaffRequest, request)
    if not staff.membership.may(Right.CONFIGURE):
        return {}
    url = reverse(f"dashboard:{name}", args=[staff.merchant.slug])
    return {"url": url, "label": label, "icon": icon}


def invite_command(request: HttpRequest) -> dict[str, Any]:
    """Bring someone in."""
    return _command(request, "staff_list", gettext("Invite someone"), "send")


def key_command(request: HttpRequest) -> dict[str, Any]:
    """Let a program in."""
    return _command(request, "key_list", gettext("Create an API key"), "key-round")


def security_command(request: HttpRequest) -> dict[str, Any]:
    """How the person signs in."""
    return {
        "url": reverse("mfa_index"),
        "label": gettext("Account security"),
        "icon": "shield-check",
    }


def _entry(
    request: HttpRequest,
    name: str,
    label: str,
    icon: str,
    key: str,
    count: QuerySet[Any, Any] | None = None,
) -> dict[str, Any]:
    staff = cast(StaffRequest, request)
    url = reverse(f"dashboard:{name}", args=[staff.merchant.slug])
    home = name == "home"
    return {
        "url": url,
        "label": label,
        "icon": icon,
        "active": request.path == url if home else request.path.startswith(url),
        "count": count,
        "key": key,
    }


def home_entry(request: HttpRequest) -> dict[str, Any]:
    """What needs doing now."""
    return _entry(request, "home", gettext("Home"), "house", "h")


def orders_entry(request: HttpRequest) -> dict[str, Any]:
    """The orders."""
    return _entry(request, "order_list", gettext("Orders"), "shopping-bag", "o")


def customers_entry(request: HttpRequest) -> dict[str, Any]:
    """The customers."""
    return _entry(request, "customer_list", gettext("Customers"), "user-round", "c")


def events_entry(request: HttpRequest) -> dict[str, Any]:
    """The event log, with how much of it failed."""
    failed = rows_that_failed()
    return _entry(request, "event_list", gettext("Events"), "activity", "e", failed)


def settings_entry(request: HttpRequest) -> dict[str, Any]:
    """The settings, for those who may change them."""
    if not cast(StaffRequest, request).membership.may(Right.CONFIGURE):
        return {}
    return _entry(request, "settings", gettext("Settings"), "settings", "s")


def _tab(request: HttpRequest, group: SettingsGroup, name: str, label: str) -> dict[str, Any]:
    entry = _entry(request, name, label, "", "")
    return {"url": entry["url"], "label": label, "active": entry["active"], "group": group}


def shop_tab(request: HttpRequest) -> dict[str, Any]:
    """Names, languages, contacts."""
    tab = _tab(request, SettingsGroup.SHOP, "settings", pgettext("settings", "Shop"))
    return {**tab, "active": request.path == tab["url"]}


def theme_tab(request: HttpRequest) -> dict[str, Any]:
    """The look of the shopper's pages."""
    return _tab(request, SettingsGroup.PAGES, "theme", pgettext("settings", "Theme"))


def sending_tab(request: HttpRequest) -> dict[str, Any]:
    """In whose name mail goes out."""
    return _tab(request, SettingsGroup.MESSAGES, "sending", pgettext("settings", "Sender"))


def health_tab(request: HttpRequest) -> dict[str, Any]:
    """Whether everything works, or what to do."""
    return _tab(request, SettingsGroup.SHOP, "health", pgettext("settings", "Health"))


def staff_tab(request: HttpRequest) -> dict[str, Any]:
    """Who may enter."""
    return _tab(request, SettingsGroup.PEOPLE, "staff_list", pgettext("settings", "Staff"))


def domain_tab(request: HttpRequest) -> dict[str, Any]:
    """The shopper pages under the shop's own name."""
    return _tab(request, SettingsGroup.PAGES, "domain", pgettext("settings", "Domain"))


def audit_tab(request: HttpRequest) -> dict[str, Any]:
    """What staff did."""
    return _tab(request, SettingsGroup.PEOPLE, "audit_log", pgettext("settings", "Audit log"))


def data_tab(request: HttpRequest) -> dict[str, Any]:
    """All data of the shop, and its end; for owners."""
    if not cast(StaffRequest, request).membership.may(Right.ERASE):
        return {}
    return _tab(request, SettingsGroup.DATA, "data_settings", pgettext("settings", "Your data"))


def keys_tab(request: HttpRequest) -> dict[str, Any]:
    """The keys of programs."""
    return _tab(request, SettingsGroup.CONNECTIONS, "key_list", pgettext("settings", "API keys"))


def setup_list(request: StaffRequest) -> str:
    """The list of first steps on the home page, until it is put away.

    Demo and test shops have none: there is nothing to move in.
    """
    if (
        request.merchant.is_demo
        or is_sandbox(request.merchant)
        or not request.membership.may(Right.CONFIGURE)
    ):
        return ""
    if setup_progress().put_away_at is not None:
        return ""
    steps = slots.entries("setup_steps", request)
    return render_to_string(
        "commerce/setup/_home.html",
        {
            "steps": steps,
            "done": sum(step["done"] for step in steps),
            "ill": count_ill(request.merchant),
            "offers": slots.collect("setup_offers", request, {}),
        },
        request,
    )


def count_ill(merchant: Merchant) -> int:
    """Return how many things the shop's health page asks to be done."""
    findings = doctor.examine_shop(merchant, at=clock.now())
    return sum(finding.state != doctor.GOOD for finding in findings)


def theme_step(request: HttpRequest) -> dict[str, Any]:
    """First step: the look of the shopper's pages."""
    merchant = cast(StaffRequest, request).merchant
    return {
        "title": gettext("Choose your look"),
        "text": gettext("Colour and logo of your shopper pages and messages, always readable."),
        "done": bool(merchant.theme),
        "ways": [
            {"label": gettext("Theme"), "url": reverse("dashboard:theme", args=[merchant.slug])}
        ],
    }


def page_step(request: HttpRequest) -> dict[str, Any]:
    """First step: seeing what a shopper sees."""
    merchant = cast(StaffRequest, request).merchant
    return {
        "title": gettext("Look at your shopper’s page"),
        "text": gettext("The page of your newest order, as the link in your messages opens it."),
        "done": setup_progress().page_seen_at is not None,
        "ways": [
            {
                "label": gettext("Open it"),
                "url": reverse("dashboard:setup_look", args=[merchant.slug]),
                "post": True,
                "new_tab": True,
            }
        ],
    }


def colleague_step(request: HttpRequest) -> dict[str, Any]:
    """First step: not being alone."""
    merchant = cast(StaffRequest, request).merchant
    return {
        "title": gettext("Invite a colleague"),
        "text": gettext("Each person gets their own log-in and role."),
        "done": count_members() > 1 or bool(list_open_invitations()),
        "ways": [
            {
                "label": pgettext("first step", "Invite"),
                "url": reverse("dashboard:staff_list", args=[merchant.slug]),
            }
        ],
    }


slots.register_entry("setup_steps", order=10, entry=theme_step)
slots.register_entry("setup_steps", order=30, entry=page_step)
slots.register_entry("setup_steps", order=70, entry=colleague_step)
slots.register_entry("nav", order=10, entry=home_entry)
slots.register_entry("nav", order=20, entry=orders_entry)
slots.register_entry("nav", order=45, entry=customers_entry)
slots.register_entry("nav", order=60, entry=events_entry)
slots.register_entry("nav", order=90, entry=settings_entry)
slots.register_entry("settings", order=10, entry=shop_tab)
slots.register_entry("settings", order=20, entry=theme_tab)
slots.register_entry("settings", order=25, entry=sending_tab)
slots.register_entry("settings", order=95, entry=health_tab)
slots.register_entry("settings", order=92, entry=data_tab)
slots.register_entry("settings", order=25, entry=domain_tab)
slots.register_entry("settings", order=80, entry=staff_tab)
slots.register_entry("settings", order=85, entry=audit_tab)
slots.register_entry("settings", order=90, entry=keys_tab)
slots.register("search", name="commerce.orders", order=10, render=found_orders)
slots.register("order_actions", name="commerce.picked", order=10, render=pick_action)
slots.register("search", name="commerce.customers", order=15, render=found_customers)
slots.register_entry("commands", order=10, entry=invite_command)
slots.register_entry("commands", order=20, entry=key_command)
slots.register_entry("commands", order=90, entry=security_command)

describe(
    events.OrderPlaced,
    _("Order placed"),
    icon="shopping-bag",
    tone="accent",
    detail=lambda payload: payload["number"],
)
describe(events.OrderChanged, _("Order updated"), icon="refresh-cw")
describe(
    events.OrderCancelled,
    _("Order cancelled"),
    icon="ban",
    tone="attention",
    detail=lambda payload: payload["reason"],
)
describe(
    events.OrderPicked,
    pgettext_lazy("what happened to an order", "Picked in the warehouse"),
    icon="package-check",
)
describe(events.FulfilmentRecorded, _("Goods handed to the carrier"), icon="package")
describe(events.RefundRecorded, _("Refund made on the platform"), icon="banknote")
describe(
    events.RefundCameBack,
    _("Refund made on the platform did not arrive"),
    icon="triangle-alert",
    tone="problem",
)
describe(
    events.DisputeChanged,
    _("Chargeback"),
    icon="triangle-alert",
    tone="attention",
    detail=lambda payload: str(DisputeState(payload["state"]).label),
)
describe(events.MerchantChanged, _("Settings changed"), icon="settings")
describe(events.ShopOpened, _("Shop opened"), icon="store", tone="accent")
describe(
    events.SandboxOpened,
    _("Test shop opened"),
    icon="store",
    detail=lambda payload: payload["detail"],
)
describe(events.ShopperPageSeen, _("Shopper’s page looked at"), icon="eye")
describe(events.SetupPutAway, _("First steps put away"), icon="check")
describe(events.StaffChanged, _("Staff changed"), icon="users")
describe(
    events.StaffInvited,
    _("Staff invited"),
    icon="mail",
    detail=invited_in_words,
)
describe(
    events.InvitationEnded,
    _("Invitation answered or withdrawn"),
    icon="mail",
    detail=answered_in_words,
)
describe(
    events.StaffSecurityChanged,
    _("Sign-in changed"),
    icon="shield-check",
    detail=factor_in_words,
)
describe(
    events.StaffReplayed,
    _("Run again by staff"),
    icon="rotate-ccw",
    detail=lambda payload: payload["handler"] or payload["target"],
)
describe(
    events.StaffSkipped,
    _("Given up by staff"),
    icon="x",
    detail=lambda payload: payload["handler"],
)
describe(events.ApiKeyChanged, _("API key changed"), icon="key-round")
describe(
    events.PrivacyRequested, _("Privacy request received"), icon="shield-check", tone="attention"
)
describe(events.PrivacyAnswered, _("Privacy request answered"), icon="shield-check", tone="good")
describe(events.CustomerExported, _("Customer’s data exported"), icon="file-text")
describe(events.CustomerErased, _("Customer’s data erased"), icon="trash-2")
describe(events.CustomerRemoved, _("Customer removed with an import"), icon="undo-2")
describe(events.OrderRemoved, _("Order removed with an import"), icon="undo-2")
describe(events.FulfilmentRemoved, _("Shipment removed with an import"), icon="undo-2")
describe(events.ShopExported, _("Export of all data asked for"), icon="archive")
describe(events.DataDownloaded, _("File of data downloaded"), icon="download")
describe(
    events.ListExported,
    _("List exported"),
    icon="download",
    detail=exported_in_words,
)
describe(events.StockOwnerChanged, _("Another one counts the stock"), icon="warehouse")
describe(events.StoreCreditChanged, _("Store credit changed"), icon="wallet")
describe(events.PromoCodeWanted, _("Promo code made"), icon="gift")
describe(
    events.PromoCodeToEnter,
    _("Promo code to be entered in the shop"),
    icon="gift",
    tone="attention",
)
describe(events.PromoCodeChanged, _("Promo code: how it stands in the shop"), icon="gift")
describe(events.PromoCodeUsed, _("Promo code used"), icon="gift", tone="good")
describe(events.PromoTermsChanged, _("What promo codes give was changed"), icon="gift")
