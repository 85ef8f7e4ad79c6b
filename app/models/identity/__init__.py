"""The identity database: people, programs, rounds, invitations, releases; never a ballot."""
