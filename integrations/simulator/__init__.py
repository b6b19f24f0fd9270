"""Plays time forward on a running instance: webhooks and shoppers, over HTTP, as in life."""
