"""What DHL Parcel Germany's event codes mean.

A scan has an ICE event, an RIC reason and a standard event. The most exact entry counts:
`ICE/RIC/EVENT`, `ICE/RIC`, `ICE`, then the standard event alone.
"""

from integrations.reading.meanings import Phrases, by_code

MEANINGS = by_code(
    {
        "info_received/label_created": "PARCV",
        "info_received/awaiting_pickup": "PURCR SHRCU/PCKST",
        "info_received/pickup_failed": "NTPUP",
        "cancelled/by_sender": "CANCL",
        "in_transit/picked_up": "PCKDU SRTED/NRQRD/AE",
        "in_transit/accepted": "SHRCU LDTMV/SERPT/ES SRTED/NRQRD/ES",
        "in_transit/arrived_facility": ("MVARR ULFMV SRTED INFCL/FWEXH INFCL/OARRV"),
        "in_transit/departed_facility": "LDTMV MVDPT SRTED/FWAPS/AA SRTED/FWEXH/AA SRTED/FWEXP/AA",
        "in_transit/in_transit": (
            "ASMVT LDTHU LDTMV/MVMTV/NB LDTMV/FWEXH/NB LDTMV/PCKST LDTMV/SERPT"
        ),
        "in_transit/at_delivery_depot": "MVARR/NRQRD/PO ULFMV/UNLDD/PO",
        "in_transit/held_at_depot": "INFCL",
        "in_transit/held_by_request": (
            "INFCL/CSREQ INFCL/DLVDT INFCL/HLDAY INFCL/HLDSR INFCL/HNDCA EXPHD/STBSD"
        ),
        "in_transit/handed_to_partner": "HNDDE TRBCR",
        "in_transit/customs_processing": "HNDND ICPRC ITBAR",
        "in_transit/customs_cleared": "RSDCP",
        "in_transit/misrouted": "MSRTD NTDEL/WRGTR",
        "in_transit/rerouted": "OFWRD FWDCF ROUCR",
        "in_transit/carrier_delay": (
            "LDEXC NTADT MVDEX MVTEX DTNPC/NPRPF EXPHD/CAPEX EXPHD/EQUBF EXPHD/FRMJR EXPHD/STPRB "
            "NTDEL/CAPEX NTDEL/CRROT NTDEL/DRCRU NTDEL/FRMJR NTDEL/NTIHU NTDEL/TCHBD"
        ),
        "out_for_delivery/on_vehicle": "LDTMV/MVMTV/PO LDTMV/NRQRD/PO SRTED/NRQRD/PO",
        "out_for_delivery/redelivery": "LDTMV/SECDA/PO",
        "available_for_pickup/at_pickup_point": "CNRFC HLDCC",
        "available_for_pickup/at_post_office": "CNRFC/SERPT HLDCC/SERPT",
        "available_for_pickup/locker": "CNRFC/PCKST HLDCC/LDPCK",
        "delivery_attempted/other": "NTDEL LDTMV/SECDA/ZN",
        "delivery_attempted/recipient_absent": "NTDEL/CNCNR NTDEL/NHOME",
        "delivery_attempted/business_closed": "NTDEL/CLOSD NTDEL/HLDAY",
        "delivery_attempted/payment_due": "NTDEL/TRPMT DLVRF/TRPMT",
        "delivered/delivered": "DLVRD",
        "delivered/neighbor": "DLVRD/NGHBR",
        "delivered/mailbox": "DLVRD/PKBOX DLVRD/POBOX",
        "delivered/safe_place": "DLVRD/SECPL DLVRD/WINPL",
        "delivered/reception": "DLVRD/PCKAD",
        "delivered/pickup_point_collected": "DLVRD/ACCPK DLVRD/SERPT",
        "exception/general": "DTNPC EXPHD RCCLS NTDEL/UDLVR",
        "exception/address_incorrect": (
            "ALERT/BDADD EXPHD/BDADD EXPHD/MSSDT EXPHD/WRGRI NTDEL/BDADD NTDEL/CPUNK NTDEL/WRGPN "
            "NTDEL/WRGRI PURCR/BDADD"
        ),
        "exception/recipient_moved": "NTDEL/MOVED",
        "exception/recipient_refused": "DLVRF NTDEL/RFUSD",
        "exception/unclaimed": "HLDCC/NTCCN NTDEL/NTCCN",
        "exception/damaged": "DMGDS DLVRF/DMGED EXPHD/DMGED EXPHD/DMGPC EXPHD/DMPHD NTDEL/DMGED",
        "exception/lost": "EXPHD/LOSTX RCCLS/LOSTX",
        "exception/disposed": "DSPSD",
        "exception/under_investigation": "EXPHD/INSPT",
        "exception/documents_missing": "EXPHD/MSDOC EXPHD/PWMFD",
        "exception/payment_due": "EXPHD/TRPMT",
        "exception/customs_held": "HLDCP HLDCU EXPHD/CLREF",
        "exception/security": "CNFSC",
        "returning/other": "RETRN EXPHD/RTTSP",
        "returning/undeliverable": (
            "OFWRD/CNCNR RETRN/BDADD RETRN/CNCNR RETRN/MOVED RETRN/NHOME RETRN/WRGID"
        ),
        "returning/refused": "RETRN/NTORD RETRN/RFUSD",
        "returning/unclaimed": "RETRN/NTCCN",
        "returning/requested_by_sender": "OFWRD/RTSCR OFWRD/RTSSA RETRN/RTSCR RETRN/RTSSA",
        "information_only": (
            "ADVIS ALERT CHECK DLVRD/CODAR DLVRD/CODRP PBNDT PMTCR PMTCS RELBL REPCK SECHK STORN"
        ),
    }
)

