"""What admins and the operator may know of the installation: settings and health, never participation."""
