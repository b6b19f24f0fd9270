"""The addresses tracking offers to each face."""

from django.urls import URLPattern, path

from tracking import api, dashboard, site

dashboard_urls: list[URLPattern] = [
    path("parcels/", dashboard.shipment_list, name="shipment_list"),
    path("parcels/<str:shipment_id>/", dashboard.shipment_detail, name="shipment_detail"),
]
site_urls: list[URLPattern] = [
    path("", site.lookup, name="lookup"),
    path("code/", site.lookup_code, name="lookup_code"),
    path("status/<str:token>/", site.order_status, name="order_status"),
    path("t/<str:token>/", site.tracking_page, name="tracking_page"),
]
api_urls: list[URLPattern] = [
    path("shipments", api.ShipmentList.as_view(), name="shipment_list"),
    path("shipments/<str:shipment_id>", api.ShipmentDetail.as_view(), name="shipment_detail"),
    path("shipments/<str:shipment_id>/events", api.ShipmentScans.as_view(), name="shipment_scans"),
    path("tracking-events", api.ScanBatch.as_view(), name="tracking_events"),
]
