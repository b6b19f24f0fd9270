"""WhatsApp: approved templates go out, receipts and answers come in, by Meta's Cloud API."""
