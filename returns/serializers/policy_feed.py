"""A policy for machines: schema.org's MerchantReturnPolicy, and the `policies[]` of UCP.

Vocabulary: https://schema.org/MerchantReturnPolicy, and the policy type
`dev.ucp.shopping.policy.return` of the Universal Commerce Protocol. Both say what the engine
answers for an order placed now; what they have no word for stands in the description.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from commerce.links import site_url
from postexp.design import formats
from postexp.kernel.money import Money
from returns.enums import FactName, Fault, Outcome, ReturnMethod, Slot, StartEvent
from returns.models import PolicyVersion
from returns.rules.methods import open_methods
from returns.rules.policy import Engine, Policy
from returns.rules.withdrawals import COUNTRIES
from returns.selectors.parcels import offered_methods
from returns.serializers.policy_text import write_policy
from returns.serializers.public_terms import (
    PRODUCT_FACTS,
    Asked,
    PublicTerms,
    countries_named,
    public_rules,
    public_terms,
    season_of,
)

if TYPE_CHECKING:
    from commerce.models import Merchant, Product

UCP_RETURN = "dev.ucp.shopping.policy.return"
SCHEMA = "https://schema.org"
_REFUND_TYPES = {
    Outcome.REFUND: f"{SCHEMA}/FullRefund",
    Outcome.EXCHANGE: f"{SCHEMA}/ExchangeRefund",
    Outcome.STORE_CREDIT: f"{SCHEMA}/StoreCreditRefund",
}
_RESOLUTIONS = {
    Outcome.REFUND: "original_payment_method",
    Outcome.EXCHANGE: "exchange",
    Outcome.STORE_CREDIT: "store_credit",
}
_METHODS = {"by_mail": f"{SCHEMA}/ReturnByMail", "in_store": f"{SCHEMA}/ReturnInStore"}
_ANCHORS = {
    StartEvent.DELIVERED: "delivered",
    StartEvent.SHIPPED: "shipped",
    StartEvent.PLACED: "purchased",
}
_FINITE = f"{SCHEMA}/MerchantReturnFiniteReturnWindow"
_NONE = f"{SCHEMA}/MerchantReturnNotPermitted"


@dataclass(frozen=True, kw_only=True)
class _Group:
    """Countries for which a policy comes to the same terms."""

    countries: list[str]
    remorse: PublicTerms


def describe_in_schema(
    version: PolicyVersion, *, merchant: Merchant, language: str, at: datetime
) -> dict[str, Any]:
    """Return a version as JSON-LD: the shop with a MerchantReturnPolicy per group of countries.

    Besides the shop's own country these are those its rules name, and those with a right of
    withdrawal. `merchantReturnDays` is that of a refund where one is offered.
    """
    policy = version.policy
    engine, asked = Engine(policy), _asked(merchant, at)
    countries = [
        merchant.country,
        *sorted((countries_named(policy) | COUNTRIES) - {merchant.country}),
    ]
    groups: list[_Group] = []
    for country in countries:
        remorse = public_terms(engine, replace(asked, country=country), fault=Fault.SHOPPER)
        same = next((one for one in groups if one.remorse == remorse), None)
        if same is None:
            groups.append(_Group(countries=[country], remorse=remorse))
        else:
            same.countries.append(country)
    url = site_url(merchant, "site:policy", language)
    return {
        "@context": SCHEMA,
        "@type": "OnlineStore",
        "name": merchant.name_in(language),
        **({"url": merchant.site_url} if merchant.site_url else {}),
        "hasMerchantReturnPolicy": [
            _in_schema(policy, engine, group, asked=asked, merchant=merchant, url=url)
            for group in groups
        ],
    }


def _in_schema(
    policy: Policy,
    engine: Engine,
    group: _Group,
    *,
    asked: Asked,
    merchant: Merchant,
    url: str,
) -> dict[str, Any]:
    terms = group.remorse
    told: dict[str, Any] = {
        "@type": "MerchantReturnPolicy",
        "applicableCountry": group.countries,
        "returnPolicyCountry": merchant.country,
        "merchantReturnLink": url,
        **_category(terms),
    }
    if not terms.returnable:
        return told
    told |= {
        "returnMethod": _method(terms),
        "refundType": [_REFUND_TYPES[outcome] for outcome in Outcome if outcome in terms.days],
        "itemDefectReturnFees": f"{SCHEMA}/FreeReturn",
        **_remorse_fees(terms, merchant.currency),
    }
    if terms.restocking:
        # A number is percent of the price that was paid.
        told["restockingFee"] = terms.restocking / 100
    seasons = _seasons(policy, engine, replace(asked, country=group.countries[0]), terms)
    return {**told, "returnPolicySeasonalOverride": seasons} if seasons else told


def _category(terms: PublicTerms) -> dict[str, Any]:
    if not terms.returnable:
        return {"returnPolicyCategory": _NONE}
    return {"returnPolicyCategory": _FINITE, "merchantReturnDays": _main_days(terms)}


def _main_days(terms: PublicTerms) -> int:
    return terms.days.get(Outcome.REFUND, terms.longest)


def _method(terms: PublicTerms) -> str | list[str]:
    names = [_METHODS[kind] for kind in _kinds(terms)]
    return names if len(names) > 1 else names[0]


def _kinds(terms: PublicTerms) -> list[str]:
    """Return by what goods come back that the policy allows and the shop offers.

    Where it offers none of what is allowed, staff say how a parcel is sent.
    """
    ways = open_methods(offered_methods(), [terms.methods])
    in_store = ReturnMethod.IN_STORE in ways
    mailed = any(way is not ReturnMethod.IN_STORE for way in ways)
    return [*(["by_mail"] if mailed or not ways else []), *(["in_store"] if in_store else [])]


def _remorse_fees(terms: PublicTerms, currency: str) -> dict[str, Any]:
    """Return who pays for sending back by choice; nothing where the policy leaves it to words."""
    if terms.postage:
        amount = Money(terms.postage, currency).to_wire()["amount"]
        return {
            "customerRemorseReturnFees": f"{SCHEMA}/ReturnShippingFees",
            "customerRemorseReturnShippingFeesAmount": {
                "@type": "MonetaryAmount",
                "currency": currency,
                "value": amount,
            },
        }
    return {"customerRemorseReturnFees": f"{SCHEMA}/FreeReturn"} if terms.free else {}


def _seasons(
    policy: Policy, engine: Engine, asked: Asked, usual: PublicTerms
) -> list[dict[str, Any]]:
    """Return the seasons whose orders have other days, those that are over left out."""
    found = []
    for rule in public_rules(policy):
        season = season_of(rule)
        if season is None or Slot.WINDOW not in rule.effects or season[1] < asked.placed_on:
            continue
        terms = public_terms(engine, replace(asked, placed_on=season[0]), fault=Fault.SHOPPER)
        if terms == usual and asked.placed_on < season[0]:
            continue
        until = terms.not_before.get(Outcome.REFUND)
        found.append(
            {
                "@type": "MerchantReturnPolicySeasonalOverride",
                "startDate": season[0].isoformat(),
                "endDate": season[1].isoformat(),
                "returnPolicyCategory": _FINITE,
                "merchantReturnDays": until.isoformat() if until else _main_days(terms),
            }
        )
    return found


def feed_for_agents(
    version: PolicyVersion,
    *,
    merchant: Merchant,
    products: Iterable[Product],
    language: str,
    country: str,
    at: datetime,
) -> dict[str, Any]:
    """Return a version as UCP's `policies[]` for a catalogue, with the warnings to be disclosed.

    The first policy holds for everything; `products` with terms of their own have one more, each
    product at most once, so that no two policies contest it. Amounts are minor units.
    """
    engine = Engine(version.policy)
    asked = replace(_asked(merchant, at), country=country)
    usual = public_terms(engine, asked, fault=Fault.SHOPPER)
    text = write_policy(version.policy, merchant=merchant, language=language)
    url = site_url(merchant, "site:policy", language)
    groups: list[tuple[PublicTerms, list[str]]] = []
    for product in products:
        terms = public_terms(
            engine, replace(asked, product=product_facts(product)), fault=Fault.SHOPPER
        )
        if terms == usual:
            continue
        same = next((paths for one, paths in groups if one == terms), None)
        if same is None:
            groups.append((terms, same := []))
        same.append(_path(product))
    with translation.override(language):
        policies = [_for_agents(usual, merchant.currency, words=text.short, url=url)]
        messages = []
        for terms, paths in groups:
            words = _words(terms, merchant.currency)
            own = _for_agents(terms, merchant.currency, words=words, url=url)
            policies.append({**own, "applies_to": paths})
            if not terms.returnable:
                messages += [_disclosure(path, words) for path in paths]
    return {
        "policies": policies,
        "messages": messages,
        "version": version.number,
        "hash": version.hash,
    }


def asks_about_products(policy: Policy) -> bool:
    """Whether a policy has terms of their own for some products, final sales aside."""
    return bool(Engine(policy).asks & PRODUCT_FACTS)


def product_facts(product: Product) -> dict[str, Any]:
    """Return what is known of a product before it is bought, as the facts of a line."""
    return {
        FactName.PRODUCT.value: product.external_id,
        FactName.CATEGORY.value: product.category,
        FactName.PRODUCT_TYPE.value: product.product_type or None,
        FactName.VENDOR.value: product.vendor or None,
        FactName.PRODUCT_TAGS.value: list(product.tags),
        FactName.FINAL_SALE.value: product.final_sale,
    }


def _asked(merchant: Merchant, at: datetime) -> Asked:
    return Asked(
        country=merchant.country,
        currency=merchant.currency,
        zone=merchant.time_zone,
        at=at,
        placed_on=at.astimezone(merchant.zone).date(),
    )


def _for_agents(terms: PublicTerms, currency: str, *, words: str, url: str) -> dict[str, Any]:
    told: dict[str, Any] = {"type": UCP_RETURN, "description": {"plain": words}, "url": url}
    if not terms.returnable:
        return {**told, "final_sale": True}
    told |= {
        "window": {"days": _main_days(terms), "anchor": _ANCHORS[terms.start]},
        "supported_resolutions": [
            _RESOLUTIONS[outcome] for outcome in Outcome if outcome in terms.days
        ],
        "methods": [_method_for_agents(kind, terms, currency) for kind in _kinds(terms)],
    }
    if terms.restocking:
        told["restocking_fee"] = {
            "percentage_bps": terms.restocking,
            "display_text": _("Restocking fee"),
        }
    return told


def _method_for_agents(kind: str, terms: PublicTerms, currency: str) -> Mapping[str, Any]:
    method: dict[str, Any] = {"type": kind}
    if terms.postage:
        fee = {
            "type": "fixed_fee",
            "amount": terms.postage,
            "display_text": _("%(sum)s for postage is taken off")
            % {"sum": formats.money(Money(terms.postage, currency))},
        }
        return {**method, "fee": fee}
    return {**method, "fee": {"type": "free"}} if terms.free else method


def _words(terms: PublicTerms, currency: str) -> str:
    if not terms.returnable:
        return _("This was a final sale. It can only be returned if it is faulty.")
    days = _("Within %(days)s days.") % {"days": _main_days(terms)}
    if not terms.postage:
        return days
    postage = formats.money(Money(terms.postage, currency))
    return f"{days} {_('%(sum)s for postage is taken off') % {'sum': postage}}"


def _path(product: Product) -> str:
    escaped = product.external_id.replace("\\", "\\\\").replace("'", "\\'")
    return f"$.products[?@.id=='{escaped}']"


def _disclosure(path: str, words: str) -> dict[str, str]:
    return {
        "type": "warning",
        "code": UCP_RETURN,
        "path": path,
        "presentation": "disclosure",
        "content": words,
    }
