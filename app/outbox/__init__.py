"""The outbox: the only room that calls a provider. Intent, attempt, result; nobody gets anything twice."""
