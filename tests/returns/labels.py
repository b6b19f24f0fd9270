"""A seller of labels in memory that keeps the promises of the port, and a shop that offers them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from returns.enums import ReturnMethod
from returns.models import ReturnAddress
from returns.ports import (
    Label,
    LabelRefused,
    LabelRequest,
    LabelUnclear,
    PaperFile,
    register_label_provider,
    unregister_label_provider,
)
from returns.services.parcels import change_sending, save_address
from tests.kept import keeps, take_part

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
PDF = PaperFile(content_type="application/pdf", body=b"%PDF-1.4\n%%EOF")


@keeps
def offer(*methods: ReturnMethod) -> None:
    """Let the shop offer these ways, to an address in Kyoto."""
    change_sending(
        methods=[one.value for one in methods],
        words={},
        weight=1000,
        length=0,
        width=0,
        height=0,
        at=LONG_AGO,
        actor="staff:0",
    )
    save_address(
        ReturnAddress(
            name="Kyoto",
            company="Komorebi",
            address1="Shijo 1",
            city="Kyoto",
            province="Kyoto",
            postcode="600-8001",
            country="JP",
            phone="0751234567",
        ),
        at=LONG_AGO,
        actor="staff:0",
    )


class FakeLabels:
    """Sells what was prepared once. It fails as it is told to."""

    name = "fake"

    def __init__(self) -> None:
        self.asked: list[LabelRequest] = []
        self.labels: dict[str, Label] = {}
        self.bought = self.voided = self.silent_after_buying = 0
        self.refuses = self.refuses_voids = ""
        self.while_buying: Callable[[], object] | None = None

    def __enter__(self) -> FakeLabels:
        take_part(self)
        register_label_provider(self)
        return self

    def __exit__(self, *_: object) -> None:
        unregister_label_provider(self.name)

    def takes(self, request: LabelRequest) -> bool:
        return True

    def prepare(self, request: LabelRequest) -> str:
        if self.refuses:
            raise LabelRefused(self.refuses)
        self.asked.append(request)
        return f"prepared-{len(self.asked)}"

    def buy(self, reference: str, *, wants_qr: bool) -> Label:
        if reference not in self.labels:
            self.bought += 1
            self.labels[reference] = Label(
                carrier="yamato",
                service="Return",
                tracking_number=f"FAKE{self.bought:09}",
                cost=520,
                currency="JPY",
                source="fake",
                tracker=f"trk_{reference}",
                file=PDF,
                qr=PaperFile(content_type="image/png", body=b"\x89PNG") if wants_qr else None,
            )
            if self.while_buying:
                self.while_buying()
        if self.silent_after_buying:
            self.silent_after_buying -= 1
            raise LabelUnclear("no answer")
        return self.labels[reference]

    def void(self, reference: str) -> bool:
        if self.refuses_voids:
            raise LabelRefused(self.refuses_voids)
        self.voided += 1
        return True
