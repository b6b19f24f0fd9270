"""Every address there is on a shop's own domain: its site, and the pictures on it."""

from django.urls import URLPattern, URLResolver, include, path

from commerce import site
from postexp.urls import gathered

urlpatterns: list[URLPattern | URLResolver] = [
    path("media/<path:path>", site.media, name="media"),
    path("<shop:slug>", include((gathered("site_urls"), "site"))),
]
