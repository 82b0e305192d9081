"""WhatsApp Cloud API: one verb a file."""
