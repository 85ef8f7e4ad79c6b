"""Answers to shown comments by those who may read them: knows the page, never the author."""
