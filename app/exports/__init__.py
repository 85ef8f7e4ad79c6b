"""Exports: results as files for admins, made of what a results page shows and nothing else."""
