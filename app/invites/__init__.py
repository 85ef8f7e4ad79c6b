"""Check and paper: knows people, never answers; of the models it imports only identity."""
