"""Programs: what admins set up, with groups and schedules; knows no ballot and no release."""
