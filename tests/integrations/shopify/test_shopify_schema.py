"""Every request of ours is valid against the committed subset of Shopify's schema."""

from pathlib import Path

import pytest
from graphql import OperationDefinitionNode, build_schema, parse, validate

from integrations.shopify.client import API_VERSION, OPERATIONS, read_operation
from integrations.shopify.fake import bulk
from integrations.shopify.fake.engine import SCHEMA
from integrations.shopify.fake.mutations import KEY_REQUIRED, RESOLVERS
from integrations.shopify.fake.queries import RESOLVERS as QUERIES
from integrations.shopify.fake.shop import SCOPES as GRANTED
from integrations.shopify.scopes import SCOPES, missing
from integrations.shopify.subscriptions import TOPICS

NAMES = sorted(path.stem for path in OPERATIONS.glob("*.graphql"))


@pytest.mark.parametrize("name", NAMES)
def test_an_operation_is_valid(name: str) -> None:
    document = parse(read_operation(name))
    assert not validate(build_schema(SCHEMA.read_text("utf-8")), document)
    # Its name is known to the limits and the logs.
    first = next(one for one in document.definitions if isinstance(one, OperationDefinitionNode))
    assert first.name is not None
    assert first.name.value.lower() == name.replace("_", "")


def test_a_field_shopify_lacks_is_found() -> None:
    document = parse("{ orders(first: 1) { nodes { totalPrice } } }")
    assert validate(build_schema(SCHEMA.read_text("utf-8")), document)


def test_every_operation_is_used() -> None:
    code = "".join(path.read_text("utf-8") for path in Path(OPERATIONS).parent.rglob("*.py"))
    kinds = ("products", "customers", "orders")
    by_kind = {*kinds, *(f"{kind}_bulk" for kind in kinds)}
    assert [name for name in NAMES if f'"{name}"' not in code and name not in by_kind] == []


@pytest.mark.parametrize("name", sorted(KEY_REQUIRED))
def test_what_needs_a_key_has_one(name: str) -> None:
    sent = [read_operation(one) for one in NAMES if f" {name}(" in read_operation(one)]
    assert sent
    assert all("@idempotent(key: $key)" in document for document in sent)


def test_the_schema_names_its_source_and_the_pinned_version() -> None:
    head = SCHEMA.read_text("utf-8")[:400]
    assert SCHEMA.name == f"{API_VERSION}.graphql"
    assert f"https://shopify.dev/docs/api/admin-graphql/{API_VERSION}" in head
    assert "2026-11-22" in head


def test_the_stand_in_answers_every_field_of_the_subset() -> None:
    schema = build_schema(SCHEMA.read_text("utf-8"))
    assert schema.query_type is not None
    assert schema.mutation_type is not None
    assert set(schema.query_type.fields) == set(QUERIES)
    assert set(schema.mutation_type.fields) == set(RESOLVERS)


def test_every_topic_is_one_of_shopifys() -> None:
    schema = build_schema(SCHEMA.read_text("utf-8"))
    known = schema.type_map["WebhookSubscriptionTopic"].values  # type: ignore[attr-defined]
    assert {topic.upper().replace("/", "_") for topic in TOPICS} == set(known)


def test_scopes_that_write_may_read() -> None:
    assert missing(list(GRANTED)) == []
    assert missing([one for one in SCOPES if one != "read_orders"]) == []
    assert missing([one for one in SCOPES if one != "write_orders"]) == ["write_orders"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("{ orders { edges { node { id } } } }", ""),
        ("{ shop { id } }", "at least one connection"),
        ("mutation { orderCancel { job { id } } }", "Invalid bulk query"),
        (
            "{ orders { edges { node { fulfillments { fulfillmentLineItems { edges "
            "{ node { id } } } } } } } }",
            "connection field within a list",
        ),
    ],
)
def test_bulk_queries_are_held_to_shopifys_limits(query: str, words: str) -> None:
    refused = bulk.refused(build_schema(SCHEMA.read_text("utf-8")), parse(query))
    assert words in refused
    assert bool(words) == bool(refused)
