"""What the world says, in our words, kept for good: domain, channels and the store."""
