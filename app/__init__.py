"""The live side: webhooks in, inbox API, accounts, outbox, and the process that serves them."""
