"""The addresses of the dashboard for accounts at carriers."""

from django.urls import URLPattern, path

from integrations.polling import dashboard

dashboard_urls: list[URLPattern] = [
    path(
        "settings/connections/<str:account_id>/pause/",
        dashboard.carrier_pause,
        name="carrier_pause",
    ),
    path(
        "settings/connections/<str:account_id>/resume/",
        dashboard.carrier_resume,
        name="carrier_resume",
    ),
    path(
        "settings/connections/<str:account_id>/limits/",
        dashboard.carrier_limits,
        name="carrier_limits",
    ),
]
