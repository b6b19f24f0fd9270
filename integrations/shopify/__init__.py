"""Shopify: orders, fulfilments, refunds and privacy requests, told by signed webhooks."""