STANDARD = by_code(
    {
        "info_received/label_created": "VA",
        "info_received/pickup_failed": "AN",
        "in_transit/picked_up": "AE",
        "in_transit/accepted": "ES",
        "in_transit/departed_facility": "AA",
        "in_transit/arrived_facility": "EE",
        "in_transit/in_transit": "NB",
        "in_transit/held_at_depot": "LA",
        "in_transit/customs_processing": "ZO",
        "out_for_delivery/on_vehicle": "PO",
        "available_for_pickup/at_post_office": "ZF",
        "delivery_attempted/other": "ZN",
        "delivered/delivered": "ZU",
        "exception/general": "BV",
        "information_only": "DD GT",
    }
)
"""The standard events, which many ICE events share."""

SENTENCES = Phrases(
    # Loading stands for three things, which only the sentence tells apart.
    (r"taken from the packstation|aus der packstation.*entnommen", "in_transit/picked_up"),
    (r"processed in|im .*(paketzentrum|region).*bearbeitet", "in_transit/arrived_facility"),
)
"""Sentences that go before the codes of a scan in transit."""

GERMAN = Phrases(
    (r"zur.ck zum absender|r.cksendung", "returning/other"),
    (r"elektronisch angek.ndigt", "info_received/label_created"),
    (r"verweigert", "exception/recipient_refused"),
    (r"nicht angetroffen", "delivery_attempted/recipient_absent"),
    (r"nicht zugestellt|zustellversuch", "delivery_attempted/other"),
    (r"zur abholung bereit|abholbereit", "available_for_pickup/at_pickup_point"),
    (r"zustellfahrzeug|in zustellung", "out_for_delivery/on_vehicle"),
    (r"nachbar.*zugestellt|zugestellt.*nachbar", "delivered/neighbor"),
    (r"zugestellt", "delivered/delivered"),
    (r"verz.ger", "in_transit/carrier_delay"),
    (r"abgeholt", "in_transit/picked_up"),
    (r"eingeliefert", "in_transit/accepted"),
    (r"bearbeitet|sortiert|eingetroffen", "in_transit/arrived_facility"),
)
"""Sentences of the German answers, for scans whose codes are not in the tables."""
