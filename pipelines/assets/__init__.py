"""One asset a table; each runs its `.sql` file and nothing else."""
