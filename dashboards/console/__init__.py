"""Pages of the console around the inbox."""
