"""The addresses returns offers to the API."""

from django.urls import URLPattern, path

from returns.api import (
    cancellations,
    cases,
    changes,
    drop_off,
    evidence,
    exchanges,
    gifts,
    goods,
    money,
    orders,
    parcels,
    receiving,
    refunds,
    reports,
    simulations,
    withdrawals,
)

api_urls: list[URLPattern] = [
    path("reports/returns", reports.ReturnReportView.as_view(), name="return_report"),
    path("returns", cases.ReturnList.as_view(), name="return_list"),
    path("returns/<str:return_id>", cases.ReturnDetail.as_view(), name="return_detail"),
    path(
        "returns/<str:return_id>/evidence",
        evidence.ReturnEvidence.as_view(),
        name="return_evidence",
    ),
    path(
        "returns/<str:return_id>/evidence/<str:evidence_id>",
        evidence.EvidencePicture.as_view(),
        name="return_photo",
    ),
    path(
        "returns/<str:return_id>/evidence-requests",
        evidence.EvidenceRequest.as_view(),
        name="evidence_request",
    ),
    path("orders/<str:external_id>/gift-codes", gifts.OrderGifts.as_view(), name="gift_codes"),
    path("returns/<str:return_id>/change", changes.ReturnChange.as_view(), name="return_change"),
    path("gift-codes/<str:gift_id>/end", gifts.GiftEnd.as_view(), name="gift_code_end"),
    path(
        "orders/<str:external_id>/return-evidence",
        evidence.OrderEvidence.as_view(),
        name="order_evidence",
    ),
    path(
        "returns/<str:return_id>/drop-off-point",
        drop_off.ReturnDropOff.as_view(),
        name="return_drop_off",
    ),
    path("drop-off-points", drop_off.DropOffPointList.as_view(), name="drop_off_points"),
    path(
        "drop-off-points/near",
        drop_off.DropOffPointsNear.as_view(),
        name="drop_off_points_near",
    ),
    path(
        "drop-off-points/<str:point_id>",
        drop_off.DropOffPointDetail.as_view(),
        name="drop_off_point",
    ),
    path(
        "drop-off-points/<str:point_id>/withdraw",
        drop_off.DropOffPointWithdraw.as_view(),
        name="drop_off_point_withdraw",
    ),
    path(
        "returns/<str:return_id>/labels",
        parcels.ReturnLabelList.as_view(),
        name="return_labels",
    ),
    path(
        "returns/<str:return_id>/tracking-numbers",
        parcels.ReturnNumber.as_view(),
        name="return_number",
    ),
    path(
        "return-labels/<str:parcel_id>/void",
        parcels.ReturnLabelVoid.as_view(),
        name="return_label_void",
    ),
    path("returns/<str:return_id>/approve", cases.ReturnApprove.as_view(), name="return_approve"),
    path("returns/<str:return_id>/decline", cases.ReturnDecline.as_view(), name="return_decline"),
    path("returns/<str:return_id>/cancel", cases.ReturnCancel.as_view(), name="return_cancel"),
    path(
        "returns/<str:return_id>/given-away",
        cases.ReturnGivenAway.as_view(),
        name="return_given_away",
    ),
    path("returns/<str:return_id>/receive", cases.ReturnReceive.as_view(), name="return_receive"),
    path("returns/<str:return_id>/inspect", cases.ReturnInspect.as_view(), name="return_inspect"),
    path("returns/<str:return_id>/settle", cases.ReturnSettle.as_view(), name="return_settle"),
    path("refused-units", receiving.RefusedList.as_view(), name="refused_list"),
    path(
        "refused-units/<str:refused_id>",
        receiving.RefusedDetail.as_view(),
        name="refused_detail",
    ),
    path(
        "refused-units/<str:refused_id>/resolve",
        receiving.RefusedResolve.as_view(),
        name="refused_resolve",
    ),
    path(
        "refused-units/<str:refused_id>/offer",
        receiving.RefusedOffer.as_view(),
        name="refused_offer",
    ),
    path(
        "refused-units/<str:refused_id>/fee",
        receiving.RefusedFee.as_view(),
        name="refused_fee",
    ),
    path(
        "refused-units/<str:refused_id>/send",
        receiving.RefusedSend.as_view(),
        name="refused_send",
    ),
    path("unannounced-goods", receiving.UnannouncedList.as_view(), name="unannounced_list"),
    path(
        "unannounced-goods/<str:unannounced_id>",
        receiving.UnannouncedDetail.as_view(),
        name="unannounced_detail",
    ),
    path(
        "unannounced-goods/<str:unannounced_id>/match",
        receiving.UnannouncedMatch.as_view(),
        name="unannounced_match",
    ),
    path(
        "unannounced-goods/<str:unannounced_id>/close",
        receiving.UnannouncedClose.as_view(),
        name="unannounced_close",
    ),
    path("withdrawals", withdrawals.WithdrawalList.as_view(), name="withdrawal_list"),
    path(
        "withdrawals/<str:withdrawal_id>",
        withdrawals.WithdrawalDetail.as_view(),
        name="withdrawal_detail",
    ),
    path(
        "withdrawals/<str:withdrawal_id>/match",
        withdrawals.WithdrawalMatch.as_view(),
        name="withdrawal_match",
    ),
    path(
        "withdrawals/<str:withdrawal_id>/return",
        withdrawals.WithdrawalReturn.as_view(),
        name="withdrawal_return",
    ),
    path(
        "withdrawals/<str:withdrawal_id>/close",
        withdrawals.WithdrawalClose.as_view(),
        name="withdrawal_close",
    ),
    path("refund-mismatches", money.MismatchList.as_view(), name="mismatch_list"),
    path(
        "refund-mismatches/<str:mismatch_id>/clear",
        money.MismatchClear.as_view(),
        name="mismatch_clear",
    ),
    path("credit-notes", money.CreditNoteList.as_view(), name="credit_note_list"),
    path("credit-notes/<str:note_id>", money.CreditNoteDetail.as_view(), name="credit_note_detail"),
    path("orders/<str:external_id>/goodwill", money.GoodwillList.as_view(), name="goodwill"),
    path("cancellations", cancellations.CancellationList.as_view(), name="cancellation_list"),
    path(
        "cancellations/<str:cancellation_id>",
        cancellations.CancellationDetail.as_view(),
        name="cancellation_detail",
    ),
    path(
        "cancellations/<str:cancellation_id>/withdraw",
        cancellations.CancellationWithdraw.as_view(),
        name="cancellation_withdraw",
    ),
    path(
        "cancellations/<str:cancellation_id>/approve",
        cancellations.CancellationApprove.as_view(),
        name="cancellation_approve",
    ),
    path(
        "cancellations/<str:cancellation_id>/decline",
        cancellations.CancellationDecline.as_view(),
        name="cancellation_decline",
    ),
    path(
        "cancellations/<str:cancellation_id>/tell-platform",
        cancellations.CancellationTellPlatform.as_view(),
        name="cancellation_tell_platform",
    ),
    path(
        "cancellations/<str:cancellation_id>/settle",
        cancellations.CancellationSettle.as_view(),
        name="cancellation_settle",
    ),
    path(
        "orders/<str:external_id>/cancellable",
        cancellations.OrderCancellable.as_view(),
        name="cancellable",
    ),
    path(
        "orders/<str:external_id>/cancellation-quote",
        cancellations.CancellationQuote.as_view(),
        name="cancellation_quote",
    ),
    path("refunds", refunds.RefundList.as_view(), name="refund_list"),
    path("exchanges", exchanges.ExchangeList.as_view(), name="exchange_list"),
    path(
        "exchanges/<str:exchange_id>",
        exchanges.ExchangeDetail.as_view(),
        name="exchange_detail",
    ),
    path(
        "exchanges/<str:exchange_id>/paid",
        exchanges.ExchangePaid.as_view(),
        name="exchange_paid",
    ),
    path(
        "exchanges/<str:exchange_id>/sold-out",
        exchanges.ExchangeSoldOut.as_view(),
        name="exchange_sold_out",
    ),
    path(
        "exchanges/<str:exchange_id>/choose",
        exchanges.ExchangeChoose.as_view(),
        name="exchange_choose",
    ),
    path(
        "exchanges/<str:exchange_id>/undo",
        exchanges.ExchangeUndo.as_view(),
        name="exchange_undo",
    ),
    path(
        "exchanges/<str:exchange_id>/forgive",
        exchanges.ExchangeForgive.as_view(),
        name="exchange_forgive",
    ),
    path("refunds/<str:refund_id>", refunds.RefundDetail.as_view(), name="refund_detail"),
    path("refunds/<str:refund_id>/paid", cases.RefundPaid.as_view(), name="refund_paid"),
    path(
        "refunds/<str:refund_id>/not-paid",
        refunds.RefundNotPaid.as_view(),
        name="refund_not_paid",
    ),
    path("refunds/<str:refund_id>/retry", refunds.RefundRetry.as_view(), name="refund_retry"),
    path(
        "replacements/<str:replacement_id>/ship",
        goods.ReplacementShip.as_view(),
        name="replacement_ship",
    ),
    path("restocks", goods.RestockList.as_view(), name="restock_list"),
    path(
        "restocks/<str:restock_id>/counted",
        goods.RestockCounted.as_view(),
        name="restock_counted",
    ),
    path(
        "orders/<str:external_id>/returnable", orders.OrderReturnable.as_view(), name="returnable"
    ),
    path(
        "orders/<str:external_id>/shipping-refund",
        orders.ShippingRefund.as_view(),
        name="shipping_refund",
    ),
    path(
        "return-policy-simulations",
        simulations.SimulationList.as_view(),
        name="policy_simulations",
    ),
    path(
        "return-policy-simulations/<str:simulation_id>",
        simulations.SimulationDetail.as_view(),
        name="policy_simulation",
    ),
    path(
        "return-policy-simulations/<str:simulation_id>/changes",
        simulations.SimulationChanges.as_view(),
        name="simulated_changes",
    ),
    path("return-policies", orders.PolicyList.as_view(), name="return_policies"),
]
