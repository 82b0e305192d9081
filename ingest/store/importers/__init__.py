"""Importers: other people's files as events of the log, each with its own time and its natural key."""
