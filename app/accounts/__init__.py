"""People of a business: who they are, how they sign in, and which inboxes they work in."""
