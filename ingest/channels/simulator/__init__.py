"""A provider that lives here: the same wire, the same errors, the same moods, no account needed."""
