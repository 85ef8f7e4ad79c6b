"""Due work: found in the database, claimed with a lease, done by the rooms; safe to run twice."""
