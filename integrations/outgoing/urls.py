"""The addresses of the webhooks."""

from django.urls import URLPattern, path

from integrations.outgoing import api, dashboard

ROOT = "settings/webhooks/"
ENDPOINT = f"{ROOT}<str:endpoint_id>/"
DELIVERY = f"{ENDPOINT}deliveries/<str:webhook_id>/"

dashboard_urls: list[URLPattern] = [
    path(ROOT, dashboard.endpoint_list, name="endpoint_list"),
    path(f"{ROOT}add/", dashboard.endpoint_add, name="endpoint_add"),
    path(ENDPOINT, dashboard.endpoint_detail, name="endpoint_detail"),
    path(f"{ENDPOINT}edit/", dashboard.endpoint_edit, name="endpoint_edit"),
    path(f"{ENDPOINT}test/", dashboard.endpoint_test, name="endpoint_test"),
    path(f"{ENDPOINT}switch/", dashboard.endpoint_switch, name="endpoint_switch"),
    path(f"{ENDPOINT}secret/", dashboard.endpoint_rotate, name="endpoint_rotate"),
    path(f"{ENDPOINT}delete/", dashboard.endpoint_delete, name="endpoint_delete"),
    path(f"{ENDPOINT}replay/", dashboard.endpoint_replay, name="endpoint_replay"),
    path(DELIVERY, dashboard.webhook_detail, name="webhook_detail"),
    path(f"{DELIVERY}replay/", dashboard.webhook_replay, name="webhook_replay"),
]
api_urls: list[URLPattern] = [
    path("webhook-endpoints", api.EndpointList.as_view(), name="endpoint_list"),
    path("webhook-endpoints/<str:endpoint_id>", api.EndpointDetail.as_view(), name="endpoint"),
    path(
        "webhook-endpoints/<str:endpoint_id>/rotate-secret",
        api.EndpointRotate.as_view(),
        name="endpoint_rotate",
    ),
    path(
        "webhook-endpoints/<str:endpoint_id>/test", api.EndpointTest.as_view(), name="endpoint_test"
    ),
    path(
        "webhook-endpoints/<str:endpoint_id>/replay",
        api.EndpointReplay.as_view(),
        name="endpoint_replay",
    ),
    path(
        "webhook-endpoints/<str:endpoint_id>/deliveries",
        api.DeliveryList.as_view(),
        name="endpoint_deliveries",
    ),
]
