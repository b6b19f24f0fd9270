"""The addresses at which the outside world reaches us, and at which staff connect it."""

from django.urls import URLPattern, path

from integrations import dashboard
from integrations.aftership.webhooks import receive_aftership
from integrations.demo import dashboard as demo
from integrations.easypost.webhooks import receive_easypost
from integrations.embed import urls as embed
from integrations.generic.webhooks import receive_generic
from integrations.line import urls as line
from integrations.line.webhooks import receive_line
from integrations.mail.webhooks import receive_mail
from integrations.outgoing import urls as outgoing
from integrations.polling import urls as polling
from integrations.seventeentrack.webhooks import receive_seventeentrack
from integrations.shippo.webhooks import receive_shippo
from integrations.shopify import webhooks as shopify
from integrations.spreadsheets import urls as spreadsheets
from integrations.stripe.webhooks import receive_stripe
from integrations.twilio.webhooks import receive_twilio
from integrations.whatsapp import urls as whatsapp
from integrations.whatsapp.webhooks import receive_whatsapp

dashboard_urls: list[URLPattern] = [
    path("demo/fill/", demo.demo_fill, name="demo_fill"),
    path("demo/remove/", demo.demo_remove, name="demo_remove"),
    path("demo/", demo.demo_banner, name="demo_banner"),
    *outgoing.dashboard_urls,
    *embed.dashboard_urls,
    *spreadsheets.dashboard_urls,
    *polling.dashboard_urls,
    *whatsapp.dashboard_urls,
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
        "settings/connections/<str:connection_id>/check/",
        dashboard.connection_check,
        name="connection_check",
    ),
    path(
        "settings/connections/<str:connection_id>/scans/",
        dashboard.connection_scans,
        name="connection_scans",
    ),
    path(
        "settings/connections/<str:connection_id>/history/",
        dashboard.connection_history,
        name="connection_history",
    ),
    path(
        "settings/connections/<str:connection_id>/history/start/",
        dashboard.connection_history_act,
        {"act": "start"},
        name="connection_history_start",
    ),
    path(
        "settings/connections/<str:connection_id>/history/pause/",
        dashboard.connection_history_act,
        {"act": "pause"},
        name="connection_history_pause",
    ),
    path(
        "settings/connections/<str:connection_id>/history/cancel/",
        dashboard.connection_history_act,
        {"act": "cancel"},
        name="connection_history_cancel",
    ),
    path(
        "settings/connections/<str:connection_id>/end/",
        dashboard.connection_end,
        name="connection_end",
    ),
]
webhook_urls: list[URLPattern] = [
    path("shopify/", shopify.receive, name="shopify"),
    path("easypost/<str:connection_id>/", receive_easypost, name="easypost"),
    path("aftership/<str:connection_id>/", receive_aftership, name="aftership"),
    path("shippo/<str:connection_id>/", receive_shippo, name="shippo"),
    path("17track/<str:connection_id>/", receive_seventeentrack, name="seventeentrack"),
    path("generic/<str:connection_id>/", receive_generic, name="generic"),
    path("stripe/<str:connection_id>/", receive_stripe, name="stripe"),
    path("twilio/<str:connection_id>/", receive_twilio, name="twilio"),
    path("mail/<slug:provider>/<slug:kind>/", receive_mail, name="mail"),
    path("mail/<slug:provider>/<slug:kind>/<slug:merchant_id>/", receive_mail, name="mail_of_shop"),
    path("line/<str:connection_id>/", receive_line, name="line"),
    path("whatsapp/<str:connection_id>/", receive_whatsapp, name="whatsapp"),
]
api_urls: list[URLPattern] = [*outgoing.api_urls]
site_urls: list[URLPattern] = [*embed.site_urls, *line.site_urls]
root_urls: list[URLPattern] = [*embed.root_urls]
