"""Results: released tables for mentors and admins, only through the stored release."""
