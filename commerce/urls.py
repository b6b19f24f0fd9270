"""The addresses commerce offers to each face."""

from django.urls import URLPattern, path, re_path

from commerce import api, api_docs, api_resources, site
from commerce.dashboard import (
    audit,
    customers,
    events,
    failures,
    health,
    home,
    keys,
    orders,
    privacy,
    programs,
    requests,
    roles,
    search,
    sending,
    settings,
    setup,
    staff,
    views,
)

root_urls: list[URLPattern] = [
    path("", home.root, name="home"),
    path("setup/", setup.setup, name="setup"),
    path("api/docs/", api_docs.docs, name="api_docs"),
    path("media/<path:path>", site.media, name="media"),
]
dashboard_urls: list[URLPattern] = [
    path("", home.home, name="home"),
    path("first-steps/", setup.first_steps, name="first_steps"),
    path("first-steps/look/", setup.look, name="setup_look"),
    path("first-steps/put-away/", setup.put_away, name="setup_put_away"),
    path("search/", search.search, name="search"),
    path("orders/", orders.order_list, name="order_list"),
    path("orders/<str:order_id>/", orders.order_detail, name="order_detail"),
    path("customers/<str:customer_id>/", customers.customer_detail, name="customer_detail"),
    path("privacy/", privacy.privacy_list, name="privacy_list"),
    path("privacy/<str:request_id>/answer/", privacy.privacy_answer, name="privacy_answer"),
    path("customers/<str:customer_id>/data/", privacy.customer_data, name="customer_data"),
    path("customers/<str:customer_id>/erase/", privacy.customer_erase, name="customer_erase"),
    path("data/<str:export_id>/", privacy.data_download, name="data_download"),
    path("settings/data/", privacy.data_settings, name="data_settings"),
    path("settings/data/progress/", privacy.data_progress, name="data_progress"),
    path("settings/data/erase/", privacy.shop_erase, name="shop_erase"),
    path("events/", events.event_list, name="event_list"),
    path("events/failures/", failures.failure_list, name="failure_list"),
    path(
        "events/deliveries/<int:delivery_id>/replay/",
        failures.delivery_replay,
        name="delivery_replay",
    ),
    path("events/deliveries/<int:delivery_id>/skip/", failures.delivery_skip, name="delivery_skip"),
    path("events/requests/", requests.request_list, name="request_list"),
    path("events/requests/<str:request_id>/", requests.request_detail, name="request_detail"),
    path(
        "events/requests/<str:request_id>/replay/", requests.request_replay, name="request_replay"
    ),
    path("events/<str:event_id>/", events.event_detail, name="event_detail"),
    path("views/<slug:list_name>/save/", views.view_save, name="view_save"),
    path("views/<str:view_id>/", views.view_change, name="view_change"),
    path("views/<str:view_id>/delete/", views.view_delete, name="view_delete"),
    path("settings/", settings.shop_settings, name="settings"),
    path("settings/theme/", settings.theme_settings, name="theme"),
    path("settings/theme/preview/", settings.theme_preview, name="theme_preview"),
    path("settings/theme/page/", settings.theme_page, name="theme_page"),
    path("settings/theme/page.css", settings.theme_css, name="theme_css"),
    path("settings/audit/", audit.audit_log, name="audit_log"),
    path("settings/sending/", sending.sending_settings, name="sending"),
    path("settings/sending/check/", sending.sending_check, name="sending_check"),
    path("settings/health/", health.health_page, name="health"),
    path("settings/staff/", staff.staff_list, name="staff_list"),
    path("settings/staff/roles/", roles.role_list, name="role_list"),
    path("settings/staff/two-factors/", staff.staff_factors, name="staff_factors"),
    path("settings/staff/<int:membership_id>/role/", staff.staff_role, name="staff_role"),
    path(
        "settings/staff/<int:membership_id>/invite/",
        staff.staff_invite_again,
        name="staff_invite_again",
    ),
    path("settings/staff/<int:membership_id>/remove/", staff.staff_remove, name="staff_remove"),
    path("settings/keys/", keys.key_list, name="key_list"),
    path("settings/keys/<str:key_id>/revoke/", keys.key_revoke, name="key_revoke"),
    path("settings/keys/test-shop/", programs.test_shop_open, name="test_shop_open"),
    path("settings/keys/<str:key_id>/requests/", programs.api_request_list, name="api_requests"),
    path(
        "settings/keys/<str:key_id>/requests/<str:api_request_id>/",
        programs.api_request_detail,
        name="api_request",
    ),
    path(
        "settings/keys/<str:key_id>/requests/<str:api_request_id>/replay/",
        programs.api_request_replay,
        name="api_request_replay",
    ),
]
site_urls: list[URLPattern] = [
    re_path(r"^theme/(?P<name>[0-9a-f]{16})\.css$", site.theme, name="theme"),
]
api_urls: list[URLPattern] = [
    path("orders", api.OrderList.as_view(), name="order_list"),
    path("orders/<str:external_id>", api.OrderDetail.as_view(), name="order_detail"),
    path(
        "orders/<str:external_id>/fulfilments",
        api_resources.OrderFulfilments.as_view(),
        name="order_fulfilments",
    ),
    path("customers", api_resources.CustomerList.as_view(), name="customer_list"),
    path("customers/<str:customer_id>", api_resources.CustomerDetail.as_view(), name="customer"),
    path("products", api_resources.ProductList.as_view(), name="product_list"),
    path("products/<str:product_id>", api_resources.ProductDetail.as_view(), name="product"),
    path("events", api_resources.EventList.as_view(), name="event_list"),
    path("events/<str:event_id>", api_resources.EventDetail.as_view(), name="event"),
]
