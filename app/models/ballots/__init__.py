"""The ballots database: public facts of pools, sealed ballots, shown comments; never a person."""
