"""A local stand-in for EasyPost: shipments, rates, labels, refunds and signed webhooks.

It keeps what the real one promises in public: the key as the name of a login, a label bought once
for each shipment, refunds that take a while, reasons in words. It never runs in production.
"""
