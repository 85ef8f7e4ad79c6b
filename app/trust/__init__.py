"""The public page about the promise: imports no model, reads no database and knows nobody."""
