"""Results of invented answers: the real pages and the real rules; no database, no account."""
