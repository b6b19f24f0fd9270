"""Stripe: refunds back to cards, pages on which shoppers pay, and holds on their cards."""
