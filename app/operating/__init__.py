"""What an admin may know of the installation: its settings and its health, never participation."""
