"""How settings are read, for config.py alone; imports nothing of ours."""
