"""The privacy page for employees, made from the settings that are in force: knows nobody."""
