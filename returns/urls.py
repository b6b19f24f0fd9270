"""The addresses returns offers to each face."""

from django.urls import URLPattern, path

from returns import site

dashboard_urls: list[URLPattern] = []
site_urls: list[URLPattern] = [
    path("returns/", site.returns_home, name="returns_home"),
    path("r/<str:token>/", site.return_start, name="return_start"),
    path("r/<str:token>/outcome/", site.return_outcome, name="return_outcome"),
    path("r/<str:token>/check/", site.return_check, name="return_check"),
    path("r/<str:token>/<str:return_id>/", site.return_status, name="return_status"),
    path("r/<str:token>/<str:return_id>/cancel/", site.return_cancel, name="return_cancel"),
    path("r/<str:token>/<str:return_id>/sent/", site.return_sent, name="return_sent"),
]
api_urls: list[URLPattern] = []
