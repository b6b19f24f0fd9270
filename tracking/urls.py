"""The addresses tracking offers to each face."""

from django.urls import URLPattern, path

from tracking import api, dashboard, site

dashboard_urls: list[URLPattern] = [
    path("attention/", dashboard.incident_list, name="incident_list"),
    path("attention/act/", dashboard.incident_act, name="incident_act"),
    path("attention/letter/", dashboard.incident_letter, name="incident_letter"),
    path("reports/delivery/", dashboard.delivery_report, name="delivery_report"),
    path("settings/parcels/", dashboard.tracking_settings, name="tracking_settings"),
    path("orders/<str:order_id>/delay/", dashboard.order_delay, name="order_delay"),
    path("orders/<str:order_id>/delay/end/", dashboard.order_delay_end, name="order_delay_end"),
    path("parcels/", dashboard.shipment_list, name="shipment_list"),
    path("parcels/codes/", dashboard.code_list, name="code_list"),
    path("parcels/codes/<str:code_id>/", dashboard.code_map, name="code_map"),
    path("parcels/<str:shipment_id>/", dashboard.shipment_detail, name="shipment_detail"),
    path("parcels/<str:shipment_id>/carrier/", dashboard.shipment_carrier, name="shipment_carrier"),
    path("parcels/<str:shipment_id>/status/", dashboard.shipment_status, name="shipment_status"),
    path(
        "parcels/<str:shipment_id>/withdraw/",
        dashboard.shipment_withdraw,
        name="shipment_withdraw",
    ),
]
site_urls: list[URLPattern] = [
    # First, for it is asked more often than all others together.
    path("t/<str:token>/", site.tracking_page, name="tracking_page"),
    path("", site.lookup, name="lookup"),
    path("code/", site.lookup_code, name="lookup_code"),
    path("status/<str:token>/", site.order_status, name="order_status"),
    path("parcel/<str:token>/", site.parcel_status, name="parcel_status"),
    path("t/<str:token>/data.json", site.tracking_data, name="tracking_data"),
]
api_urls: list[URLPattern] = [
    path("carrier-codes", api.CodeList.as_view(), name="carrier_code_list"),
    path("carrier-codes/<str:code_id>", api.CodeMeaning.as_view(), name="carrier_code"),
    path("incidents", api.IncidentList.as_view(), name="incident_list"),
    path("orders/<str:external_id>/delay", api.OrderDelay.as_view(), name="order_delay"),
    path("reports/delivery", api.DeliveryReportView.as_view(), name="delivery_report"),
    path("shipments", api.ShipmentList.as_view(), name="shipment_list"),
    path("shipments/<str:shipment_id>", api.ShipmentDetail.as_view(), name="shipment_detail"),
    path(
        "shipments/<str:shipment_id>/carrier",
        api.ShipmentCarrier.as_view(),
        name="shipment_carrier",
    ),
    path(
        "shipments/<str:shipment_id>/status",
        api.ShipmentStatus.as_view(),
        name="shipment_status",
    ),
    path("shipments/<str:shipment_id>/events", api.ShipmentScans.as_view(), name="shipment_scans"),
    path("tracking-events", api.ScanBatch.as_view(), name="tracking_events"),
]
