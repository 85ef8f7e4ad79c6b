"""The databases themselves, for the operator: structure and rights; imports models and no room."""
