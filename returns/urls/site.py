"""The addresses returns offers to shoppers."""

from django.urls import URLPattern, path

from returns.site import (
    cancelling,
    credit_notes,
    drop_off,
    evidence,
    exchanging,
    gifts,
    keeping,
    policies,
    refused,
    returning,
    sending,
    withdrawals,
)

site_urls: list[URLPattern] = [
    path("returns/", returning.returns_home, name="returns_home"),
    path("policy/", policies.policy_page, name="policy"),
    path("policy/schema.json", policies.policy_schema, name="policy_schema"),
    path("policy/<int:number>/", policies.policy_version_page, name="policy_version"),
    path(".well-known/ucp/policies.json", policies.policy_feed, name="policy_feed"),
    path("withdraw/", withdrawals.withdraw, name="withdraw"),
    path("withdraw/<str:token>/", withdrawals.withdrawal_receipt, name="withdrawal_receipt"),
    path("gift/", gifts.gift_start, name="gift_start"),
    path("gift/<str:token>/", gifts.gift, name="gift"),
    path("credit-notes/<str:token>/", credit_notes.credit_note, name="credit_note"),
    path("c/<str:token>/", cancelling.cancel_start, name="cancel_start"),
    path("c/<str:token>/check/", cancelling.cancel_check, name="cancel_check"),
    path("c/<str:token>/<str:cancellation_id>/", cancelling.cancel_status, name="cancel_status"),
    path("c/<str:token>/<str:cancellation_id>/undo/", cancelling.cancel_undo, name="cancel_undo"),
    path("r/<str:token>/", returning.return_start, name="return_start"),
    path("r/<str:token>/outcome/", returning.return_outcome, name="return_outcome"),
    path("r/<str:token>/check/", returning.return_check, name="return_check"),
    path("r/<str:token>/photos/", evidence.return_photos, name="return_photos"),
    path("r/<str:token>/photos/<str:evidence_id>/", evidence.return_photo, name="return_photo"),
    path("r/<str:token>/points/", drop_off.drop_off_points, name="drop_off_points"),
    path("r/<str:token>/shop/<str:line_id>/", exchanging.exchange_shop, name="exchange_shop"),
    path("r/<str:token>/<str:return_id>/pay/", exchanging.exchange_pay, name="exchange_pay"),
    path(
        "r/<str:token>/<str:return_id>/instead/",
        exchanging.exchange_choose,
        name="exchange_choose",
    ),
    path("r/<str:token>/<str:return_id>/", returning.return_status, name="return_status"),
    path("r/<str:token>/<str:return_id>/cancel/", returning.return_cancel, name="return_cancel"),
    path("r/<str:token>/<str:return_id>/refused/", refused.return_decide, name="return_decide"),
    path(
        "r/<str:token>/<str:return_id>/refused/<str:photo_id>/",
        refused.return_finding,
        name="return_finding",
    ),
    path(
        "r/<str:token>/<str:return_id>/refused/<str:refused_id>/pay/",
        refused.refused_pay,
        name="refused_pay",
    ),
    path("r/<str:token>/<str:return_id>/photos/", evidence.return_answer, name="return_answer"),
    path(
        "r/<str:token>/<str:return_id>/label/",
        sending.return_label_ask,
        name="return_label_ask",
    ),
    path(
        "r/<str:token>/<str:return_id>/label/<str:parcel_id>/<slug:paper>/",
        sending.return_label,
        name="return_label",
    ),
    path(
        "r/<str:token>/<str:return_id>/points/",
        drop_off.return_points,
        name="return_points",
    ),
    path("r/<str:token>/<str:return_id>/slip/", sending.return_slip, name="return_slip"),
    path(
        "r/<str:token>/<str:return_id>/given-away/",
        keeping.return_given_away,
        name="return_given_away",
    ),
    path("r/<str:token>/<str:return_id>/sent/", returning.return_sent, name="return_sent"),
]
