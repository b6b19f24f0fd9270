"""The addresses of imports."""

from django.urls import URLPattern, path

from integrations.spreadsheets import dashboard

ROOT = "settings/import/"
ONE = f"{ROOT}<str:import_id>/"

dashboard_urls: list[URLPattern] = [
    path(ROOT, dashboard.import_list, name="import_list"),
    path(f"{ROOT}samples/<slug:sample>.csv", dashboard.import_sample, name="import_sample"),
    path(f"{ROOT}stock/", dashboard.stock_owner_choose, name="stock_owner"),
    path(ONE, dashboard.import_detail, name="import_detail"),
    path(f"{ONE}progress/", dashboard.import_progress, name="import_progress"),
    path(f"{ONE}start/", dashboard.import_start, name="import_start"),
    path(f"{ONE}stop/", dashboard.import_stop, name="import_stop"),
    path(f"{ONE}undo/", dashboard.import_undo, name="import_undo"),
    path(f"{ONE}lines.csv", dashboard.import_problems, name="import_problems"),
]
