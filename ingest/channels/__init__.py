"""Channels: one folder a provider, one verb a file. They know the domain, never the store."""
