"""The addresses at which the outside world reaches us, and at which staff connect it."""

from django.urls import URLPattern, path

from integrations import dashboard
from integrations.easypost import webhooks as easypost
from integrations.outgoing import urls as outgoing
from integrations.shopify import webhooks as shopify

dashboard_urls: list[URLPattern] = [
    *outgoing.dashboard_urls,
    path("settings/connections/", dashboard.connection_list, name="connection_list"),
    path(
        "settings/connections/<slug:service>/connect/",
        dashboard.connection_connect,
        name="connection_connect",
    ),
    path(
        "settings/connections/<str:connection_id>/light/",
        dashboard.connection_light,
        name="connection_light",
    ),
    path(
        "settings/connections/<str:connection_id>/end/",
        dashboard.connection_end,
        name="connection_end",
    ),
]
webhook_urls: list[URLPattern] = [
    path("shopify/", shopify.receive, name="shopify"),
    path("easypost/<str:connection_id>/", easypost.receive, name="easypost"),
]
api_urls: list[URLPattern] = [*outgoing.api_urls]
