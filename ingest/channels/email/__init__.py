"""E-mail as a channel: raw MIME or a provider's webhook in, SMTP out (channels.md §8)."""
