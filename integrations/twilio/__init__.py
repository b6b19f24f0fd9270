"""Twilio: text messages, and WhatsApp where a shop has its sender there."""
