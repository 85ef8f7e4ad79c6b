"""How the installation is set up and doing, for admins and the operator; never participation."""
