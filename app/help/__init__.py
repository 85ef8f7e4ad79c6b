"""Short help on each screen of those who sign in: words by endpoint, and nothing else."""
