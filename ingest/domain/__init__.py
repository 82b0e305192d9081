"""The language of the house: events, people, errors. No I/O, no framework."""
