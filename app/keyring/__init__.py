"""Master keys, made and rotated by the operator; knows the vault, never what it locks."""
