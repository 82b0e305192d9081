"""From landing to marts: what is derived, in what order, and what must hold of it."""
