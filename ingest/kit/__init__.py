"""Code that knows no business: the clock, ids and named SQL."""
