"""Webhooks: take bytes, verify, append, answer. Then, elsewhere, think."""
