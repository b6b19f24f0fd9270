"""The addresses of the storefront script."""

from django.urls import URLPattern, path, re_path

from integrations.embed import dashboard, site

dashboard_urls: list[URLPattern] = [
    path("settings/storefront/", dashboard.embed_page, name="embed"),
]
site_urls: list[URLPattern] = [
    path("embed.json", site.words, name="embed_words"),
]
root_urls: list[URLPattern] = [
    path("embed/postexp.js", site.latest_script, name="embed_latest"),
    re_path(
        r"^embed/postexp\.(?P<digest>[0-9a-f]{16})\.js$", site.hashed_script, name="embed_hashed"
    ),
]
