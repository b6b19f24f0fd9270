"""What each kind of file tells, and how it comes into the rooms: by their own services."""

from integrations.spreadsheets.enums import Kind
from integrations.spreadsheets.kinds.base import Applied, Importer, Row, Setting, Told
from integrations.spreadsheets.kinds.customers import Customers
from integrations.spreadsheets.kinds.drop_off import DropOffPoints
from integrations.spreadsheets.kinds.orders import Orders
from integrations.spreadsheets.kinds.products import Products
from integrations.spreadsheets.kinds.scans import Scans
from integrations.spreadsheets.kinds.shipments import Shipments

IMPORTERS: dict[str, Importer] = {
    Kind.ORDERS: Orders(),
    Kind.PRODUCTS: Products(),
    Kind.CUSTOMERS: Customers(),
    Kind.SHIPMENTS: Shipments(),
    Kind.SCANS: Scans(),
    Kind.DROP_OFF: DropOffPoints(),
}

__all__ = ("IMPORTERS", "Applied", "Importer", "Row", "Setting", "Told")
