"""The addresses at which staff choose templates."""

from django.urls import URLPattern, path

from integrations.whatsapp import dashboard

ROOT = "settings/whatsapp/"
CHOICE = f"{ROOT}<str:kind>/<str:locale>/"

dashboard_urls: list[URLPattern] = [
    path(ROOT, dashboard.template_list, name="whatsapp_templates"),
    path(f"{ROOT}read/", dashboard.template_read, name="whatsapp_read"),
    path(CHOICE, dashboard.template_choice, name="whatsapp_choice"),
    path(f"{CHOICE}make/", dashboard.template_make, name="whatsapp_make"),
    path(f"{CHOICE}drop/", dashboard.template_drop, name="whatsapp_drop"),
]
