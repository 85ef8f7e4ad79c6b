"""What programs want to move: set by admins, measured against stored releases, read by mentors."""
