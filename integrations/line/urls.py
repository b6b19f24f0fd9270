"""The addresses at which shoppers link their LINE account."""

from django.urls import URLPattern, path

from integrations.line import site

site_urls: list[URLPattern] = [
    path("line/<str:token>/", site.line_account, name="line_account"),
    path("line/<str:token>/code/", site.line_code, name="line_code"),
    path("line/<str:token>/link/", site.line_link, name="line_link"),
    path("line/<str:token>/unlink/", site.line_unlink, name="line_unlink"),
    path("t/<str:token>/line/", site.line_order, name="line_order"),
    path("t/<str:token>/line/message/", site.line_message, name="line_message"),
    path("t/<str:token>/line/unlink/", site.line_order_unlink, name="line_order_unlink"),
]
