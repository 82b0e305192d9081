"""Instagram direct messages of a professional account (channels.md §5)."""
