"""Connecting channels: what each asks for, whether it works, and what comes in."""
