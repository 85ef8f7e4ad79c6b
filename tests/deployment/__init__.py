"""`make deploy-check`: deploy/compose.yaml as it is shipped, run by a container engine."""
