"""Peer feedback as its subjects read it, and as admins do: through stored releases alone."""
