"""The addresses tracking offers to each face."""

from django.urls import URLPattern, path

from tracking import site

dashboard_urls: list[URLPattern] = []
site_urls: list[URLPattern] = [
    path("", site.lookup, name="lookup"),
    path("code/", site.lookup_code, name="lookup_code"),
    path("status/<str:token>/", site.order_status, name="order_status"),
    path("t/<str:token>/", site.tracking_page, name="tracking_page"),
]
api_urls: list[URLPattern] = []
