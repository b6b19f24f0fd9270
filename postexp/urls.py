"""Every address of the product. Rooms offer lists; this file only mounts them."""

from importlib import import_module
from types import ModuleType

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path, register_converter
from drf_spectacular.views import SpectacularJSONAPIView

from commerce.api_base import NoSuchAddress
from commerce.domains import ShopConverter
from postexp.kernel import metrics

register_converter(ShopConverter, "shop")

ROOMS: list[ModuleType] = [
    import_module(f"{room}.urls")
    for room in ("commerce", "notifications", "tracking", "returns", "integrations")
]


def gathered(face: str) -> list[URLPattern | URLResolver]:
    """Return what all rooms offer for one face."""
    return [url for room in ROOMS for url in getattr(room, face, [])]


# Operators come in by the door that counts tries, as everyone does.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = [
    # First, for nothing is asked as often in a burst.
    path("webhooks/", include((gathered("webhook_urls"), "webhooks"))),
    path("d/<slug:slug>/", include((gathered("dashboard_urls"), "dashboard"))),
    path("<shop:slug>", include((gathered("site_urls"), "site"))),
    path("api/v1/openapi.json", SpectacularJSONAPIView.as_view(), name="openapi"),
    path("api/v1/", include((gathered("api_urls"), "api"))),
    re_path("^api/v1/", NoSuchAddress.as_view()),
    path("", include(gathered("root_urls"))),
    path("", include("postexp.design.urls")),
    path("health/", include("postexp.kernel.urls")),
    path("metrics", metrics.metrics, name="metrics"),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path(settings.ADMIN_PATH, admin.site.urls),
]
