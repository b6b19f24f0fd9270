"""The addresses returns offers to each face."""

from returns.urls.api import api_urls
from returns.urls.dashboard import dashboard_urls
from returns.urls.site import site_urls

__all__ = ["api_urls", "dashboard_urls", "site_urls"]
