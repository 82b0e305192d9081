"""The store: journal, live tables, lake. It knows the domain, never a channel."""
