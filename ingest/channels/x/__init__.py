"""X: direct messages of one account."""
