"""What WhatsApp, Messenger and Instagram share: Meta's handshake and signature (channels.md §2)."""
