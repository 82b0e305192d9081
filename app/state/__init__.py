"""Live tables as a fold of the journal: working sets, handlers by subject, and the unit of work."""
