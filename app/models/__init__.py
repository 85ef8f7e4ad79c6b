"""Tables, one a file, a folder for each database; they import only app.models."""
