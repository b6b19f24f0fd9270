"""A local stand-in for Shopify: one shop in memory, its Admin API, and its webhooks.

It keeps what the real one promises in public: tokens that lapse, a bucket of points, pages by
cursor, bulk operations, keys that make a refund happen once, reasons in words, signed webhooks that
are sent again. Tests and the demo stand on it; it never runs in production.
"""
