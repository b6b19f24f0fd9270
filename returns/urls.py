"""The addresses returns offers to each face."""

from django.urls import URLPattern, path

from returns.api import cancellations as cancellations_api
from returns.api import cases, money, orders, refunds, simulations
from returns.api import changes as changes_api
from returns.api import evidence as evidence_api
from returns.api import exchanges as exchanges_api
from returns.api import gifts as gifts_api
from returns.api import parcels as parcels_api
from returns.api import receiving as receiving_api
from returns.api import reports as reports_api
from returns.api import withdrawals as withdrawals_api
from returns.dashboard import (
    cancellations,
    credit_notes,
    decisions,
    desk,
    evidence,
    exchanges,
    gifts,
    goodwill,
    macros,
    mismatches,
    parcels,
    payments,
    policy,
    policy_drafts,
    policy_rules,
    policy_simulations,
    queue,
    receiving,
    refused,
    reports,
    trial,
    unannounced,
)
from returns.dashboard import withdrawals as withdrawals_desk
from returns.site import cancelling, exchanging, keeping, policies, returning, sending, withdrawals
from returns.site import credit_notes as credit_notes_site
from returns.site import evidence as evidence_site
from returns.site import gifts as gifts_site
from returns.site import refused as refused_site

dashboard_urls: list[URLPattern] = [
    path("returns/", queue.return_list, name="return_list"),
    path("returns/approve/", queue.return_approve_chosen, name="return_approve_chosen"),
    path("returns/undo/", queue.return_undo_chosen, name="return_undo_chosen"),
    path("returns/test/", trial.test_return, name="test_return"),
    path("returns/test/start/", trial.test_return_start, name="test_return_start"),
    path("returns/withdrawals/", withdrawals_desk.withdrawal_list, name="withdrawal_list"),
    path(
        "returns/withdrawals/<str:withdrawal_id>/",
        withdrawals_desk.withdrawal_detail,
        name="withdrawal_detail",
    ),
    path(
        "returns/withdrawals/<str:withdrawal_id>/match/",
        withdrawals_desk.withdrawal_match,
        name="withdrawal_match",
    ),
    path(
        "returns/withdrawals/<str:withdrawal_id>/return/",
        withdrawals_desk.withdrawal_return,
        name="withdrawal_return",
    ),
    path(
        "returns/withdrawals/<str:withdrawal_id>/close/",
        withdrawals_desk.withdrawal_close,
        name="withdrawal_close",
    ),
    path("returns/<str:return_id>/", desk.return_detail, name="return_detail"),
    path(
        "returns/<str:return_id>/photos/<str:evidence_id>/",
        evidence.return_evidence,
        name="return_evidence",
    ),
    path(
        "returns/<str:return_id>/ask-for-photos/",
        evidence.return_ask_photos,
        name="return_ask_photos",
    ),
    path("orders/<str:order_id>/gift-codes/", gifts.gift_codes, name="gift_codes"),
    path("gift-codes/<str:gift_id>/", gifts.gift_code, name="gift_code"),
    path("gift-codes/<str:gift_id>/end/", gifts.gift_code_end, name="gift_code_end"),
    path("returns/<str:return_id>/approve/", decisions.return_approve, name="return_approve"),
    path("returns/<str:return_id>/decline/", decisions.return_decline, name="return_decline"),
    path("returns/<str:return_id>/undo/", decisions.return_undo, name="return_undo"),
    path("returns/<str:return_id>/write/", macros.return_write, name="return_write"),
    path("returns/<str:return_id>/answered/", macros.return_answered, name="return_answered"),
    path("returns/<str:return_id>/cancel/", decisions.return_withdraw, name="return_withdraw"),
    path("returns/<str:return_id>/label/", parcels.return_label_make, name="return_label_make"),
    path(
        "returns/<str:return_id>/label/upload/",
        parcels.return_label_upload,
        name="return_label_upload",
    ),
    path("returns/<str:return_id>/number/", parcels.return_number_add, name="return_number_add"),
    path(
        "returns/parcels/<str:parcel_id>/void/",
        parcels.return_label_void,
        name="return_label_void",
    ),
    path(
        "returns/parcels/<str:parcel_id>/<slug:paper>/",
        parcels.return_label_file,
        name="return_label_file",
    ),
    path("returns/<str:return_id>/arrival/", receiving.return_arrival, name="return_arrival"),
    path("returns/<str:return_id>/settle/", payments.return_settle, name="return_settle"),
    path("returns/<str:return_id>/arrival/photo/", receiving.arrival_photo, name="arrival_photo"),
    path("returns/<str:return_id>/arrival/agree/", receiving.arrival_agree, name="arrival_agree"),
    path("receiving/", receiving.receiving_home, name="receiving"),
    path("receiving/photos/<str:photo_id>/", receiving.receiving_photo, name="receiving_photo"),
    path("receiving/stock/<str:restock_id>/", unannounced.restock_count, name="restock_count"),
    path("receiving/unannounced/", unannounced.unannounced_list, name="unannounced_list"),
    path("receiving/unannounced/new/", unannounced.unannounced_new, name="unannounced_new"),
    path(
        "receiving/unannounced/<str:unannounced_id>/",
        unannounced.unannounced_detail,
        name="unannounced_detail",
    ),
    path(
        "receiving/unannounced/<str:unannounced_id>/match/",
        unannounced.unannounced_match,
        name="unannounced_match",
    ),
    path(
        "receiving/unannounced/<str:unannounced_id>/close/",
        unannounced.unannounced_close,
        name="unannounced_close",
    ),
    path("receiving/refused/<str:refused_id>/", refused.refused_detail, name="refused_detail"),
    path("receiving/refused/<str:refused_id>/offer/", refused.refused_offer, name="refused_offer"),
    path(
        "receiving/refused/<str:refused_id>/answer/",
        refused.refused_answer,
        name="refused_answer",
    ),
    path("receiving/refused/<str:refused_id>/fee/", refused.refused_fee, name="refused_fee"),
    path("receiving/refused/<str:refused_id>/send/", refused.refused_send, name="refused_send"),
    path("settings/receiving/", unannounced.receiving_setup, name="receiving_setup"),
    path("reports/returns/", reports.return_report, name="return_report"),
    path("cancellations/", cancellations.cancellation_list, name="cancellation_list"),
    path(
        "cancellations/<str:cancellation_id>/withdraw/",
        cancellations.cancellation_withdraw,
        name="cancellation_withdraw",
    ),
    path(
        "cancellations/<str:cancellation_id>/approve/",
        cancellations.cancellation_approve,
        name="cancellation_approve",
    ),
    path(
        "cancellations/<str:cancellation_id>/decline/",
        cancellations.cancellation_decline,
        name="cancellation_decline",
    ),
    path(
        "cancellations/<str:cancellation_id>/settle/",
        cancellations.cancellation_settle,
        name="cancellation_settle",
    ),
    path("orders/<str:order_id>/cancel/", cancellations.order_cancel, name="order_cancel"),
    path(
        "orders/<str:order_id>/cancel/check/",
        cancellations.order_cancel_check,
        name="order_cancel_check",
    ),
    path("settings/desk/", macros.desk_settings, name="desk_settings"),
    path("settings/macros/", macros.macro_list, name="macro_list"),
    path("settings/macros/new/", macros.macro_new, name="macro_new"),
    path("settings/macros/<str:macro_id>/", macros.macro, name="macro"),
    path("settings/macros/<str:macro_id>/remove/", macros.macro_remove, name="macro_remove"),
    path("exchanges/<str:exchange_id>/paid/", exchanges.exchange_paid, name="exchange_paid"),
    path(
        "exchanges/<str:exchange_id>/sold-out/",
        exchanges.exchange_sold_out,
        name="exchange_sold_out",
    ),
    path("exchanges/<str:exchange_id>/undo/", exchanges.exchange_undo, name="exchange_undo"),
    path(
        "exchanges/<str:exchange_id>/forgive/",
        exchanges.exchange_forgive,
        name="exchange_forgive",
    ),
    path("settings/exchanges/", exchanges.exchange_settings, name="exchange_settings"),
    path("settings/cancellation/", cancellations.cancel_settings, name="cancel_settings"),
    path("refunds/mismatches/", mismatches.mismatch_list, name="mismatch_list"),
    path(
        "refunds/mismatches/<str:mismatch_id>/",
        mismatches.mismatch_clear,
        name="mismatch_clear",
    ),
    path("refunds/<str:refund_id>/", payments.refund_home, name="refund_home"),
    path("refunds/<str:refund_id>/paid/", payments.refund_paid, name="refund_paid"),
    path("refunds/<str:refund_id>/not-paid/", payments.refund_not_paid, name="refund_not_paid"),
    path("refunds/<str:refund_id>/retry/", payments.refund_retry, name="refund_retry"),
    path(
        "replacements/<str:replacement_id>/ship/",
        payments.replacement_ship,
        name="replacement_ship",
    ),
    path("credit-notes/", credit_notes.credit_note_list, name="credit_note_list"),
    path("credit-notes/<str:note_id>/", credit_notes.credit_note_paper, name="credit_note_paper"),
    path(
        "settings/credit-notes/",
        credit_notes.credit_note_settings,
        name="credit_note_settings",
    ),
    path("orders/<str:order_id>/goodwill/", goodwill.goodwill_give, name="goodwill_give"),
    path(
        "orders/<str:order_id>/refund-shipping/",
        payments.shipping_refund,
        name="shipping_refund",
    ),
    path("settings/returns/", policy.return_policy, name="return_policy"),
    path("settings/sending-back/", parcels.sending_back, name="sending_back"),
    path(
        "settings/sending-back/addresses/new/",
        parcels.return_address_new,
        name="return_address_new",
    ),
    path(
        "settings/sending-back/addresses/<str:address_id>/",
        parcels.return_address,
        name="return_address",
    ),
    path(
        "settings/sending-back/addresses/<str:address_id>/drop/",
        parcels.return_address_drop,
        name="return_address_drop",
    ),
    path("settings/returns/questions/", policy.policy_wizard, name="policy_wizard"),
    path("settings/returns/texts/", policy.policy_texts, name="policy_texts"),
    path("settings/returns/rules/", policy_rules.policy_rules, name="policy_rules"),
    path(
        "settings/returns/rules/change/",
        policy_rules.policy_rules_change,
        name="policy_rules_change",
    ),
    path("settings/returns/rules/new/", policy_rules.policy_rule_new, name="policy_rule_new"),
    path(
        "settings/returns/rules/rule/<str:rule_id>/",
        policy_rules.policy_rule,
        name="policy_rule",
    ),
    path(
        "settings/returns/draft/publish/",
        policy_drafts.policy_draft_publish,
        name="policy_draft_publish",
    ),
    path(
        "settings/returns/draft/discard/",
        policy_drafts.policy_draft_discard,
        name="policy_draft_discard",
    ),
    path(
        "settings/returns/draft/rebase/",
        policy_drafts.policy_draft_rebase,
        name="policy_draft_rebase",
    ),
    path(
        "settings/returns/simulate/",
        policy_simulations.policy_simulate,
        name="policy_simulate",
    ),
    path(
        "settings/returns/simulations/<str:simulation_id>/",
        policy_simulations.policy_simulation,
        name="policy_simulation",
    ),
    path(
        "settings/returns/simulations/<str:simulation_id>/progress/",
        policy_simulations.policy_simulation_progress,
        name="policy_simulation_progress",
    ),
    path("settings/returns/versions/", policy_drafts.policy_versions, name="policy_versions"),
    path(
        "settings/returns/versions/<int:number>/roll-back/",
        policy_drafts.policy_rollback,
        name="policy_rollback",
    ),
    path("settings/withdrawal/", withdrawals_desk.withdrawal_settings, name="withdrawal_settings"),
]
site_urls: list[URLPattern] = [
    path("returns/", returning.returns_home, name="returns_home"),
    path("policy/", policies.policy_page, name="policy"),
    path("policy/schema.json", policies.policy_schema, name="policy_schema"),
    path("policy/<int:number>/", policies.policy_version_page, name="policy_version"),
    path(".well-known/ucp/policies.json", policies.policy_feed, name="policy_feed"),
    path("withdraw/", withdrawals.withdraw, name="withdraw"),
    path("withdraw/<str:token>/", withdrawals.withdrawal_receipt, name="withdrawal_receipt"),
    path("gift/", gifts_site.gift_start, name="gift_start"),
    path("gift/<str:token>/", gifts_site.gift, name="gift"),
    path("gift/<str:token>/<str:return_id>/", gifts_site.gift_status, name="gift_status"),
    path("gift/<str:token>/<str:return_id>/cancel/", gifts_site.gift_cancel, name="gift_cancel"),
    path("credit-notes/<str:token>/", credit_notes_site.credit_note, name="credit_note"),
    path("c/<str:token>/", cancelling.cancel_start, name="cancel_start"),
    path("c/<str:token>/check/", cancelling.cancel_check, name="cancel_check"),
    path("c/<str:token>/<str:cancellation_id>/", cancelling.cancel_status, name="cancel_status"),
    path("c/<str:token>/<str:cancellation_id>/undo/", cancelling.cancel_undo, name="cancel_undo"),
    path("r/<str:token>/", returning.return_start, name="return_start"),
    path("r/<str:token>/outcome/", returning.return_outcome, name="return_outcome"),
    path("r/<str:token>/check/", returning.return_check, name="return_check"),
    path("r/<str:token>/photos/", evidence_site.return_photos, name="return_photos"),
    path(
        "r/<str:token>/photos/<str:evidence_id>/", evidence_site.return_photo, name="return_photo"
    ),
    path("r/<str:token>/shop/<str:line_id>/", exchanging.exchange_shop, name="exchange_shop"),
    path("r/<str:token>/<str:return_id>/pay/", exchanging.exchange_pay, name="exchange_pay"),
    path(
        "r/<str:token>/<str:return_id>/instead/",
        exchanging.exchange_choose,
        name="exchange_choose",
    ),
    path("r/<str:token>/<str:return_id>/", returning.return_status, name="return_status"),
    path("r/<str:token>/<str:return_id>/cancel/", returning.return_cancel, name="return_cancel"),
    path(
        "r/<str:token>/<str:return_id>/refused/", refused_site.return_decide, name="return_decide"
    ),
    path(
        "r/<str:token>/<str:return_id>/refused/<str:photo_id>/",
        refused_site.return_finding,
        name="return_finding",
    ),
    path(
        "r/<str:token>/<str:return_id>/photos/", evidence_site.return_answer, name="return_answer"
    ),
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
    path("r/<str:token>/<str:return_id>/slip/", sending.return_slip, name="return_slip"),
    path(
        "r/<str:token>/<str:return_id>/given-away/",
        keeping.return_given_away,
        name="return_given_away",
    ),
    path("r/<str:token>/<str:return_id>/sent/", returning.return_sent, name="return_sent"),
]
api_urls: list[URLPattern] = [
    path("reports/returns", reports_api.ReturnReportView.as_view(), name="return_report"),
    path("returns", cases.ReturnList.as_view(), name="return_list"),
    path("returns/<str:return_id>", cases.ReturnDetail.as_view(), name="return_detail"),
    path(
        "returns/<str:return_id>/evidence",
        evidence_api.ReturnEvidence.as_view(),
        name="return_evidence",
    ),
    path(
        "returns/<str:return_id>/evidence-requests",
        evidence_api.EvidenceRequest.as_view(),
        name="evidence_request",
    ),
    path("orders/<str:external_id>/gift-codes", gifts_api.OrderGifts.as_view(), name="gift_codes"),
    path(
        "returns/<str:return_id>/change", changes_api.ReturnChange.as_view(), name="return_change"
    ),
    path("gift-codes/<str:gift_id>/end", gifts_api.GiftEnd.as_view(), name="gift_code_end"),
    path(
        "orders/<str:external_id>/return-evidence",
        evidence_api.OrderEvidence.as_view(),
        name="order_evidence",
    ),
    path(
        "returns/<str:return_id>/labels",
        parcels_api.ReturnLabelList.as_view(),
        name="return_labels",
    ),
    path(
        "returns/<str:return_id>/tracking-numbers",
        parcels_api.ReturnNumber.as_view(),
        name="return_number",
    ),
    path(
        "return-labels/<str:parcel_id>/void",
        parcels_api.ReturnLabelVoid.as_view(),
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
    path("refused-units", receiving_api.RefusedList.as_view(), name="refused_list"),
    path(
        "refused-units/<str:refused_id>",
        receiving_api.RefusedDetail.as_view(),
        name="refused_detail",
    ),
    path(
        "refused-units/<str:refused_id>/resolve",
        receiving_api.RefusedResolve.as_view(),
        name="refused_resolve",
    ),
    path(
        "refused-units/<str:refused_id>/offer",
        receiving_api.RefusedOffer.as_view(),
        name="refused_offer",
    ),
    path(
        "refused-units/<str:refused_id>/fee",
        receiving_api.RefusedFee.as_view(),
        name="refused_fee",
    ),
    path(
        "refused-units/<str:refused_id>/send",
        receiving_api.RefusedSend.as_view(),
        name="refused_send",
    ),
    path("unannounced-goods", receiving_api.UnannouncedList.as_view(), name="unannounced_list"),
    path(
        "unannounced-goods/<str:unannounced_id>",
        receiving_api.UnannouncedDetail.as_view(),
        name="unannounced_detail",
    ),
    path(
        "unannounced-goods/<str:unannounced_id>/match",
        receiving_api.UnannouncedMatch.as_view(),
        name="unannounced_match",
    ),
    path(
        "unannounced-goods/<str:unannounced_id>/close",
        receiving_api.UnannouncedClose.as_view(),
        name="unannounced_close",
    ),
    path("withdrawals", withdrawals_api.WithdrawalList.as_view(), name="withdrawal_list"),
    path(
        "withdrawals/<str:withdrawal_id>",
        withdrawals_api.WithdrawalDetail.as_view(),
        name="withdrawal_detail",
    ),
    path(
        "withdrawals/<str:withdrawal_id>/match",
        withdrawals_api.WithdrawalMatch.as_view(),
        name="withdrawal_match",
    ),
    path(
        "withdrawals/<str:withdrawal_id>/return",
        withdrawals_api.WithdrawalReturn.as_view(),
        name="withdrawal_return",
    ),
    path(
        "withdrawals/<str:withdrawal_id>/close",
        withdrawals_api.WithdrawalClose.as_view(),
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
    path("cancellations", cancellations_api.CancellationList.as_view(), name="cancellation_list"),
    path(
        "cancellations/<str:cancellation_id>",
        cancellations_api.CancellationDetail.as_view(),
        name="cancellation_detail",
    ),
    path(
        "cancellations/<str:cancellation_id>/withdraw",
        cancellations_api.CancellationWithdraw.as_view(),
        name="cancellation_withdraw",
    ),
    path(
        "cancellations/<str:cancellation_id>/approve",
        cancellations_api.CancellationApprove.as_view(),
        name="cancellation_approve",
    ),
    path(
        "cancellations/<str:cancellation_id>/decline",
        cancellations_api.CancellationDecline.as_view(),
        name="cancellation_decline",
    ),
    path(
        "cancellations/<str:cancellation_id>/settle",
        cancellations_api.CancellationSettle.as_view(),
        name="cancellation_settle",
    ),
    path(
        "orders/<str:external_id>/cancellable",
        cancellations_api.OrderCancellable.as_view(),
        name="cancellable",
    ),
    path(
        "orders/<str:external_id>/cancellation-quote",
        cancellations_api.CancellationQuote.as_view(),
        name="cancellation_quote",
    ),
    path("refunds", refunds.RefundList.as_view(), name="refund_list"),
    path("exchanges", exchanges_api.ExchangeList.as_view(), name="exchange_list"),
    path(
        "exchanges/<str:exchange_id>",
        exchanges_api.ExchangeDetail.as_view(),
        name="exchange_detail",
    ),
    path(
        "exchanges/<str:exchange_id>/paid",
        exchanges_api.ExchangePaid.as_view(),
        name="exchange_paid",
    ),
    path(
        "exchanges/<str:exchange_id>/sold-out",
        exchanges_api.ExchangeSoldOut.as_view(),
        name="exchange_sold_out",
    ),
    path(
        "exchanges/<str:exchange_id>/choose",
        exchanges_api.ExchangeChoose.as_view(),
        name="exchange_choose",
    ),
    path(
        "exchanges/<str:exchange_id>/undo",
        exchanges_api.ExchangeUndo.as_view(),
        name="exchange_undo",
    ),
    path(
        "exchanges/<str:exchange_id>/forgive",
        exchanges_api.ExchangeForgive.as_view(),
        name="exchange_forgive",
    ),
    path("refunds/<str:refund_id>", refunds.RefundDetail.as_view(), name="refund_detail"),
    path("refunds/<str:refund_id>/paid", cases.RefundPaid.as_view(), name="refund_paid"),
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
