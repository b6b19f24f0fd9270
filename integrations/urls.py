"""The addresses at which the outside world reaches us."""

from django.urls import URLPattern, path

from integrations.shopify import webhooks as shopify

webhook_urls: list[URLPattern] = [
    path("shopify/", shopify.receive, name="shopify"),
]
