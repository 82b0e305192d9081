"""Facebook Messenger: what a Page writes and is written (channels.md §4)."""
