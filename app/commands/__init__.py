"""What the commands of `./prosa` do; imported only when one of them runs."""
